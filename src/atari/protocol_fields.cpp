#include "atari/protocol_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::atari {
namespace {

using Switch = ProtocolField::Switch;
using Whole = ProtocolField::Whole;
using Share = ProtocolField::Share;
using Word = ProtocolField::Word;

constexpr int kMostNoops = 10'000;

constexpr std::array<std::string_view, 5> kFires{"never", "frame", "step", "two-steps",
                                                 "first-frame"};

Protocol::Fire parse_fire(std::string_view name) {
  const auto found = std::ranges::find(kFires, name);
  if (found == kFires.end()) {
    throw bad_input(
        "'{}' is no way to fire; expected one of: never, frame, first-frame, step, two-steps",
        name);
  }
  return static_cast<Protocol::Fire>(found - kFires.begin());
}

template <auto field>
constexpr auto of_protocol = [](Protocol& protocol) -> auto& {
  return protocol.*field;
};
template <auto field>
constexpr auto of_pixels = [](Protocol& protocol) -> auto& {
  return protocol.pixels.*field;
};

constexpr std::array<ProtocolField, 27> kFields{{
    {"sticky_probability", Share{of_protocol<&Protocol::sticky_probability>}},
    {"noops_from", Whole{of_protocol<&Protocol::noops_from>, 0, kMostNoops}},
    {"noops_below", Whole{of_protocol<&Protocol::noops_below>, 0, kMostNoops}},
    {"life_ends_training_episode", Switch{of_protocol<&Protocol::life_ends_training_episode>}},
    {"frame_skip", Whole{of_protocol<&Protocol::frame_skip>, 1, 1'000}},
    {"grey", Word{[](const Protocol& from) { return name_of(from.pixels.grey); },
                  [](Protocol& to, std::string_view word) { to.pixels.grey = parse_grey(word); }}},
    {"pool", Word{[](const Protocol& from) { return name_of(from.pixels.pool); },
                  [](Protocol& to, std::string_view word) { to.pixels.pool = parse_pool(word); }}},
    {"filter",
     Word{[](const Protocol& from) { return name_of(from.pixels.filter); },
          [](Protocol& to, std::string_view word) { to.pixels.filter = parse_filter(word); }}},
    {"crop_top", Whole{of_pixels<&Pixels::crop_top>, 0, kLargestSide}},
    {"crop_left", Whole{of_pixels<&Pixels::crop_left>, 0, kLargestSide}},
    {"crop_height", Whole{of_pixels<&Pixels::crop_height>, 0, kLargestSide}},
    {"crop_width", Whole{of_pixels<&Pixels::crop_width>, 0, kLargestSide}},
    {"stretch", Switch{of_pixels<&Pixels::stretch>}},
    {"first_plane_fills_stack", Switch{of_protocol<&Protocol::first_plane_fills_stack>}},
    {"fire", Word{[](const Protocol& from) { return kFires[static_cast<std::size_t>(from.fire)]; },
                  [](Protocol& to, std::string_view word) { to.fire = parse_fire(word); }}},
    {"restarts_after_life", Switch{of_protocol<&Protocol::restarts_after_life>}},
    {"noops_after_life", Switch{of_protocol<&Protocol::noops_after_life>}},
    {"noop_draw",
     Word{[](const Protocol& from) { return name_of(from.noop_draw); },
          [](Protocol& to, std::string_view word) { to.noop_draw = parse_noop_draw(word); }}},
    {"life_ends_episode", Switch{of_protocol<&Protocol::life_ends_episode>}},
    {"after_life",
     Word{[](const Protocol& from) { return name_of(from.after_life); },
          [](Protocol& to, std::string_view word) { to.after_life = parse_after_life(word); }}},
    {"ending", Word{[](const Protocol& from) { return name_of(from.ending); },
                    [](Protocol& to, std::string_view word) { to.ending = parse_ending(word); }}},
    {"counts_after_reset", Switch{of_protocol<&Protocol::counts_after_reset>}},
    {"max_frames", Whole{of_protocol<&Protocol::max_frames>, 0, 1'000'000'000}},
    {"stack", Whole{of_protocol<&Protocol::stack>, 1, 64}, false},
    {"full_action_set", Switch{of_protocol<&Protocol::full_action_set>}, false},
    {"height", Whole{of_pixels<&Pixels::height>, 1, kLargestSide}, false},
    {"width", Whole{of_pixels<&Pixels::width>, 1, kLargestSide}, false},
}};

/// Sets a field of one kind from a value, whose type may be wrong.
struct Setter {
  Protocol& protocol;
  const ProtocolField::Value& value;

  [[nodiscard]] Error wrong(std::string_view expected) const {
    return bad_input("expected {}, found {}", expected,
                     std::visit([](const auto& held) { return fmt::format("{}", held); }, value));
  }
  [[nodiscard]] double number(double least, double most, bool whole) const {
    const auto* held = std::get_if<double>(&value);
    if (held == nullptr || !(*held >= least && *held <= most) ||
        (whole && *held != std::floor(*held))) {
      throw wrong(
          fmt::format("a {} from {} to {}", whole ? "whole number" : "number", least, most));
    }
    return *held;
  }
  void operator()(const Switch& field) const {
    const auto* held = std::get_if<bool>(&value);
    if (held == nullptr) throw wrong("true or false");
    field.in(protocol) = *held;
  }
  void operator()(const Whole& field) const {
    field.in(protocol) = static_cast<int>(number(field.least, field.most, true));
  }
  void operator()(const Share& field) const {
    field.in(protocol) = static_cast<float>(number(0, 1, false));
  }
  void operator()(const Word& field) const {
    const auto* held = std::get_if<std::string>(&value);
    if (held == nullptr) throw wrong("a text");
    field.read(protocol, *held);
  }
};

}  // namespace

void ProtocolField::set(Protocol& protocol, const Value& value) const {
  std::visit(Setter{protocol, value}, kind);
}

std::span<const ProtocolField> protocol_fields() {
  return kFields;
}

const ProtocolField* find_protocol_field(std::string_view name) {
  const auto found = std::ranges::find(kFields, name, &ProtocolField::name);
  return found == kFields.end() ? nullptr : &*found;
}

}  // namespace arcadecam::atari
