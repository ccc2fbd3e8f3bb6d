#include "checkpoint/building/policy_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "arcadecam/core/error.h"
#include "core/parse_number.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

struct PictureSize {
  std::int64_t height, width;
};

// Of kernels and strides of the Nature DQN; the file holds no strides.
constexpr std::array<int, 3> kNatureKernels{8, 4, 3}, kNatureStrides{4, 2, 1};

Error not_of_its_kind(const Hints& hints, const std::string& what) {
  const std::string own = own_features_class(hints);
  return bad_input(
      "{}; the convolutions of {} are not those of NatureCNN (8×8, 4×4 and 3×3, the last one or "
      "none), and the file does not say what they are: describe the network with --network",
      what, own.empty() ? "its class of features" : fmt::format("its class '{}'", own));
}

// MultiInputPolicy has an extractor for each part of a dict of observations; one sees a picture.
std::string prefix_of_picture(const StateDict& state, const std::string& prefix) {
  constexpr std::string_view kFirst = ".cnn.0.weight";
  const std::string parts = prefix + "extractors.";
  for (const auto& [name, tensor] : state.tensors) {
    if (name.starts_with(parts) && name.ends_with(kFirst))
      return name.substr(0, name.size() - kFirst.size() + 1);
  }
  return prefix;
}

std::vector<PlainConvolution> convolutions_below(const StateDict& state, const Hints& hints,
                                                 const std::string& prefix) {
  std::vector<PlainConvolution> layers;
  for (std::size_t i = 0; i < kNatureKernels.size(); ++i) {
    const std::string name = fmt::format("{}cnn.{}", prefix, 2 * i);
    const nn::Weights weight = state.find(name + ".weight");
    if (weight == nullptr && i == 2) break;
    if (weight == nullptr) throw not_of_its_kind(hints, fmt::format("there is no '{}'", name));
    const Shape& shape = weight->shape();
    const int kernel = kNatureKernels.at(i);
    if (shape.rank() == 4 && (shape[2] != kernel || shape[3] != kernel)) {
      throw not_of_its_kind(hints,
                            fmt::format("'{}' has a kernel of {}×{}", name, shape[2], shape[3]));
    }
    layers.push_back({name, kernel, kNatureStrides.at(i)});
  }
  for (const auto& tensor : state.tensors) {
    if (!tensor.name.starts_with(prefix + "cnn.")) continue;
    const bool known = std::ranges::any_of(layers, [&](const PlainConvolution& layer) {
      return tensor.name.starts_with(layer.name + ".");
    });
    if (!known) throw not_of_its_kind(hints, fmt::format("there is '{}'", printable(tensor.name)));
  }
  return layers;
}

// How many values lie behind the convolutions of such a picture.
std::int64_t count_behind(const std::vector<PlainConvolution>& layers, PictureSize picture,
                          std::int64_t channels) {
  for (const PlainConvolution& layer : layers) {
    if (picture.height < layer.kernel || picture.width < layer.kernel) return 0;
    picture.height = (picture.height - layer.kernel) / layer.stride + 1;
    picture.width = (picture.width - layer.kernel) / layer.stride + 1;
  }
  return channels * picture.height * picture.width;
}

// The last two of the observations' extents where a zip says them: "[4,84,84]".
std::optional<PictureSize> said_size(const Hints& hints) {
  constexpr std::int64_t kLargest = 512;
  auto text = hints.facts.text("observation_shape");
  if (!text || !text->starts_with('[') || !text->ends_with(']')) return std::nullopt;
  text = text->substr(1, text->size() - 2);
  const std::size_t first = text->find(','), second = text->rfind(',');
  if (first == std::string_view::npos || first == second) return std::nullopt;
  const auto height = parse_number<std::int64_t>(text->substr(first + 1, second - first - 1)),
             width = parse_number<std::int64_t>(text->substr(second + 1));
  if (!height || !width || *height < 1 || *width < 1 || *height > kLargest || *width > kLargest)
    return std::nullopt;
  return PictureSize{*height, *width};
}

// What the layer behind the convolutions takes tells; else it is the usual one, and the layer will
// not fit. Whole screens are of NTSC games and of the few PAL ones.
PictureSize picture_size(const StateDict& state, const Hints& hints,
                         const std::vector<PlainConvolution>& layers, const std::string& prefix) {
  constexpr PictureSize kUsual{84, 84};
  const nn::Weights first = state.find(layers.front().name + ".weight"),
                    last = state.find(layers.back().name + ".weight"),
                    linear = state.find(prefix + "linear.0.weight");
  if (linear == nullptr || first->shape().rank() != 4 || last->shape().rank() != 4 ||
      linear->shape().rank() != 2) {
    return kUsual;
  }
  const auto fits = [&](const PictureSize& size) {
    return count_behind(layers, size, last->shape()[0]) == linear->shape()[1];
  };
  if (const auto said = said_size(hints); said && fits(*said)) return *said;
  for (const PictureSize& size : {kUsual, PictureSize{64, 64}, PictureSize{96, 96}})
    if (fits(size)) return size;
  if (first->shape()[1] % 3 != 0) return kUsual;
  for (const PictureSize& screen : {PictureSize{210, 160}, PictureSize{250, 160}})
    if (fits(screen)) return screen;
  return kUsual;
}

}  // namespace

std::string own_features_class(const Hints& hints) {
  constexpr std::string_view kBefore = "<class '", kBehind = "'>";
  auto name = hints.facts.text("features_extractor_class");
  if (!name || !name->starts_with(kBefore) || !name->ends_with(kBehind)) return {};
  name->remove_prefix(kBefore.size());
  name->remove_suffix(kBehind.size());
  // CombinedExtractor makes a NatureCNN for each picture.
  if (name->ends_with(".NatureCNN") || name->ends_with(".CombinedExtractor")) return {};
  return printable(*name);
}

PolicyFeatures find_policy_features(const StateDict& state, const Hints& hints,
                                    const std::string& prefix) {
  PolicyFeatures features{prefix_of_picture(state, prefix), {}};
  features.convolutions = convolutions_below(state, hints, features.prefix);
  const PictureSize size = picture_size(state, hints, features.convolutions, features.prefix);
  features.height = size.height;
  features.width = size.width;
  return features;
}

}  // namespace arcadecam::checkpoint
