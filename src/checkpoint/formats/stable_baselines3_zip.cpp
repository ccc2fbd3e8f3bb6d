// The zip of Stable-Baselines3: `data` (JSON whose values beyond plain ones are base64 of pickles,
// with their attributes as text beside), `policy.pth` (torch.save of the policy's state dict).
#include <fmt/format.h>

#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/torch_file.h"
#include "core/parse_json.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

using nlohmann::json;

constexpr int kDeepestZip = 12;
constexpr std::uint64_t kLargestData = std::uint64_t{64} << 20;
constexpr std::string_view kPolicy = "policy.pth", kData = "data";

json parse_data(std::string_view text) {
  std::string key;
  const auto guard = [&](int depth, json::parse_event_t event, json& value) {
    if (depth > kDeepestZip) throw bad_input("its data is nested too deeply");
    if (event == json::parse_event_t::key) key = value.get_ref<const std::string&>();
    // The pickles are dropped while reading: nobody looks at them.
    return !(event == json::parse_event_t::value && key == ":serialized:");
  };
  json data = parse_json(text, guard);
  if (!data.is_object()) throw bad_input("its data is no JSON object");
  return data;
}

// Attributes stand as text, as str() writes them.
std::string json_text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void read_data(const json& data, ReadState& state) {
  for (const auto& [key, value] : data.items()) {
    if (value.is_structured()) continue;
    state.facts.set(key, json_text_of(value));
  }
  for (const char* settings : {"policy_kwargs", "policy_class"}) {
    const auto found = data.find(settings);
    if (found == data.end() || !found->is_object()) continue;
    for (const auto& [key, value] : found->items()) {
      if (key.starts_with(":") || (key.starts_with("__") && key != "__module__")) continue;
      state.facts.set(key, json_text_of(value));
    }
  }
  if (const auto space = data.find("observation_space");
      space != data.end() && space->is_object() && space->contains("_shape")) {
    state.facts.set("observation_shape", json_text_of((*space)["_shape"]));
  }
  // In PPO's file it is a schedule, that is, an object.
  if (data.contains("clip_range")) state.facts.set("clip_range", "");
  for (const char* told : {"num_timesteps", "__module__", "n_quantiles", "net_arch",
                           "activation_fn", "normalize_images", "features_extractor_class"}) {
    if (const auto text = state.facts.text(told))
      note_other(state, fmt::format("'{}': {}", told, printable(*text)));
  }
  if (const auto steps = state.facts.number("num_timesteps"); steps && *steps > 0 && *steps < 1e15)
    state.step = static_cast<std::int64_t>(*steps);
}

}  // namespace

bool is_stable_baselines3(const ZipArchive& archive) {
  return archive.find(kPolicy).has_value();
}

ReadState read_stable_baselines3(const ZipArchive& archive, const InflateLimits& limits) {
  const Bytes policy = archive.read(archive.find(kPolicy).value());
  ReadState state;
  try {
    TorchFile torch =
        is_zip(policy) ? open_torch_zip(ZipArchive(policy, limits)) : open_torch_legacy(policy);
    state = read_state(torch, policy.size());
  } catch (const Error& error) {
    throw bad_input("{}: {}", kPolicy, error.what());
  }
  state.source = "stable-baselines3";
  if (const auto data = archive.find(kData)) {
    if (archive.members()[*data].size > kLargestData)
      throw bad_input("its data is over {} bytes long", kLargestData);
    const Bytes text = archive.read(*data);
    read_data(parse_data(as_text(text)), state);
  }
  return state;
}

}  // namespace arcadecam::checkpoint
