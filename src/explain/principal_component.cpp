#include "explain/principal_component.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::explain {

void with_largest_positive(const std::vector<double>& image, float* projection) {
  const auto largest = std::ranges::max_element(image, {}, [](double x) { return std::abs(x); });
  const double sign = *largest < 0 ? -1 : 1;
  std::ranges::transform(image, projection,
                         [sign](double x) { return static_cast<float>(sign * x); });
}

void PrincipalComponent::multiply(const double* v) {
  std::ranges::fill(image_, 0.0);
  for (std::int64_t c = 0; c < channels_; ++c)
    add_scaled(v[c], centred_.data() + c * area_, area_, image_.data());
}

void PrincipalComponent::project(const float* values, std::int64_t channels, std::int64_t area,
                                 float* projection) {
  channels_ = channels;
  area_ = area;
  std::fill_n(projection, area, 0.0F);
  centred_.resize(static_cast<std::size_t>(channels * area));
  image_.resize(static_cast<std::size_t>(area));
  start_.resize(static_cast<std::size_t>(channels));
  double size = 0;
  for (std::int64_t c = 0; c < channels; ++c) {
    const float* from = values + c * area;
    double mean = 0;
    for (std::int64_t i = 0; i < area; ++i) mean += from[i];
    mean /= static_cast<double>(area);
    double* to = centred_.data() + c * area;
    for (std::int64_t i = 0; i < area; ++i) to[i] = from[i] - mean;
    const double square = dot(to, to, area);
    size += square;
    // A start that leans towards the channels that vary most, and is orthogonal to nothing.
    start_[static_cast<std::size_t>(c)] =
        std::sqrt(square) * (1 + 0.1 * std::sin(static_cast<double>(c)));
  }
  if (!(size > 0)) return;
  largest_.find(start_, size, std::min(channels, area), [&](const double* v, double* image) {
    multiply(v);
    for (std::int64_t c = 0; c < channels; ++c)
      image[c] = dot(centred_.data() + c * area, image_.data(), area);
  });
  multiply(largest_.vector().data());
  with_largest_positive(image_, projection);
}

}  // namespace arcadecam::explain
