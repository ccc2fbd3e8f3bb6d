#include "agent/described_protocol.h"

#include <fmt/ranges.h>

#include <array>
#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::agent {
namespace {

using checkpoint::ProtocolSetting;
using game::Protocol;

Error wrong(const ProtocolSetting& setting, std::string_view expected) {
  return bad_input(
      "{}: expected {}, found {}", setting.where, expected,
      std::visit([](const auto& value) { return fmt::format("{}", value); }, setting.value));
}

void set(bool& field, const ProtocolSetting& setting) {
  const auto* value = std::get_if<bool>(&setting.value);
  if (value == nullptr) throw wrong(setting, "true or false");
  field = *value;
}

double number(const ProtocolSetting& setting, double least, double most, bool whole) {
  const auto* value = std::get_if<double>(&setting.value);
  if (value == nullptr || !(*value >= least && *value <= most) ||
      (whole && *value != std::floor(*value))) {
    throw wrong(setting,
                fmt::format("a {} from {} to {}", whole ? "whole number" : "number", least, most));
  }
  return *value;
}

void set(int& field, const ProtocolSetting& setting, int least, int most) {
  field = static_cast<int>(number(setting, least, most, true));
}

const std::string& word(const ProtocolSetting& setting) {
  const auto* value = std::get_if<std::string>(&setting.value);
  if (value == nullptr) throw wrong(setting, "a text");
  return *value;
}

template <typename T>
void set(T& field, const ProtocolSetting& setting, T (*parse)(std::string_view)) {
  try {
    field = parse(word(setting));
  } catch (const Error& error) {
    if (std::holds_alternative<std::string>(setting.value))
      throw bad_input("{}: {}", setting.where, error.what());
    throw;
  }
}

Protocol::Fire parse_fire(std::string_view name) {
  using Fire = Protocol::Fire;
  constexpr std::array<std::pair<std::string_view, Fire>, 5> kNames{
      {{"never", Fire::kNever},
       {"frame", Fire::kFrame},
       {"first-frame", Fire::kFirstFrame},
       {"step", Fire::kStep},
       {"two-steps", Fire::kTwoSteps}}};
  for (const auto& [known, fire] : kNames) {
    if (known == name) return fire;
  }
  throw bad_input(
      "'{}' is no way to fire; expected one of: never, frame, first-frame, step, two-steps", name);
}

using Setter = void (*)(Protocol& protocol, const ProtocolSetting& setting);

constexpr std::array<std::pair<std::string_view, Setter>, 23> kSetters{{
    {"sticky_probability",
     [](Protocol& to, const ProtocolSetting& setting) {
       to.sticky_probability = static_cast<float>(number(setting, 0, 1, false));
     }},
    {"noops_from",
     [](Protocol& to, const ProtocolSetting& setting) { set(to.noops_from, setting, 0, 10'000); }},
    {"noops_below",
     [](Protocol& to, const ProtocolSetting& setting) { set(to.noops_below, setting, 0, 10'000); }},
    {"life_ends_training_episode",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.life_ends_training_episode, setting);
     }},
    {"frame_skip",
     [](Protocol& to, const ProtocolSetting& setting) { set(to.frame_skip, setting, 1, 1'000); }},
    {"grey",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.pixels.grey, setting, game::parse_grey);
     }},
    {"pool",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.pixels.pool, setting, game::parse_pool);
     }},
    {"filter",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.pixels.filter, setting, game::parse_filter);
     }},
    {"crop_top", [](Protocol& to,
                    const ProtocolSetting& setting) { set(to.pixels.crop_top, setting, 0, 511); }},
    {"crop_left",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.pixels.crop_left, setting, 0, 511);
     }},
    {"crop_height",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.pixels.crop_height, setting, 1, 512);
     }},
    {"crop_width",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.pixels.crop_width, setting, 1, 512);
     }},
    {"stretch",
     [](Protocol& to, const ProtocolSetting& setting) { set(to.pixels.stretch, setting); }},
    {"first_plane_fills_stack",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.first_plane_fills_stack, setting);
     }},
    {"fire",
     [](Protocol& to, const ProtocolSetting& setting) { set(to.fire, setting, parse_fire); }},
    {"restarts_after_life",
     [](Protocol& to, const ProtocolSetting& setting) { set(to.restarts_after_life, setting); }},
    {"noops_after_life",
     [](Protocol& to, const ProtocolSetting& setting) { set(to.noops_after_life, setting); }},
    {"noop_draw",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.noop_draw, setting, game::parse_noop_draw);
     }},
    {"life_ends_episode",
     [](Protocol& to, const ProtocolSetting& setting) { set(to.life_ends_episode, setting); }},
    {"after_life",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.after_life, setting, game::parse_after_life);
     }},
    {"ending", [](Protocol& to,
                  const ProtocolSetting& setting) { set(to.ending, setting, game::parse_ending); }},
    {"counts_after_reset",
     [](Protocol& to, const ProtocolSetting& setting) { set(to.counts_after_reset, setting); }},
    {"max_frames",
     [](Protocol& to, const ProtocolSetting& setting) {
       set(to.max_frames, setting, 0, 1'000'000'000);
     }},
}};

void apply(Protocol& protocol, const ProtocolSetting& setting) {
  std::vector<std::string_view> known;
  for (const auto& [name, setter] : kSetters) {
    if (name == setting.name) return setter(protocol, setting);
    known.push_back(name);
  }
  throw bad_input("{}: expected base or one of {}, found \"{}\"", setting.where,
                  fmt::join(known, ", "), setting.name);
}

}  // namespace

Protocol protocol_of(const checkpoint::Checkpoint& checkpoint) {
  const Protocol base = game::find_protocol(checkpoint.protocol.value_or("modern"));
  Protocol protocol = base;
  for (const ProtocolSetting& setting : checkpoint.protocol_settings) apply(protocol, setting);
  if (protocol == base) return base;
  try {
    game::check(protocol);
  } catch (const Error& error) {  // two settings that do not go together
    throw bad_input("{}: {}", checkpoint.protocol_settings.front().where, error.what());
  }
  protocol.name += " (changed)";
  return protocol;
}

}  // namespace arcadecam::agent
