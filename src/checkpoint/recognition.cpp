#include "checkpoint/recognition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "checkpoint/building/spectral_norm.h"
#include "checkpoint/building/tensor_names.h"
#include "checkpoint/building/weight_norm.h"
#include "core/nearest.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

using Found = std::vector<std::pair<const Convention*, FoundNetwork>>;

// What recognises the tensors, of the ordinary conventions or of the last resorts.
Found recognising(const StateDict& state, const Hints& hints, bool last_resort) {
  Found found;
  for (const Convention* convention : conventions()) {
    if (convention->last_resort != last_resort) continue;
    if (FoundNetwork network = convention->recognise(state, hints); !network.evidence.empty())
      found.emplace_back(convention, std::move(network));
  }
  return found;
}

using Names = std::shared_ptr<const StateDict>;

// Takes off what all names begin with, part by part, until `knows` says yes of what is left.
// Returns what was taken off, or nothing where it never does; then `state` is as it was.
template <typename Knows>
std::optional<std::string> take_off_prefix(Names& state, const Knows& knows) {
  constexpr int kMostParts = 8;
  Names rest = state;
  std::string taken;
  for (int part = 0; part <= kMostParts; ++part) {
    if (knows(*rest)) {
      state = std::move(rest);
      return taken;
    }
    const std::string prefix = common_first_part(*rest);
    if (prefix.empty()) break;
    rest = std::make_shared<const StateDict>(without_prefix(*rest, prefix));
    taken += prefix;
  }
  return std::nullopt;
}

// Leaves out target networks and the like; whether there were any.
bool take_off_beside(Names& names, Recognition& recognition) {
  auto rest = std::make_shared<StateDict>(*names);
  const std::vector<std::string> beside = leave_out_beside(*rest);
  if (beside.empty()) return false;
  recognition.evidence.push_back(
      fmt::format("Left out: {} tensors of networks beside the one that plays ('{}').",
                  names->tensors.size() - rest->tensors.size(),
                  printable(fmt::format("{}", fmt::join(beside, "', '")), 400)));
  names = std::move(rest);
  return true;
}

void say_taken_off(const std::string& prefix, Recognition& recognition) {
  if (prefix.empty()) return;
  recognition.evidence.push_back(
      fmt::format("Names: '{}', with which all of them begin, was taken off.", printable(prefix)));
}

// Weights that a network computes before it uses them.
void check_no_parametrization(const StateDict& state) {
  for (const auto& [name, tensor] : state.tensors) {
    if (name.find(".parametrizations.") == std::string::npos) continue;
    throw bad_input(
        "'{}' belongs to a parametrization of PyTorch's that is not known here (weight_norm and "
        "spectral_norm are): before saving, call "
        "torch.nn.utils.parametrize.remove_parametrizations(layer, 'weight')",
        printable(name));
  }
}

Error unknown_tensors(const StateDict& state) {
  // What tf.train.Checkpoint writes, and Keras' models inside a SavedModel.
  constexpr std::string_view kOfObjects = "/.ATTRIBUTES/VARIABLE_VALUE";
  if (state.tensors.front().name.ends_with(kOfObjects)) {
    return bad_input(
        "a TensorFlow checkpoint of Python objects, which does not say what their layers do: save "
        "the Keras model itself, model.save('NAME.keras'); --network describes any other");
  }
  const auto is_kernel = [](const auto& tensor) { return tensor.tensor->shape().rank() == 4; };
  if (std::ranges::none_of(state.tensors, is_kernel)) {
    return bad_input(
        "none of its tensors ('{}' and {} more) is the kernel of a convolution: expected a network "
        "of pictures; one that sees numbers alone has no maps",
        state.tensors.front().name, state.tensors.size() - 1);
  }
  std::vector<std::string_view> known;
  for (const Convention* convention : conventions()) known.push_back(convention->id);
  return bad_input(
      "its tensors ('{}' and {} more) are those of no known network (there are {}); --as NAME says "
      "what one of them lacks, --network describes any other",
      state.tensors.front().name, state.tensors.size() - 1, fmt::join(known, ", "));
}

void take_network(Found found, const StateDict& state, Recognition& recognition) {
  if (found.empty()) throw unknown_tensors(state);
  if (found.size() > 1) {
    std::vector<std::string> fitting;
    for (const auto& [convention, network] : found)
      fitting.push_back(fmt::format("{} ({})", convention->id, network.evidence));
    throw bad_input("its tensors fit several conventions: {}; say which one it is with --as NAME",
                    fmt::join(fitting, "; "));
  }
  recognition.convention = found.front().first;
  recognition.network = std::move(found.front().second);
  recognition.evidence.insert(
      recognition.evidence.begin(),
      fmt::format("Convention {}: {}.", recognition.convention->id, recognition.network.evidence));
}

}  // namespace

const Convention& named_convention(const std::string& name) {
  std::vector<std::string_view> ids;
  for (const Convention* convention : conventions()) {
    if (convention->id == name) return *convention;
    ids.push_back(convention->id);
  }
  throw bad_usage("there is no convention '{}'; {}", printable(name), nearest_or_all(name, ids));
}

Recognition recognise(const StateDict& state, const Hints& hints,
                      const std::optional<std::string>& as) {
  const auto parameters = hints.source == "flax" ? flax_parameters(state) : std::nullopt;
  auto unwrapped = std::make_shared<StateDict>(parameters.value_or(state));
  Recognition recognition{nullptr, unwrapped, {}, {}};
  Names& names = recognition.state;
  if (const std::string wrapper = leave_out_wrappers(*unwrapped); !wrapper.empty()) {
    recognition.evidence.push_back(
        fmt::format("Names: '{}', which a wrapper puts into them, was left out.", wrapper));
  }
  const auto say_undone = [&](const std::vector<std::string>& undone, std::string_view what) {
    if (undone.empty()) return;
    recognition.evidence.push_back(fmt::format("Weights: {} {} ('{}', …) were made plain ones.",
                                               undone.size(), what, printable(undone.front())));
  };
  say_undone(undo_weight_norm(*unwrapped), "with weight normalisation");
  say_undone(undo_spectral_norm(*unwrapped), "with spectral normalisation");
  say_undone(undo_pruning(*unwrapped), "that were pruned");
  check_no_parametrization(*unwrapped);
  if (parameters && parameters->tensors.size() < state.tensors.size()) {
    recognition.evidence.push_back(
        fmt::format("Left out: {} tensors of an optimiser or a target network.",
                    state.tensors.size() - parameters->tensors.size()));
  }
  if (as) {
    const Convention& convention = named_convention(*as);
    FoundNetwork& network = recognition.network;
    const auto knows = [&](const StateDict& rest) {
      network = convention.recognise(rest, hints);
      return !network.evidence.empty();
    };
    auto prefix = take_off_prefix(names, knows);
    if (!prefix && take_off_beside(names, recognition)) prefix = take_off_prefix(names, knows);
    if (!prefix) network = convention.recognise(*names, hints);
    recognition.convention = &convention;
    recognition.evidence.insert(recognition.evidence.begin(),
                                fmt::format("Convention {}: as --as says.", *as));
    say_taken_off(prefix.value_or(""), recognition);
    return recognition;
  }
  Found found;
  const auto knows = [&](const StateDict& rest) {
    found = recognising(rest, hints, false);
    return !found.empty();
  };
  auto prefix = take_off_prefix(names, knows);
  if (!prefix && take_off_beside(names, recognition)) prefix = take_off_prefix(names, knows);
  if (found.empty()) {
    if (const std::vector<std::string> alike = alike_networks(*names); !alike.empty()) {
      throw bad_input(
          "it holds several networks with the same names of tensors: {}; give --entry NAME for the "
          "one that plays",
          printable(fmt::format("'{}'", fmt::join(alike, "', '")), 400));
    }
    found = recognising(*names, hints, true);
  }
  take_network(std::move(found), *names, recognition);
  say_taken_off(prefix.value_or(""), recognition);
  return recognition;
}

}  // namespace arcadecam::checkpoint
