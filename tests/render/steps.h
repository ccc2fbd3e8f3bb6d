#pragma once

#include <cmath>
#include <deque>
#include <string>

#include "arcadecam/explain/method.h"
#include "episode/step.h"

namespace arcadecam::test {

/// Made-up steps of a run: a dark screen, faint maps, values that change from step to step.
class Steps {
 public:
  Steps(int methods, int actions, std::int64_t lines = 210)
      : screen_(Shape{lines, 160, 3}), observation_(Shape{4, 84, 84}) {
    info.agent = "agent";
    info.agent_sha256 = std::string(64, '0');
    info.game = {.name = "pong",
                 .title = "Pong",
                 .rom_md5 = {},
                 .actions = {},
                 .modes = {},
                 .difficulties = {}};
    info.protocol.name = "modern";
    info.policy = "greedy";
    info.target = "chosen";
    info.engine = "reference";
    for (int a = 0; a < actions; ++a) info.actions.push_back(a);
    for (int m = 0; m < methods; ++m)
      info.methods.push_back({.id = "method" + std::to_string(m), .values = {}});
    info.screen = screen_.shape();
    maps_.resize(static_cast<std::size_t>(methods));
    for (auto& attribution : maps_) {
      attribution.map = Tensor(Shape{84, 84});
      attribution.signed_map = Tensor(Shape{84, 84});
      attribution.highest = 1;
    }
  }

  /// A white object of 1/21 of the screen's height and width around a place (0…1), and maps that
  /// are 1 on it and 0 elsewhere.
  void paint_object(double row, double column) {
    const auto inside = [&](double r, double c) {
      return std::abs(r - row) < 1.0 / 42 && std::abs(c - column) < 1.0 / 42;
    };
    const std::int64_t lines = screen_.shape()[0];
    for (std::int64_t i = 0; i < lines * 160; ++i) {
      const double r = (static_cast<double>(i / 160) + 0.5) / static_cast<double>(lines);
      if (!inside(r, (static_cast<double>(i % 160) + 0.5) / 160)) continue;
      for (int c = 0; c < 3; ++c) screen_.data()[i * 3 + c] = 255;
    }
    for (auto& attribution : maps_) {
      for (std::int64_t i = 0; i < 84 * 84; ++i) {
        const double r = (static_cast<double>(i / 84) + 0.5) / 84;
        const double c = (static_cast<double>(i % 84) + 0.5) / 84;
        attribution.map.data()[i] = inside(r, c) ? 1.0F : 0.0F;
      }
    }
  }

  /// A network with distributions over 5 atoms, −2 … 2: each action's is on one atom alone, the
  /// first one's on the last but one, and its value is that atom's.
  void give_distributions() {
    const auto actions = static_cast<std::int64_t>(info.actions.size());
    info.atoms = {-2, -1, 0, 1, 2};
    info.distributions = Shape{actions, 5};
    distributions_ = Tensor(info.distributions);
    for (std::int64_t a = 0; a < actions; ++a) distributions_.data()[a * 5 + (3 + a) % 5] = 1;
  }

  /// The next step; its views last as long as this object.
  episode::Step next() {
    episode::Step step;
    step.index = index_++;
    step.screen = screen_.view();
    step.observation = observation_.view();
    for (std::size_t a = 0; a < info.actions.size(); ++a)
      step.values.push_back(std::sin(static_cast<float>(step.index) + static_cast<float>(a)));
    if (!info.atoms.empty()) {
      step.distributions = distributions_.view();
      for (std::size_t a = 0; a < step.values.size(); ++a) step.values[a] = info.atoms[(3 + a) % 5];
    }
    step.decision = {0, true};
    for (const auto& attribution : maps_) step.attributions.push_back(&attribution);
    return step;
  }

  /// The maps of the steps to come, one per method.
  std::deque<explain::Attribution>& maps() { return maps_; }

  episode::RunInfo info;

 private:
  ByteTensor screen_, observation_;
  Tensor distributions_;
  std::deque<explain::Attribution> maps_;
  std::int64_t index_ = 0;
};

}  // namespace arcadecam::test
