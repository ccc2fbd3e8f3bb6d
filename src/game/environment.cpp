#include "game/environment.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"
#include "game/rom_folder.h"

namespace arcadecam::game {
namespace {

std::vector<ActionCode> action_set(const Game& game, const Protocol& protocol) {
  if (!protocol.full_action_set) return game.actions;
  std::vector<ActionCode> all(kActionNames.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

const Protocol& checked(const Protocol& protocol) {
  check(protocol);
  return protocol;
}

}  // namespace

int random_noops(const Protocol& protocol, std::uint64_t seed, std::uint64_t episode) {
  if (protocol.noops_below < 2) return 0;
  Random random(derive_seed(seed, episode, Stream::kNoops));
  const int choices = protocol.noops_below - protocol.noops_from;
  return protocol.noops_from + static_cast<int>(random.below(static_cast<std::uint64_t>(choices)));
}

std::uint32_t emulator_seed(std::uint64_t seed, std::uint64_t episode) {
  // ALE's random_seed is an int that must not be negative.
  return static_cast<std::uint32_t>(derive_seed(seed, episode, Stream::kEmulator) & 0x7fffffff);
}

struct Snapshot::State {
  Protocol protocol;
  std::shared_ptr<const EmulatorState> emulator;
  ByteTensor stack;
  std::vector<PlaneRam> rams;
  std::vector<PastStep> history;
  int lives = 0;
  bool life_lost = false;
  bool over = false;
};

Environment::Environment(Game game, const Protocol& protocol, const std::filesystem::path& roms,
                         bool sound)
    : game_(std::move(game)),
      protocol_(checked(protocol)),
      actions_(action_set(game_, protocol_)),
      emulator_(game_, verified_rom(game_, rom_folder(roms)), protocol_, sound),
      planes_(protocol_.pixels, emulator_),
      stack_(Shape{protocol_.stack, kPlaneSide, kPlaneSide}),
      rams_(static_cast<std::size_t>(protocol_.stack)),
      history_(static_cast<std::size_t>(protocol_.stack)) {
  const ObjectTable* table = find_object_table(game_.name);
  draws_late_ = table != nullptr && table->draws_late;
}

int Environment::act(ActionCode code) {
  if (draws_late_) std::ranges::copy(emulator_.ram(), before_.begin());
  return emulator_.act(code);
}

void Environment::reset_game() {
  emulator_.reset_game();
  if (draws_late_) std::ranges::copy(emulator_.ram(), before_.begin());
}

void Environment::reset(std::uint64_t seed, std::uint64_t episode) {
  if (soft_reset_due()) return next_episode(1);
  begin_session(emulator_seed(seed, episode));
  next_episode(random_noops(protocol_, seed, episode));
}

void Environment::begin_session(std::uint32_t random_seed) {
  emulator_.begin(random_seed);
  life_lost_ = false;
  over_ = true;
}

void Environment::next_episode(int noops) {
  const bool goes_on = life_lost_;
  life_lost_ = false;
  over_ = false;
  if (goes_on && protocol_.restarts_after_life) {
    Step ignored;
    restart(ignored);
  } else if (goes_on) {
    act(kNoop);
    const auto plane = push_plane();
    begin_plane();
    take_frame();
    planes_.write(plane);
  } else {
    reset_game();
    for (int i = 0; i < noops; ++i) {
      act(kNoop);
      if (emulator_.terminal() || emulator_.truncated()) reset_game();
    }
    begin_plane();
    take_frame();
    Step firing;
    fire(firing);
    if (firing.done()) {
      reset_game();
      begin_plane();
      take_frame();
    }
    begin_stack();
  }
  lives_ = emulator_.lives();
}

void Environment::fire(Step& step) {
  using Fire = Protocol::Fire;
  if (actions_.size() < 3 || actions_[1] != kFire || step.done()) return;
  if (protocol_.fire == Fire::kFrame) {
    step.reward += act(kFire);
    begin_plane();
    take_frame();
  }
  if (protocol_.fire == Fire::kStep || protocol_.fire == Fire::kTwoSteps) hold(actions_[1], step);
  if (protocol_.fire == Fire::kTwoSteps && !step.done()) hold(actions_[2], step);
}

void Environment::restart(Step& step) {
  hold(kNoop, step);
  fire(step);
  begin_stack();
}

/// Makes the frames taken the newest plane of a stack that begins with it.
void Environment::begin_stack() {
  const bool fills = protocol_.first_plane_fills_stack;
  const auto newest = stack_.values().last<kPlanePixels>();
  planes_.write(newest);
  for (std::size_t plane = 0; plane + 1 < rams_.size(); ++plane) {
    std::uint8_t* target = stack_.data() + plane * kPlanePixels;
    if (fills) std::ranges::copy(newest, target);
    if (!fills) std::fill_n(target, kPlanePixels, std::uint8_t{0});
    rams_[plane] = rams_.back();
    if (!fills) rams_[plane].count = 0;
  }
  std::ranges::fill(history_, PastStep{});
}

/// Plays an action for a step's frames and takes the last two.
void Environment::hold(ActionCode code, Step& step) {
  begin_plane();
  for (int frame = 1; frame <= protocol_.frame_skip; ++frame) {
    step.reward += act(code);
    const std::span<const std::uint8_t> sound = emulator_.sound();
    sound_.insert(sound_.end(), sound.begin(), sound.end());
    if (frame >= protocol_.frame_skip - 1) take_frame();
    step.terminal = emulator_.terminal();
    step.truncated = emulator_.truncated();
    if (step.done()) break;
  }
}

Step Environment::step(int action) {
  if (over_) throw bad_input("the episode is over: reset the game before the next action");
  if (action < 0 || action >= static_cast<int>(actions_.size())) {
    throw bad_input("there is no action {}: {} has the actions 0 to {}", action, game_.title,
                    actions_.size() - 1);
  }
  const ActionCode code = actions_[static_cast<std::size_t>(action)];
  Step step;
  PastStep past{keeps_history_ ? emulator_.save() : nullptr, code};
  const auto plane = push_plane();
  history_.back() = std::move(past);
  sound_.clear();
  // An episode that ends before its last two frames leaves a black plane.
  hold(code, step);
  planes_.write(plane);
  const bool counts = protocol_.training && protocol_.life_ends_training_episode;
  if (counts || protocol_.restarts_after_life) {
    const int lives = emulator_.lives();
    // Some games show no lives left for a moment before they are over.
    const bool lost = lives < lives_ && lives > 0 && !step.done();
    lives_ = lives;
    if (lost && counts) {
      step.life_lost = true;
    } else if (lost) {
      restart(step);
      lives_ = emulator_.lives();
    }
  }
  life_lost_ = step.life_lost;
  over_ = step.done();
  return step;
}

Snapshot Environment::save() const {
  std::vector<PastStep> history = history_;
  auto later =
      std::ranges::find_if(history, [](const PastStep& past) { return past.before != nullptr; });
  if (later != history.end()) ++later;
  for (; later != history.end(); ++later) later->before = nullptr;
  Snapshot snapshot;
  snapshot.state_ = std::make_shared<const Snapshot::State>(Snapshot::State{
      protocol_, emulator_.save(), stack_, rams_, std::move(history), lives_, life_lost_, over_});
  return snapshot;
}

void Environment::restore(const Snapshot& snapshot) {
  if (!snapshot.state_) throw bad_input("an empty snapshot cannot be restored");
  const Snapshot::State& state = *snapshot.state_;
  if (state.protocol != protocol_) {
    throw bad_input("a snapshot taken under another protocol cannot be restored");
  }
  emulator_.restore(*state.emulator);
  stack_ = state.stack;
  rams_ = state.rams;
  history_ = state.history;
  lives_ = state.lives;
  life_lost_ = state.life_lost;
  over_ = state.over;
}

/// Moves every plane one place towards the oldest and returns the newest one, to be overwritten.
std::span<std::uint8_t, kPlanePixels> Environment::push_plane() {
  std::uint8_t* planes = stack_.data();
  const auto kept = static_cast<std::size_t>(protocol_.stack - 1) * kPlanePixels;
  std::memmove(planes, planes + kPlanePixels, kept);
  std::ranges::rotate(rams_, rams_.begin() + 1);
  rams_.back().count = 0;
  std::ranges::rotate(history_, history_.begin() + 1);
  history_.back() = {};
  return std::span<std::uint8_t, kPlanePixels>(planes + kept, kPlanePixels);
}

void Environment::begin_plane() {
  planes_.begin();
  rams_.back().count = 0;
}

void Environment::take_frame() {
  planes_.add(emulator_);
  PlaneRam& ram = rams_.back();
  const Ram told = draws_late_ ? Ram(before_) : emulator_.ram();
  std::ranges::copy(told, ram.frames[ram.count++].begin());
}

void Environment::keep_history() {
  keeps_history_ = true;
}

std::vector<ObservedObject> Environment::objects() const {
  const ObjectTable& table = object_table(game_.name);
  const auto lines = static_cast<int>(emulator_.screen().shape()[0]);
  std::vector<ObservedObject> objects;
  for (std::size_t plane = 0; plane < rams_.size(); ++plane) {
    for (std::size_t frame = 0; frame < rams_[plane].count; ++frame) {
      for (const GameObject& object : table.find(rams_[plane].frames[frame])) {
        auto at = std::ranges::find(objects, object.name, &ObservedObject::name);
        if (at == objects.end()) {
          objects.push_back({object.name, object.kind, std::vector<PixelBox>(rams_.size())});
          at = objects.end() - 1;
        }
        at->planes[plane] = cover(at->planes[plane], on_plane(object.box, lines));
      }
    }
  }
  return objects;
}

std::vector<GameObject> Environment::screen_objects() const {
  const ObjectTable& table = object_table(game_.name);
  const PlaneRam& newest = rams_.back();
  if (newest.count == 0) return {};
  return table.find(newest.frames[newest.count - 1]);
}

}  // namespace arcadecam::game
