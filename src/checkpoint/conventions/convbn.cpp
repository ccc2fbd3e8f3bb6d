// A small residual network with batch normalisation: conv1 bn1 relu, conv2 bn2 relu, conv3 bn3
// added to what went into conv3, relu, two fully connected layers. The smallest network that has
// what deeper ones have.

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

BuiltNetwork build_convbn(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  nodes.pixels(4, divisor_of(hints));
  const std::int64_t first = nodes.conv("conv1", 4, 8, 4);  // 84×84 → 20×20
  nodes.batch_norm("bn1", first);
  nodes.activation("relu1");
  const std::int64_t second = nodes.conv("conv2", first, 4, 2);  // → 9×9
  nodes.batch_norm("bn2", second);
  const int skip = nodes.activation("relu2");
  const std::int64_t third = nodes.conv("conv3", second, 3, 1, 1);  // → 9×9
  if (third != second) {
    throw bad_input("the tensor 'conv3.weight' has {} filters; expected {}, as what it is added to",
                    third, second);
  }
  nodes.batch_norm("bn3", third);
  nodes.add("add", nn::Add{}, {nodes.last(), skip});
  nodes.activation("relu3");
  nodes.add("flatten", nn::Flatten{});
  const std::int64_t hidden = nodes.linear("fc1", third * 9 * 9);
  nodes.activation("relu4");
  nodes.linear("fc2", hidden);
  return {nodes.finish(),
          {.network = "residual network with batch normalisation", .assumed = pixels_and_relu()}};
}

FoundNetwork recognise_convbn(const StateDict& state, const Hints& hints) {
  const bool found = has_prefix(state, "conv1.") && has_prefix(state, "bn1.");
  return {found ? "names start with 'conv1.' and 'bn1.'" : "",
          [&state, &hints] { return build_convbn(state, hints); }};
}

}  // namespace

extern constinit const Convention convbn_entry{
    "convbn", "a residual network with batch normalisation", "", recognise_convbn};

}  // namespace arcadecam::checkpoint
