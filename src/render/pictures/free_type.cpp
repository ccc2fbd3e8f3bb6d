#include <freetype/freetype.h>

#include <map>

#include "arcadecam/core/error.h"
#include "render/pictures/parts.h"

namespace arcadecam::render {
namespace {

class FreeTypeFreeTypeFace final : public FontFace {
 public:
  FreeTypeFreeTypeFace(const std::filesystem::path& file, int pixels) {
    if (FT_Init_FreeType(&library_) != 0) throw bad_input("FreeType does not start");
    if (FT_New_Face(library_, file.c_str(), 0, &face_) != 0 ||
        FT_Set_Pixel_Sizes(face_, 0, static_cast<FT_UInt>(pixels)) != 0) {
      close();
      throw bad_input(
          "{}: this font cannot be read; pictures with text need it (Debian: apt-get install "
          "fonts-dejavu-core)",
          file.string());
    }
  }
  FreeTypeFreeTypeFace(const FreeTypeFreeTypeFace&) = delete;
  FreeTypeFreeTypeFace& operator=(const FreeTypeFreeTypeFace&) = delete;
  ~FreeTypeFreeTypeFace() override { close(); }

  const Glyph& glyph(char32_t point) override {
    const auto [at, is_new] = glyphs_.try_emplace(point);
    if (!is_new) return at->second;
    Glyph& glyph = at->second;
    if (FT_Load_Char(face_, point, FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT) != 0) return glyph;
    const FT_GlyphSlot slot = face_->glyph;
    glyph.left = slot->bitmap_left;
    glyph.top = slot->bitmap_top;
    glyph.height = slot->bitmap.rows;
    glyph.width = slot->bitmap.width;
    glyph.advance = (slot->advance.x + 32) / 64;
    for (std::int64_t row = 0; row < glyph.height; ++row) {
      const std::uint8_t* line = slot->bitmap.buffer + row * slot->bitmap.pitch;
      glyph.coverage.insert(glyph.coverage.end(), line, line + glyph.width);
    }
    return glyph;
  }

 private:
  void close() {
    if (face_ != nullptr) FT_Done_Face(face_);
    if (library_ != nullptr) FT_Done_FreeType(library_);
  }

  FT_Library library_ = nullptr;
  FT_Face face_ = nullptr;
  std::map<char32_t, Glyph> glyphs_;
};

}  // namespace

std::unique_ptr<FontFace> face_by_free_type(const std::filesystem::path& file, int pixels) {
  return std::make_unique<FreeTypeFreeTypeFace>(file, pixels);
}

}  // namespace arcadecam::render
