#include "arcadecam/core/shape.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "arcadecam/core/error.h"

namespace arcadecam {

Shape::Shape(std::initializer_list<std::int64_t> extents)
    : Shape(std::span<const std::int64_t>(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const std::int64_t> extents) {
  if (extents.size() > kMaxRank) {
    throw bad_input("a tensor of {} dimensions: at most {} are supported", extents.size(),
                    static_cast<int>(kMaxRank));
  }
  bool empty = false;
  for (const std::int64_t extent : extents) {
    if (extent < 0) throw bad_input("a tensor dimension is negative: {}", extent);
    empty = empty || extent == 0;
  }
  for (const std::int64_t extent : extents) {
    if (!empty && extent > std::numeric_limits<std::int64_t>::max() / count_) {
      throw bad_input("the product of the dimensions {} does not fit in 63 bits",
                      fmt::join(extents, "×"));
    }
    count_ = empty ? 0 : count_ * extent;
    extents_[static_cast<std::size_t>(rank_++)] = extent;
  }
}

std::int64_t Shape::operator[](int axis) const {
  const int index = axis < 0 ? axis + rank_ : axis;
  if (index < 0 || index >= rank_) {
    throw bad_input("axis {} of a tensor of {} dimensions does not exist", axis, rank_);
  }
  return extents_[static_cast<std::size_t>(index)];
}

Shape Shape::inner() const {
  if (rank_ == 0) throw bad_input("a scalar has no inner shape");
  return Shape(std::span<const std::int64_t>(begin() + 1, end()));
}

Shape Shape::batch_of(std::int64_t outermost) const {
  std::array<std::int64_t, kMaxRank + 1> extents{outermost};
  std::copy(begin(), end(), extents.begin() + 1);
  return Shape(std::span<const std::int64_t>(extents.data(), static_cast<std::size_t>(rank_) + 1));
}

bool operator==(const Shape& a, const Shape& b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

std::string to_string(const Shape& shape) {
  return shape.rank() == 0 ? "scalar" : fmt::format("{}", fmt::join(shape, "×"));
}

}  // namespace arcadecam
