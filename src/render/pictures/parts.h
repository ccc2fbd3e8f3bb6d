#pragma once

#include "render/pictures_module.h"

namespace arcadecam::render {

// The functions of PicturesModule, one library each.

std::unique_ptr<FontFace> face_by_free_type(const std::filesystem::path& file, int pixels);
std::vector<std::uint8_t> pdf_by_cairo(const Figure& figure, const picture::Metadata& metadata);

}  // namespace arcadecam::render
