#include "game/environment.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <tuple>

#include "arcadecam/core/error.h"
#include "game/packed_bytes.h"
#include "game/packed_emulator.h"
#include "game/rom_folder.h"

namespace arcadecam::game {
namespace {

std::vector<atari::ActionCode> action_set(const Game& game, const atari::Protocol& protocol) {
  if (!protocol.full_action_set) return game.actions;
  std::vector<atari::ActionCode> all(atari::kActionNames.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

constexpr std::size_t kMostShown = std::tuple_size_v<decltype(PlaneRam::frames)>;

const atari::Protocol& checked(const atari::Protocol& protocol) {
  check(protocol);
  return protocol;
}

}  // namespace

struct Snapshot::State {
  atari::Protocol protocol;
  const Variation* variation = nullptr;
  std::shared_ptr<const EmulatorState> emulator;
  PackedBytes stack;
  std::vector<PlaneRam> rams;
  std::vector<PastStep> history;
  std::shared_ptr<const FrameBuffers::Packed> buffers;
  std::uint32_t session = 0;
  int lives = 0, first_frame = 0;
  StackChange stack_change = StackChange::kBegun;
  bool life_lost = false;
  bool restarted = false;
  bool over = false;
};

Environment::Environment(Game game, const atari::Protocol& protocol,
                         const std::filesystem::path& roms, bool sound)
    : game_(std::move(game)),
      protocol_(checked(protocol)),
      actions_(action_set(game_, protocol_)),
      emulator_(game_, verified_rom(game_, rom_folder(roms)), protocol_, sound),
      planes_(protocol_.pixels, emulator_),
      buffers_(protocol_),
      stack_(Shape{protocol_.stack * protocol_.pixels.planes(), protocol_.pixels.height,
                   protocol_.pixels.width}),
      rams_(static_cast<std::size_t>(protocol_.stack)),
      history_(protocol_.stack) {}

int Environment::act(atari::ActionCode code) {
  std::ranges::copy(emulator_.ram(), before_.begin());
  return variation_ == nullptr ? emulator_.act(code) : act_varied(emulator_, *variation_, code);
}

void Environment::vary(const Variation* variation) {
  if (variation != nullptr && &find_variation(game_, variation->name) != variation)
    throw bad_input("{} is of another game than {}", words_of(variation), game_.title);
  variation_ = variation;
}

void Environment::reset_game() {
  emulator_.reset_game();
  std::ranges::copy(emulator_.ram(), before_.begin());
}

void Environment::reset(std::uint64_t seed, std::uint64_t episode) {
  if (soft_reset_due()) return next_episode(1);
  begin_session(emulator_seed(seed, episode));
  next_episode(random_noops(protocol_, seed, episode));
}

void Environment::begin_session(std::uint32_t random_seed) {
  emulator_.begin(random_seed);
  session_ = random_seed;
  buffers_.clear();
  life_lost_ = false;
  over_ = true;
}

void Environment::next_episode(int noops) {
  const bool goes_on = soft_reset_due();
  life_lost_ = false;
  restarted_ = false;
  over_ = false;
  stack_change_ = StackChange::kPushed;
  if (goes_on && protocol_.restarts_after_life) {
    StepResult ignored;
    restart(ignored);
  } else if (goes_on) {
    act(atari::kNoop);
    const auto plane = push_plane();
    buffers_.show_alone(look());
    write_shown(plane);
    // No step brought this plane.
    history_.clear();
  } else {
    begin_game(noops);
  }
  frames_.clear();
  lives_ = emulator_.lives();
}

void Environment::begin_game(int noops) {
  using Fire = atari::Protocol::Fire;
  reset_game();
  const bool fires = has_fire();
  if (fires && protocol_.fire == Fire::kFirstFrame) act(atari::kFire);
  const bool replaced =
      fires && (protocol_.fire == Fire::kFrame || protocol_.fire == Fire::kFirstFrame);
  for (int i = replaced ? 1 : 0; i < noops; ++i) {
    act(atari::kNoop);
    if (emulator_.terminal() || emulator_.truncated()) reset_game();
  }
  buffers_.show_alone(look());
  first_frame_ = frame();
  StepResult firing;
  fire(firing);
  if (firing.done()) {
    reset_game();
    buffers_.show_alone(look());
  }
  begin_stack();
  first_frame_ = frame();
}

bool Environment::has_fire() const {
  return std::ranges::find(actions_, atari::kFire) != actions_.end();
}

/// What a reset ends with.
void Environment::fire(StepResult& step) {
  using Fire = atari::Protocol::Fire;
  if (step.done()) return;
  if (protocol_.fire == Fire::kFrame && has_fire()) {
    play_frame(atari::kFire, step);
    buffers_.show_alone(look());
  }
  if (actions_.size() < 3 || actions_[1] != atari::kFire) return;
  if (protocol_.fire == Fire::kStep || protocol_.fire == Fire::kTwoSteps) hold(actions_[1], step);
  if (protocol_.fire == Fire::kTwoSteps && !step.done()) hold(actions_[2], step);
}

void Environment::restart(StepResult& step) {
  if (protocol_.noops_after_life) return restart_by_noops(step);
  hold(atari::kNoop, step);
  fire(step);
  begin_stack();
}

void Environment::restart_by_noops(StepResult& step) {
  const int noops = random_noops(protocol_, session_, static_cast<std::uint64_t>(frame()));
  const bool fires = protocol_.fire == atari::Protocol::Fire::kFrame && has_fire();
  for (int i = fires ? 1 : 0; i < noops && !step.done(); ++i) play_frame(atari::kNoop, step);
  const auto plane = push_plane();
  if (fires && !step.done()) play_frame(atari::kFire, step);
  buffers_.show_alone(look());
  write_shown(plane);
  stack_change_ = StackChange::kJumped;
  // The steps before do not lead to what comes now.
  history_.clear();
}

void Environment::keep_frame() {
  const ByteTensorView screen = emulator_.screen();
  ByteTensor& frame = frames_.emplace_back();
  if (!spare_frames_.empty()) {
    frame = std::move(spare_frames_.back());
    spare_frames_.pop_back();
  }
  frame.resize(screen.shape());
  std::ranges::copy(screen.values(), frame.data());
}

void Environment::give_back(std::vector<ByteTensor> frames) {
  spare_frames_ = std::move(frames);
}

void Environment::play_frame(atari::ActionCode code, StepResult& step) {
  step.reward += act(code);
  const std::span<const std::uint8_t> sound = emulator_.sound();
  sound_.insert(sound_.end(), sound.begin(), sound.end());
  if (keeps_frames_) keep_frame();
  step.terminal = emulator_.terminal();
  step.truncated = emulator_.truncated();
  if (protocol_.counts_after_reset && protocol_.max_frames > 0 && !step.terminal)
    step.truncated = frame() - first_frame_ >= protocol_.max_frames;
}

/// Makes the frames shown the newest plane of a stack that begins with it.
void Environment::begin_stack() {
  const bool fills = protocol_.first_plane_fills_stack;
  const auto newest = planes_of(protocol_.stack - 1);
  write_shown(newest);
  stack_change_ = StackChange::kBegun;
  for (int frame = 0; frame + 1 < protocol_.stack; ++frame) {
    const auto target = planes_of(frame);
    if (fills) std::ranges::copy(newest, target.begin());
    if (!fills) std::ranges::fill(target, std::uint8_t{0});
    PlaneRam& ram = rams_[static_cast<std::size_t>(frame)];
    ram = rams_.back();
    if (!fills) ram.count = 0;
  }
  history_.clear();
}

/// Whether there are fewer lives than before the step, as far as that ends an episode.
bool Environment::loses_life() const {
  const int lives = emulator_.lives();
  // Some games show no lives left for a moment before they are over.
  const bool counts = lives > 0 || protocol_.after_life == atari::Protocol::AfterLife::kNewGameLast;
  return lives < lives_ && counts;
}

/// Plays an action for a step's frames, of which the buffers take those that its plane shows.
void Environment::hold(atari::ActionCode code, StepResult& step) {
  using AfterLife = atari::Protocol::AfterLife;
  const bool stops =
      protocol_.ends_with_life() && (protocol_.after_life == AfterLife::kNewGame ||
                                     protocol_.after_life == AfterLife::kNewGameLast);
  buffers_.begin_step();
  for (int frame = 1; frame <= protocol_.frame_skip; ++frame) {
    play_frame(code, step);
    const bool ends = step.done() || (stops && loses_life());
    buffers_.played(frame, ends || frame == protocol_.frame_skip, ends, [this] { return look(); });
    if (ends) break;
  }
  buffers_.end_step();
}

StepResult Environment::step(int action) {
  if (over_) throw bad_input("the episode is over: reset the game before the next action");
  if (action < 0 || action >= static_cast<int>(actions_.size())) {
    throw bad_input("there is no action {}: {} has the actions 0 to {}", action, game_.title,
                    actions_.size() - 1);
  }
  const atari::ActionCode code = actions_[static_cast<std::size_t>(action)];
  StepResult step;
  if (keeps_history_)
    history_.add({history_.wants_state() ? emulator_.save() : nullptr, code});
  else
    history_.clear();
  const auto plane = push_plane();
  sound_.clear();
  if (!frames_.empty()) give_back(take_frames());
  hold(code, step);
  write_shown(plane);
  restarted_ = false;
  stack_change_ = StackChange::kPushed;
  settle_life(step);
  life_lost_ = step.life_lost;
  over_ = step.terminal || step.truncated ||
          (life_lost_ && protocol_.after_life != atari::Protocol::AfterLife::kNoReset);
  return step;
}

/// What a lost life brings.
void Environment::settle_life(StepResult& step) {
  const bool ends = protocol_.ends_with_life();
  if (!ends && !protocol_.restarts_after_life) return;
  const bool lost = loses_life() && !step.done();
  lives_ = emulator_.lives();
  if (lost && ends) {
    step.life_lost = true;
  } else if (lost) {
    restart(step);
    restarted_ = true;
    lives_ = emulator_.lives();
  }
}

Snapshot Environment::save(bool with_history) const {
  Snapshot snapshot;
  snapshot.state_ = std::make_shared<const Snapshot::State>(Snapshot::State{
      protocol_, variation_, packed(emulator_.save()), PackedBytes(stack_.values()), rams_,
      with_history ? history_.packed() : std::vector<PastStep>(), buffers_.packed(), session_,
      lives_, first_frame_, stack_change_, life_lost_, restarted_, over_});
  return snapshot;
}

void Environment::restore(const Snapshot& snapshot) {
  if (!snapshot.state_) throw bad_input("an empty snapshot cannot be restored");
  const Snapshot::State& state = *snapshot.state_;
  if (state.protocol != protocol_) {
    throw bad_input("a snapshot taken under another protocol cannot be restored");
  }
  if (state.variation != variation_) {
    throw bad_input("a snapshot of {} cannot be restored into {}", words_of(state.variation),
                    words_of(variation_));
  }
  emulator_.restore(*state.emulator);
  frames_.clear();
  state.stack.unpack(stack_.values());
  rams_ = state.rams;
  history_.restore(state.history);
  buffers_.restore(state.buffers);
  session_ = state.session;
  lives_ = state.lives;
  first_frame_ = state.first_frame;
  stack_change_ = state.stack_change;
  life_lost_ = state.life_lost;
  restarted_ = state.restarted;
  over_ = state.over;
}

/// The planes of a frame of the stack, the oldest being 0.
std::span<std::uint8_t> Environment::planes_of(int frame) {
  const auto size = static_cast<std::size_t>(stack_.size() / protocol_.stack);
  return stack_.values().subspan(static_cast<std::size_t>(frame) * size, size);
}

ByteTensorView Environment::newest_plane() const {
  const std::int64_t planes = protocol_.pixels.planes();
  const ByteTensorView first = stack_[stack_.shape()[0] - planes];
  return planes == 1 ? first : ByteTensorView(first.data(), first.shape().batch_of(planes));
}

atari::ScreenPart Environment::seen() const {
  const Shape screen = emulator_.screen().shape();
  return protocol_.pixels.seen(static_cast<int>(screen[0]), static_cast<int>(screen[1]));
}

/// Moves every frame one place towards the oldest and returns the planes of the newest one, to be
/// overwritten.
std::span<std::uint8_t> Environment::push_plane() {
  const auto newest = planes_of(protocol_.stack - 1);
  std::memmove(stack_.data(), stack_.data() + newest.size(),
               static_cast<std::size_t>(stack_.size()) - newest.size());
  std::rotate(rams_.begin(), rams_.begin() + 1, rams_.end());
  rams_.back().count = 0;
  return newest;
}

/// Makes the frames shown the newest frame's planes.
void Environment::write_shown(std::span<std::uint8_t> plane) {
  std::array<const PlaneMaker::Frame*, kMostShown> frames{};
  PlaneRam& ram = rams_.back();
  ram.count = 0;
  for (const FrameBuffers::Frame& frame : buffers_.shown()) {
    frames.at(ram.count) = &frame->pixels;
    ram.frames.at(ram.count++) = frame->ram;
  }
  planes_.write(std::span(frames).first(ram.count), plane);
}

FrameBuffers::Frame Environment::look() const {
  auto frame = std::make_shared<SeenFrame>();
  frame->pixels = planes_.look(emulator_);
  frame->ram.before = before_;
  std::ranges::copy(emulator_.ram(), frame->ram.after.begin());
  return frame;
}

void Environment::write(std::span<const RamByte> bytes, ByteTensor observation,
                        std::span<const FrameBuffers::Frames> seen) {
  if (observation.shape() != stack_.shape() || seen.size() != rams_.size())
    throw bad_input("an observation of another shape cannot replace an environment's");
  emulator_.write(bytes);
  stack_ = std::move(observation);
  for (std::size_t plane = 0; plane < seen.size(); ++plane) {
    if (seen[plane].empty()) continue;
    PlaneRam& ram = rams_[plane];
    ram.count = 0;
    for (const FrameBuffers::Frame& frame : seen[plane]) ram.frames.at(ram.count++) = frame->ram;
  }
  buffers_.replace(seen.back());
  history_.clear();
}

void Environment::keep_history(int steps_per_state) {
  keeps_history_ = true;
  history_.keep_every(steps_per_state);
}

void Environment::keep_frames() {
  keeps_frames_ = true;
}

}  // namespace arcadecam::game
