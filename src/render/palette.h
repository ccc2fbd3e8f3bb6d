#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "picture/image.h"

namespace arcadecam::render {

/// Chooses the colours that stand for all those of some pictures, and says which stands for which.
class Palette {
 public:
  /// Counts the colours of a picture.
  void add(const picture::Image& image);
  /// Chooses at most `most` ≥ 1 colours: all of them where they are no more, else by median cut
  /// (Heckbert 1982; the box whose colours spread most is cut next). The same pictures give the
  /// same colours.
  void choose(std::size_t most);

  /// What was chosen, in a fixed order.
  [[nodiscard]] const std::vector<picture::Rgb>& colors() const noexcept { return colors_; }
  /// The chosen colour nearest to a pixel's, by its index. The pixel's picture must have been
  /// added.
  [[nodiscard]] std::uint8_t index_of(const picture::Rgb& pixel) const;

 private:
  struct Entry {
    std::uint64_t pixels = 0;
    std::uint8_t index = 0;
  };

  std::unordered_map<std::uint32_t, Entry> seen_;  ///< by the colour as one number
  std::vector<picture::Rgb> colors_;
};

}  // namespace arcadecam::render
