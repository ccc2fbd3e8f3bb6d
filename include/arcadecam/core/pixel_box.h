#pragma once

#include <algorithm>

namespace arcadecam {

/// A rectangle of a picture in pixels: columns left … left+width−1, rows top … top+height−1. It may
/// lie partly outside the picture. Width 0 means that it is not there.
struct PixelBox {
  int left = 0, top = 0, width = 0, height = 0;

  [[nodiscard]] bool empty() const { return width <= 0 || height <= 0; }
  friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

/// The part that both boxes have in common; an empty box where they have none.
inline PixelBox intersection(const PixelBox& a, const PixelBox& b) {
  const int left = std::max(a.left, b.left), top = std::max(a.top, b.top);
  const int right = std::min(a.left + a.width, b.left + b.width);
  const int bottom = std::min(a.top + a.height, b.top + b.height);
  if (right <= left || bottom <= top) return {};
  return {left, top, right - left, bottom - top};
}

/// The smallest box around both. An empty box does not count.
inline PixelBox cover(const PixelBox& a, const PixelBox& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  const int left = std::min(a.left, b.left), top = std::min(a.top, b.top);
  const int right = std::max(a.left + a.width, b.left + b.width);
  const int bottom = std::max(a.top + a.height, b.top + b.height);
  return {left, top, right - left, bottom - top};
}

}  // namespace arcadecam
