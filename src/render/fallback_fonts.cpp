#include "render/fallback_fonts.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace arcadecam::render {
namespace {

constexpr int kDeepestFontFolder = 4;  ///< folders below a font folder

/// Starts of file names, in lower case: those with the most characters and the best letters first.
constexpr std::array<std::string_view, 15> kFallbackNames{"notosanscjk-regular",
                                                          "notosanscjksc-regular",
                                                          "notosanscjkjp-regular",
                                                          "notosanscjkkr-regular",
                                                          "sourcehansans-regular",
                                                          "notosanssc-regular",
                                                          "notosansjp-regular",
                                                          "notosanskr-regular",
                                                          "wqy-microhei",
                                                          "wqy-zenhei",
                                                          "droidsansfallback",
                                                          "ipag",
                                                          "nanumgothic.",
                                                          "notosanscjk-vf",
                                                          "unifont."};

}  // namespace

std::vector<std::filesystem::path> font_folders() {
  std::vector<std::filesystem::path> folders{"/usr/share/fonts", "/usr/local/share/fonts"};
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    folders.push_back(std::filesystem::path(home) / ".local/share/fonts");
  return folders;
}

std::vector<std::filesystem::path> fallback_fonts(
    const std::vector<std::filesystem::path>& folders) {
  namespace fs = std::filesystem;
  std::vector<std::pair<std::size_t, fs::path>> found;
  for (const fs::path& folder : folders) {
    std::error_code failure;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied,
                                        failure);
    for (; !failure && at != fs::recursive_directory_iterator(); at.increment(failure)) {
      if (at.depth() >= kDeepestFontFolder) at.disable_recursion_pending();
      std::string name = at->path().filename().string();
      std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      });
      if (!name.ends_with(".ttf") && !name.ends_with(".ttc") && !name.ends_with(".otf")) continue;
      const auto* const known = std::ranges::find_if(
          kFallbackNames, [&](std::string_view start) { return name.starts_with(start); });
      std::error_code unknown;  // of a link that leads nowhere
      if (known != kFallbackNames.end() && at->is_regular_file(unknown))
        found.emplace_back(static_cast<std::size_t>(known - kFallbackNames.begin()), at->path());
    }
  }
  std::ranges::sort(found);
  std::vector<fs::path> fonts;
  for (auto& [rank, file] : found) fonts.push_back(std::move(file));
  return fonts;
}

}  // namespace arcadecam::render
