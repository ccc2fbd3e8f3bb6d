#include "atari/protocol.h"

#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "arcadecam/core/error.h"
#include "core/nearest.h"

namespace arcadecam::atari {
namespace {

/// `name` is the field's, `allowed` what it may be.
void require(bool holds, std::string_view name, std::string_view allowed) {
  if (!holds) throw bad_usage("protocol: {} must be {}", name, allowed);
}

using Ending = Protocol::Ending;

template <typename T, std::size_t N>
using ProtocolNames = std::array<std::pair<T, std::string_view>, N>;

constexpr ProtocolNames<Ending, 6> kEndings{{{Ending::kBlack, "black"},
                                             {Ending::kRepeated, "repeated"},
                                             {Ending::kPlayed, "played"},
                                             {Ending::kBuffered, "buffered"},
                                             {Ending::kCleared, "cleared"},
                                             {Ending::kUnseen, "unseen"}}};
constexpr ProtocolNames<Protocol::NoopDraw, 2> kDraws{
    {{Protocol::NoopDraw::kOwn, "own"}, {Protocol::NoopDraw::kAleVector, "ale-vector"}}};
constexpr ProtocolNames<Protocol::AfterLife, 4> kAfterLives{
    {{Protocol::AfterLife::kGoesOn, "goes-on"},
     {Protocol::AfterLife::kNoReset, "no-reset"},
     {Protocol::AfterLife::kNewGame, "new-game"},
     {Protocol::AfterLife::kNewGameLast, "new-game-last"}}};

template <typename T, std::size_t N>
std::string_view find_protocol_name(const ProtocolNames<T, N>& table, T value) {
  for (const auto& [known, name] : table) {
    if (known == value) return name;
  }
  return "";
}

template <typename T, std::size_t N>
T parse(const ProtocolNames<T, N>& table, std::string_view what, std::string_view text) {
  std::vector<std::string_view> names;
  for (const auto& [value, name] : table) {
    if (name == text) return value;
    names.push_back(name);
  }
  throw bad_input("'{}' is no {}; expected one of: {}", text, what, fmt::join(names, ", "));
}

// OpenAI Baselines' wrap_deepmind and what follows it: 1 to 30 no-ops, fire, lost lives.
Protocol wrapped(std::string_view name, const Pixels& pixels, bool first_plane_fills_stack,
                 Protocol::Fire fire = Protocol::Fire::kTwoSteps,
                 Ending ending = Ending::kBuffered) {
  Protocol protocol;
  protocol.name = name;
  protocol.ending = ending;
  protocol.noops_from = 1;
  protocol.noops_below = 31;
  protocol.life_ends_training_episode = true;
  protocol.pixels = pixels;
  protocol.first_plane_fills_stack = first_plane_fills_stack;
  protocol.fire = fire;
  protocol.restarts_after_life = true;
  return protocol;
}

constexpr Pixels kWarpFrame{Pixels::Grey::kOpenCv, Pixels::Pool::kColours, Pixels::Filter::kArea};
constexpr Pixels kGreysFirst{Pixels::Grey::kPalette, Pixels::Pool::kGreys, Pixels::Filter::kArea};

// It reads 210 lines of any screen. With episodic_life, as CleanRL's and Tianshou's scripts make
// it.
Protocol envpool() {
  Protocol protocol =
      wrapped("envpool", kGreysFirst, true, Protocol::Fire::kFrame, Ending::kRepeated);
  protocol.pixels.crop_height = 210;
  protocol.noops_after_life = true;
  return protocol;
}

// As make() makes it: a lost life ends nothing.
Protocol envpool_default() {
  Protocol protocol = envpool();
  protocol.name = "envpool-default";
  protocol.life_ends_training_episode = false;
  protocol.restarts_after_life = false;
  protocol.noops_after_life = false;
  return protocol;
}

// AtariPreprocessing and FrameStackObservation. In training as with terminal_on_life_loss.
Protocol gymnasium(std::string_view name, float sticky) {
  Protocol protocol;
  protocol.name = name;
  protocol.sticky_probability = sticky;
  protocol.noops_from = 1;
  protocol.noops_below = 31;
  protocol.life_ends_training_episode = true;
  protocol.after_life = Protocol::AfterLife::kNewGameLast;
  protocol.pixels = kGreysFirst;
  protocol.first_plane_fills_stack = true;
  protocol.ending = Ending::kUnseen;
  return protocol;
}

// ale-py's AtariVectorEnv: sticky 0 as its constructor makes it, 0.25 as gymnasium.make_vec does.
// In training as with life_loss_info. `episodic`: with episodic_life.
Protocol ale_vector(std::string_view name, float sticky, bool episodic = false) {
  Protocol protocol;
  protocol.name = name;
  protocol.sticky_probability = sticky;
  protocol.noops_below = 30;
  protocol.noop_draw = Protocol::NoopDraw::kAleVector;
  protocol.fire = Protocol::Fire::kFirstFrame;
  protocol.life_ends_training_episode = true;
  protocol.life_ends_episode = episodic;
  protocol.after_life = episodic ? Protocol::AfterLife::kNewGame : Protocol::AfterLife::kNoReset;
  protocol.pixels = kGreysFirst;
  protocol.ending = Ending::kUnseen;
  protocol.counts_after_reset = true;
  return protocol;
}

Protocol dopamine() {
  Protocol protocol;
  protocol.name = "dopamine";
  protocol.ending = Ending::kCleared;
  protocol.sticky_probability = 0.25F;
  protocol.pixels = kGreysFirst;
  return protocol;
}

// Kaixhin's Rainbow: the classic rules, another filter.
Protocol rainbow() {
  Protocol protocol = classic();
  protocol.name = "rainbow";
  protocol.pixels.filter = Pixels::Filter::kLinear;
  return protocol;
}

Protocol d3rlpy() {
  Protocol protocol;
  protocol.name = "d3rlpy";
  protocol.ending = Ending::kUnseen;
  protocol.noops_from = 1;
  protocol.noops_below = 31;
  protocol.pixels = kGreysFirst;
  return protocol;
}

// RLlib's wrap_atari_for_new_api_stack: each frame is shrunk before the maximum. Its no-ops are
// steps of four frames, which these are not.
constexpr Pixels kWarpedFrames{Pixels::Grey::kOpenCv, Pixels::Pool::kPlanes, Pixels::Filter::kArea};

// PFRL's make_atari and wrap_deepmind as its examples evaluate: no fire, lost lives end nothing.
Protocol pfrl() {
  Protocol protocol = wrapped("pfrl", kWarpFrame, true, Protocol::Fire::kNever);
  protocol.restarts_after_life = false;
  return protocol;
}

}  // namespace

Protocol modern() {
  Protocol protocol;
  protocol.name = "modern";
  protocol.sticky_probability = 0.25F;
  return protocol;
}

Protocol classic() {
  Protocol protocol;
  protocol.name = "classic";
  protocol.noops_below = 30;
  protocol.life_ends_training_episode = true;
  return protocol;
}

std::vector<Protocol> protocols() {
  using Grey = Pixels::Grey;
  using Pool = Pixels::Pool;
  using Filter = Pixels::Filter;
  return {modern(),
          classic(),
          wrapped("stable-baselines3", kWarpFrame, false),
          wrapped("cleanrl", {Grey::kOpenCv, Pool::kShrunkenColours, Filter::kArea}, true),
          wrapped("cleanrl-gymnasium1", {Grey::kTruncated, Pool::kShrunkenColours, Filter::kArea},
                  true),
          gymnasium("gymnasium", 0),
          gymnasium("gymnasium-sticky", 0.25F),
          ale_vector("ale-vector", 0),
          ale_vector("ale-vector-sticky", 0.25F),
          ale_vector("ale-vector-episodic", 0, true),
          ale_vector("ale-vector-episodic-sticky", 0.25F, true),
          envpool(),
          envpool_default(),
          wrapped("tianshou", kWarpFrame, true, Protocol::Fire::kStep, Ending::kPlayed),
          wrapped("rllib", kWarpFrame, true),
          dopamine(),
          rainbow(),
          d3rlpy(),
          pfrl(),
          wrapped("rllib-module", kWarpedFrames, true)};
}

Protocol find_protocol(std::string_view name) {
  std::vector<std::string> names;
  for (Protocol& protocol : protocols()) {
    if (protocol.name == name) return protocol;
    names.push_back(protocol.name);
  }
  throw bad_usage("there is no protocol '{}'; {}", name, nearest_or_all(name, names));
}

std::string_view note_on_name(std::string_view protocol) {
  if (protocol != "gymnasium") return {};
  return "'gymnasium' is Gymnasium's AtariPreprocessing with FrameStackObservation; CleanRL's "
         "wrappers with the grey of Gymnasium 1, which earlier versions called so, are "
         "'cleanrl-gymnasium1'";
}

std::string_view name_of(Protocol::Ending ending) {
  return find_protocol_name(kEndings, ending);
}
std::string_view name_of(Protocol::NoopDraw draw) {
  return find_protocol_name(kDraws, draw);
}
std::string_view name_of(Protocol::AfterLife after) {
  return find_protocol_name(kAfterLives, after);
}
Ending parse_ending(std::string_view name) {
  return parse(kEndings, "ending", name);
}
Protocol::NoopDraw parse_noop_draw(std::string_view name) {
  return parse(kDraws, "way to draw no-ops", name);
}
Protocol::AfterLife parse_after_life(std::string_view name) {
  return parse(kAfterLives, "sequel of a lost life", name);
}

void check(const Protocol& protocol) {
  require(protocol.sticky_probability >= 0.0F && protocol.sticky_probability <= 1.0F,
          "the sticky probability", "between 0 and 1");
  require(protocol.noops_below >= 0, "the bound of the no-ops", "0 or more");
  require(protocol.frame_skip >= protocol.seen_frames(), "the frame skip",
          protocol.seen_frames() == 1 ? "1 or more" : "2 or more, as two frames are pooled");
  require(protocol.stack >= 1, "the number of stacked frames", "1 or more");
  const Pixels& pixels = protocol.pixels;
  require(pixels.height >= 1 && pixels.height <= kLargestSide && pixels.width >= 1 &&
              pixels.width <= kLargestSide,
          "a plane's height and width", fmt::format("1 to {}", kLargestSide));
  require(pixels.crop_top >= 0 && pixels.crop_left >= 0 && pixels.crop_height >= 0 &&
              pixels.crop_width >= 0,
          "the crop's numbers", "0 or more");
  require(protocol.noops_from >= 0 &&
              (protocol.noops_from == 0 || protocol.noops_from < protocol.noops_below),
          "the least number of no-ops", "0 or more and below their bound");
  const bool coloured =
      pixels.pool == Pixels::Pool::kColours || pixels.pool == Pixels::Pool::kShrunkenColours;
  require(!coloured || pixels.grey != Pixels::Grey::kPalette, "the grey of pooled colours",
          "a formula, as the palette has no grey for a mixture");
  require(protocol.max_frames >= 0, "the frame cap", "0 (none) or more");
}

}  // namespace arcadecam::atari
