#include "render/pictures/font_files.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "arcadecam/core/error.h"
#include "render/fallback_fonts.h"
#include "render/text.h"

namespace arcadecam::render {
namespace {

FreeTypeLibrary start_free_type() {
  FT_Library library = nullptr;
  if (FT_Init_FreeType(&library) != 0) throw bad_input("FreeType does not start");
  return FreeTypeLibrary(library);
}

/// nullptr where it is no font, or one of pictures in few sizes.
FreeTypeFace scalable_face(FT_Library library, const std::filesystem::path& file) {
  FT_Face opened = nullptr;
  if (FT_New_Face(library, file.c_str(), 0, &opened) != 0) return nullptr;
  FreeTypeFace face(opened);
  if (!FT_IS_SCALABLE(opened)) face.reset();
  return face;
}

}  // namespace

FontFiles::FontFiles(const std::filesystem::path& file) : library_(start_free_type()) {
  FreeTypeFace face = scalable_face(library_.get(), file);
  if (face == nullptr) {
    throw bad_input(
        "{}: this font cannot be read; pictures with text need it (Debian: apt-get install "
        "fonts-dejavu-core)",
        file.string());
  }
  opened_.push_back(std::move(face));
  if (file != default_font()) untried_.push_back(default_font());
}

FT_Face FontFiles::with(char32_t point) {
  for (const FreeTypeFace& face : opened_) {
    if (FT_Get_Char_Index(face.get(), point) != 0) return face.get();
  }
  while (!untried_.empty() || !looked_for_) {
    if (untried_.empty()) {
      const std::vector<std::filesystem::path> fonts = fallback_fonts();
      untried_.assign(fonts.begin(), fonts.end());
      looked_for_ = true;
      continue;
    }
    FreeTypeFace face = scalable_face(library_.get(), untried_.front());
    untried_.pop_front();
    if (face == nullptr) continue;  // nobody asked for this font
    opened_.push_back(std::move(face));
    if (FT_Get_Char_Index(opened_.back().get(), point) != 0) return opened_.back().get();
  }
  return nullptr;
}

std::string spelled(char32_t point) {
  const auto number = static_cast<std::uint32_t>(point);
  return number > 0xFFFF ? fmt::format("\\U{:08X}", number) : fmt::format("\\u{:04X}", number);
}

}  // namespace arcadecam::render
