#pragma once

#include "render/pictures_module.h"

namespace arcadecam::render {

// The functions of PicturesModule, one library each.

std::unique_ptr<FontFace> face_by_free_type(const std::filesystem::path& file, int pixels);
std::vector<std::uint8_t> pdf_by_cairo(const Figure& figure, const Metadata& metadata);
std::array<Rgb, 256> color_table_of_opencv(std::string_view name);
void resize_bilinear_by_opencv(TensorView from, MutableTensorView to);
void shrink_by_opencv(const Image& from, Image& to);

}  // namespace arcadecam::render
