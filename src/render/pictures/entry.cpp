#include "core/module.h"
#include "render/pictures/parts.h"

namespace {

constexpr arcadecam::render::PicturesModule kPicturesTable{
    .open_face = arcadecam::render::face_by_free_type,
    .pdf = arcadecam::render::pdf_by_cairo,
    .shrink = arcadecam::render::shrink_by_opencv,
};

}  // namespace

extern "C" __attribute__((visibility("default"))) arcadecam::ModuleEntry arcadecam_module() {
  return {ARCADECAM_VERSION, &kPicturesTable};
}
