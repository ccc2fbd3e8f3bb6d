#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arcadecam/core/pixel_box.h"
#include "arcadecam/core/tensor.h"
#include "arcadecam/explain/method.h"
#include "game/editor.h"

namespace arcadecam::serve {

/// What a view shows, kept beyond its owner.
inline ByteTensor copy_of(ByteTensorView view) {
  return {view.shape(), view.values()};
}

/// How much of a map lies on an object: 0 to 1.
struct ObjectShare {
  std::string object, kind;
  double share;
};

/// What a tile says of one decision.
struct Explanation {
  std::string method, target;  ///< as they were asked
  std::string explains;        ///< in words
  int action = 0;              ///< that it is about
  bool is_signed = false;
  Tensor map;               ///< height × width of the observation, 0 to 1
  Tensor signed_map;        ///< the same size, unscaled; empty of methods without signs
  float low = 0, high = 0;  ///< the map's values were low + map·(high − low)
  std::vector<std::string> warnings;
  std::vector<explain::LayerWeight> layers;
  std::vector<ObjectShare> shares;  ///< empty where nothing is known of objects
};

/// What the network makes of one state.
struct Estimate {
  std::vector<float> values;  ///< one per action
  int chosen = 0;             ///< the action of the largest value
  double margin = 0;          ///< of the decision's value over the best other one
  double entropy = 0;         ///< in nats, of how often the softmax takes each action
  double value = 0;           ///< a critic's or a dueling network's own, else the largest
  std::optional<double>
      advantage;        ///< of the chosen action's value over their mean; of a policy none
  Tensor distribution;  ///< actions × atoms, or empty
};

/// One step of the show: everything that a client is told of it.
struct ShownStep {
  std::int64_t episode = 0, step = 0, last = 0;  ///< last: so far the game was played
  int branch = 0;                                ///< 0: the trunk
  bool over = false;                             ///< the episode ended: nothing is decided
  bool human = false;  ///< a person chose the action, or will where it was not played yet
  int action = 0;      ///< decided or, where it was played already, taken
  bool greedy = true;
  double reward = 0, score = 0;  ///< of the step before; of the episode until here
  int lives = 0;
  bool lost_life = false;
  Estimate estimate;
  std::vector<Explanation> explanations;  ///< one per tile
  std::vector<game::GameObject> objects;  ///< on the screen
  std::vector<ByteTensor> frames;         ///< that led here, palette indices; the last is present
  ByteTensor observation;
  std::array<std::uint8_t, 128> ram{};
  std::vector<std::uint8_t> sound;
  double play_milliseconds = 0, explain_milliseconds = 0;
};

}  // namespace arcadecam::serve
