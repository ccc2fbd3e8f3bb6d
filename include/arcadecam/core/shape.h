#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace arcadecam {

/// The extents of a tensor, outermost first (NCHW for images). At most kMaxRank dimensions, held
/// inline so that a shape never allocates.
class Shape {
 public:
  static constexpr int kMaxRank = 6;

  Shape() = default;
  /// Throws Error when there are more than kMaxRank extents, one is negative, or their product does
  /// not fit in 63 bits.
  Shape(std::initializer_list<std::int64_t> extents);
  explicit Shape(std::span<const std::int64_t> extents);

  [[nodiscard]] int rank() const noexcept { return rank_; }
  /// `axis` may be negative and then counts from the innermost dimension.
  [[nodiscard]] std::int64_t operator[](int axis) const;
  /// Product of the extents; 1 for rank 0.
  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] const std::int64_t* begin() const noexcept { return extents_.data(); }
  [[nodiscard]] const std::int64_t* end() const noexcept { return extents_.data() + rank_; }
  /// This shape without its outermost dimension.
  [[nodiscard]] Shape inner() const;
  /// This shape with `outermost` in front.
  [[nodiscard]] Shape batch_of(std::int64_t outermost) const;

  friend bool operator==(const Shape& a, const Shape& b) noexcept;

 private:
  std::array<std::int64_t, kMaxRank> extents_{};
  int rank_ = 0;
  std::int64_t count_ = 1;
};

/// For example "4×84×84"; "scalar" for rank 0.
std::string to_string(const Shape& shape);

}  // namespace arcadecam
