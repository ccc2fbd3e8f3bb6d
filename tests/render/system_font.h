#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "support/golden.h"

namespace arcadecam::test {

/// A font of our own (scripts/golden/boxes_font.py) among those of the user under the name of a
/// well-known one, as long as this lives. It alone has U+101234: a box 0.7 em high and 0.8 wide.
class SystemFont {
 public:
  SystemFont() {
    if (const char* home = std::getenv("HOME"); home != nullptr) home_ = home;
    const auto fonts = folder_.path() / ".local/share/fonts";
    std::filesystem::create_directories(fonts);
    std::filesystem::copy_file(golden_dir() / "fonts/boxes.ttf", fonts / "NotoSansCJK-Regular.ttf");
    setenv("HOME", folder_.path().c_str(), 1);
  }
  ~SystemFont() {
    if (home_) {
      setenv("HOME", home_->c_str(), 1);
    } else {
      unsetenv("HOME");
    }
  }
  SystemFont(const SystemFont&) = delete;
  SystemFont& operator=(const SystemFont&) = delete;

 private:
  TemporaryFolder folder_;
  std::optional<std::string> home_;
};

}  // namespace arcadecam::test
