#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "arcadecam/core/error.h"
#include "render/pictures/parts.h"

namespace arcadecam::render {
namespace {

cv::ColormapTypes colormap_of(std::string_view name) {
  if (name == "inferno") return cv::COLORMAP_INFERNO;
  if (name == "jet") return cv::COLORMAP_JET;
  if (name == "turbo") return cv::COLORMAP_TURBO;
  throw bad_usage("OpenCV's colour map '{}' is not known here", name);
}

/// A picture as OpenCV's matrix, which wants mutable memory; sources are only read.
cv::Mat matrix_of(const Image& image) {
  const Size size = image.size();
  return {static_cast<int>(size.height), static_cast<int>(size.width), CV_8UC3,
          const_cast<std::uint8_t*>(image.pixels().data())};
}

cv::Mat matrix_of(TensorView values) {
  return {static_cast<int>(values.shape()[0]), static_cast<int>(values.shape()[1]), CV_32FC1,
          const_cast<float*>(values.data())};
}

}  // namespace

std::array<Rgb, 256> color_table_of_opencv(std::string_view name) {
  cv::Mat indices(1, 256, CV_8UC1);
  for (int i = 0; i < 256; ++i) indices.at<std::uint8_t>(0, i) = static_cast<std::uint8_t>(i);
  cv::Mat bgr;
  cv::applyColorMap(indices, bgr, colormap_of(name));
  std::array<Rgb, 256> colors;
  for (int i = 0; i < 256; ++i) {
    const auto& pixel = bgr.at<cv::Vec3b>(0, i);
    colors[static_cast<std::size_t>(i)] = {pixel[2], pixel[1], pixel[0]};
  }
  return colors;
}

void resize_bilinear_by_opencv(TensorView from, MutableTensorView to) {
  cv::Mat target = matrix_of(to);
  cv::resize(matrix_of(from), target, target.size(), 0, 0, cv::INTER_LINEAR);
}

void shrink_by_opencv(const Image& from, Image& to) {
  cv::Mat target = matrix_of(to);
  cv::resize(matrix_of(from), target, target.size(), 0, 0, cv::INTER_AREA);
}

}  // namespace arcadecam::render
