#include "render/pictures_module.h"

#include "core/module.h"

namespace arcadecam::render {

const PicturesModule& pictures_module() {
  return module_table<PicturesModule>("pictures", "pictures");
}

std::vector<std::uint8_t> pdf_of(const Figure& figure, const picture::Metadata& metadata) {
  return pictures_module().pdf(figure, metadata);
}

}  // namespace arcadecam::render
