#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "render/pictures/parts.h"

namespace arcadecam::render {
namespace {

/// A picture as OpenCV's matrix, which wants mutable memory; sources are only read.
cv::Mat matrix_of(const picture::Image& image) {
  const picture::Size size = image.size();
  return {static_cast<int>(size.height), static_cast<int>(size.width), CV_8UC3,
          const_cast<std::uint8_t*>(image.pixels().data())};
}

}  // namespace

void shrink_by_opencv(const picture::Image& from, picture::Image& to) {
  cv::Mat target = matrix_of(to);
  cv::resize(matrix_of(from), target, target.size(), 0, 0, cv::INTER_AREA);
}

}  // namespace arcadecam::render
