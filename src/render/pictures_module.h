#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "picture/image.h"
#include "picture/png.h"
#include "render/figure.h"

namespace arcadecam::render {

/// A letter as grey levels, placed relative to the pen on the baseline.
struct Glyph {
  std::int64_t left = 0, top = 0, height = 0, width = 0, advance = 0;
  std::vector<std::uint8_t> coverage;
};

/// A font's letters at one size.
class FontFace {
 public:
  FontFace() = default;
  FontFace(const FontFace&) = delete;
  FontFace& operator=(const FontFace&) = delete;
  virtual ~FontFace() = default;

  /// The letter of a character. Where the font lacks it, it comes from another font, or is the
  /// character's number. The reference stays valid.
  virtual const Glyph& glyph(char32_t point) = 0;
};

/// What the module "pictures" offers (core/module.h): FreeType and cairo.
struct PicturesModule {
  /// Throws Error that names the package to install when the file is not a font.
  std::unique_ptr<FontFace> (*open_face)(const std::filesystem::path& file, int pixels);
  /// See pdf_of().
  std::vector<std::uint8_t> (*pdf)(const Figure& figure, const picture::Metadata& metadata);
};

/// The module, opened. Throws Error where it cannot be.
const PicturesModule& pictures_module();

}  // namespace arcadecam::render
