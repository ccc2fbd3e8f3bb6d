#pragma once

#include <freetype/freetype.h>

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace arcadecam::render {

struct FreeFreeTypeLibrary {
  void operator()(FT_LibraryRec_* library) const { FT_Done_FreeType(library); }
};
struct FreeFreeTypeFace {
  void operator()(FT_FaceRec_* face) const { FT_Done_Face(face); }
};
using FreeTypeLibrary = std::unique_ptr<FT_LibraryRec_, FreeFreeTypeLibrary>;
using FreeTypeFace = std::unique_ptr<FT_FaceRec_, FreeFreeTypeFace>;

/// A font and, for characters that it lacks, the default font and then the system's
/// (fallback_fonts()). These are opened when they are needed. The faces live as long as this.
class FontFiles {
 public:
  /// Throws Error where the file is no scalable font, naming the package that brings it.
  explicit FontFiles(const std::filesystem::path& file);

  /// The first font that has the character; nullptr where none has.
  FT_Face with(char32_t point);
  [[nodiscard]] FT_Face first() const { return opened_.front().get(); }

 private:
  FreeTypeLibrary library_;
  std::vector<FreeTypeFace> opened_;
  std::deque<std::filesystem::path> untried_;
  bool looked_for_ = false;  ///< whether `untried_` had the system's fonts
};

/// How a character that no font has is written, by its number: "\u6A21".
std::string spelled(char32_t point);

}  // namespace arcadecam::render
