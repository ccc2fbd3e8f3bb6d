#include "core/module.h"
#include "render/pictures/parts.h"

namespace {

constexpr arcadecam::render::PicturesModule kPicturesTable{
    .open_face = arcadecam::render::face_by_free_type,
    .pdf = arcadecam::render::pdf_by_cairo,
};

}  // namespace

extern "C" __attribute__((visibility("default"))) arcadecam::ModuleEntry arcadecam_module() {
  return {ARCADECAM_VERSION, &kPicturesTable};
}
