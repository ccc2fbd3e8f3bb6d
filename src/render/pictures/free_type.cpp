#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "render/pictures/font_files.h"
#include "render/pictures/parts.h"

namespace arcadecam::render {
namespace {

class FreeTypeFont final : public FontFace {
 public:
  FreeTypeFont(const std::filesystem::path& file, int pixels) : files_(file), pixels_(pixels) {}

  const Glyph& glyph(char32_t point) override {
    const auto [at, is_new] = glyphs_.try_emplace(point);
    if (!is_new) return at->second;
    const FT_Face face = files_.with(point);
    at->second = face != nullptr ? rendered(face, point) : side_by_side(spelled(point));
    return at->second;
  }

 private:
  Glyph rendered(FT_Face face, char32_t point) {
    Glyph glyph;
    if (sized_.insert(face).second) FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(pixels_));
    // Some Chinese fonts hold pictures for small sizes, which have no grey levels.
    if (FT_Load_Char(face, point, FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP) != 0)
      return glyph;
    const FT_GlyphSlot slot = face->glyph;
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

  /// Several letters as one.
  Glyph side_by_side(const std::string& letters) {
    Glyph whole;
    std::int64_t bottom = 0, right = 0;
    for (const char letter : letters) {
      const Glyph& one = glyph(static_cast<char32_t>(letter));
      whole.left = std::min(whole.left, whole.advance + one.left);
      right = std::max(right, whole.advance + one.left + one.width);
      whole.top = std::max(whole.top, one.top);
      bottom = std::max(bottom, one.height - one.top);
      whole.advance += one.advance;
    }
    whole.width = right - whole.left;
    whole.height = whole.top + bottom;
    whole.coverage.resize(static_cast<std::size_t>(whole.height * whole.width));
    std::int64_t pen = 0;
    for (const char letter : letters) {
      const Glyph& one = glyph(static_cast<char32_t>(letter));
      for (std::int64_t i = 0; i < std::ssize(one.coverage); ++i) {
        const std::int64_t row = whole.top - one.top + i / one.width,
                           column = pen + one.left - whole.left + i % one.width;
        std::uint8_t& to = whole.coverage[static_cast<std::size_t>(row * whole.width + column)];
        to = std::max(to, one.coverage[static_cast<std::size_t>(i)]);
      }
      pen += one.advance;
    }
    return whole;
  }

  FontFiles files_;
  int pixels_;
  std::set<FT_Face> sized_;
  std::map<char32_t, Glyph> glyphs_;
};

}  // namespace

std::unique_ptr<FontFace> face_by_free_type(const std::filesystem::path& file, int pixels) {
  return std::make_unique<FreeTypeFont>(file, pixels);
}

}  // namespace arcadecam::render
