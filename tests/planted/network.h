#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "arcadecam/nn/engine.h"
#include "planted/planted.h"

namespace arcadecam::planted::test {

inline constexpr int kSide = 84, kPlane = kSide * kSide;

/// Four planes of pixels.
class Picture {
 public:
  explicit Picture(std::uint8_t grey) : pixels_(Shape{1, 4, kSide, kSide}) {
    std::ranges::fill(pixels_.values(), grey);
  }

  void paint(int plane, const PixelBox& box, std::uint8_t grey) {
    for (int y = box.top; y < box.top + box.height; ++y) {
      for (int x = box.left; x < box.left + box.width; ++x) at(plane, y, x) = grey;
    }
  }
  void paint_all(const PixelBox& box, std::uint8_t grey) {
    for (int plane = 0; plane < 4; ++plane) paint(plane, box, grey);
  }
  std::uint8_t& at(int plane, int y, int x) {
    return pixels_.values()[static_cast<std::size_t>(plane * kPlane + y * kSide + x)];
  }
  /// A picture is what networks take.
  operator ByteTensorView() const { return pixels_.view(); }

 private:
  ByteTensor pixels_;
};

/// An agent's network on an engine.
class Network {
 public:
  explicit Network(const std::string& name, const std::string& engine = "cpu")
      : graph_(std::make_shared<const nn::Graph>(find_planted(name)->build())),
        engine_(nn::make_engine(engine, graph_)),
        hidden_(*graph_->find("relu4")) {}

  std::vector<float> values(ByteTensorView picture) {
    engine_->forward(picture, {{hidden_}, {}}, tape_);
    return {tape_.output().values().begin(), tape_.output().values().end()};
  }
  /// Of the last picture.
  [[nodiscard]] std::vector<float> hidden() const {
    const auto values = tape_.activation(hidden_).values();
    return {values.begin(), values.end()};
  }
  /// The derivative of an action's value with respect to every pixel.
  std::vector<float> gradient(ByteTensorView picture, int action) {
    Tensor seed(Shape{1, graph_->actions()});
    seed.values()[static_cast<std::size_t>(action)] = 1;
    engine_->forward(picture, {{}, {0}}, tape_).backward(seed.view(), tape_);
    const auto values = tape_.gradient(0).values();
    return {values.begin(), values.end()};
  }

 private:
  std::shared_ptr<const nn::Graph> graph_;
  std::unique_ptr<nn::Engine> engine_;
  int hidden_;
  nn::Tape tape_;
};

/// The action of the largest value.
inline int best(const std::vector<float>& values) {
  return static_cast<int>(std::ranges::max_element(values) - values.begin());
}

}  // namespace arcadecam::planted::test
