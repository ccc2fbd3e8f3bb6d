#pragma once

#include <cstdint>
#include <vector>

#include "render/layout.h"

namespace arcadecam::render {

/// Measures of a 16:9 frame below its header, and rows of panels in it.
class RowGrid {
 public:
  /// What is to be placed: a kind and, where it is of a method, which.
  struct Content {
    PanelKind kind;
    std::size_t method;
  };

  explicit RowGrid(std::int64_t height) : height_(height) {}

  /// Pixels at 720 lines → pixels here.
  [[nodiscard]] std::int64_t scaled(std::int64_t pixels) const {
    constexpr std::int64_t kDesignHeight = 720;
    return (pixels * height_ + kDesignHeight / 2) / kDesignHeight;
  }
  [[nodiscard]] picture::Size frame() const { return {height_, (height_ * 16 / 9 + 1) / 2 * 2}; }
  [[nodiscard]] std::int64_t gap() const { return scaled(16); }
  [[nodiscard]] std::int64_t title() const { return scaled(24); }
  [[nodiscard]] std::int64_t top() const { return scaled(48); }
  [[nodiscard]] std::int64_t bottom() const { return height_ - scaled(12); }

  /// `box` is the picture's size with the title's corner.
  [[nodiscard]] FrameLayout::Panel panel(const Content& content, const picture::Box& box) const;

  /// The panels of a specification. Rows with the screen or an overlay get twice the height of
  /// other rows, but not more than their pictures can use at 4:3. Panels that are not pictures
  /// share the width that is left. Throws Error (usage) when something would be too small to be
  /// read.
  [[nodiscard]] std::vector<FrameLayout::Panel> rows(const LayoutSpec& spec,
                                                     std::size_t methods) const;

 private:
  std::int64_t height_;
};

}  // namespace arcadecam::render
