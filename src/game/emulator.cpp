#include "game/emulator.h"

#include <algorithm>
#include <mutex>
#include <random>
#include <sstream>
#include <vector>

#include "ale/ale_interface.hpp"
#include "arcadecam/core/error.h"
#include "game/held_ram.h"
#include "game/packed_bytes.h"
#include "game/packed_emulator.h"
#include "game/playable.h"

namespace arcadecam::game {

class EmulatorState {
 public:
  std::string game;
  ale::ALEState ale;
  std::mt19937 random;
  atari::ActionCode held = atari::kNoop;
  /// What `ale` would be, serialized; empty: it is in `ale`.
  PackedBytes packed = {};
};

namespace {

ale::ALEState unpacked(const EmulatorState& state) {
  std::string serialized(state.packed.size(), '\0');
  state.packed.unpack({reinterpret_cast<std::uint8_t*>(serialized.data()), serialized.size()});
  return ale::ALEState(serialized);
}

/// ALE fills static tables whenever it loads a game, so only one thread at a time may do that.
std::mutex& loading() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

struct Emulator::Impl {
  std::string game;
  bool sound = false;
  mutable ale::ALEInterface ale;  // several of its getters are not const
  // Sticky actions are drawn here, on the stream ALE would use and as ALE would (two draws per
  // frame, the second for the absent second player), because ALE can neither be seeded again nor
  // tell which action it holds.
  float sticky = 0.0F;
  std::mt19937 random{0};
  atari::ActionCode held = atari::kNoop;
  std::shared_ptr<const EmulatorState> loaded;
  std::array<float, 256> grey{};
  std::array<std::array<std::uint8_t, 3>, 256> colours{};
  mutable ByteTensor screen_grey, screen_rgb;
  std::unique_ptr<HeldRam> held_ram;

  [[nodiscard]] const ale::ALEScreen& screen() const { return ale.getScreen(); }
  /// The sound generators as they are after loading the game: ALE's saved state lacks their phases.
  void silence() {
    auto& generators = ale.theOSystem->sound();
    std::uint8_t sample = 0;
    // Twice: it resets the dividers, but their counters go back only when they are clocked. (ALE's
    // own reset does nothing before this, and ALE never does this.)
    generators.initialize();
    generators.process(&sample, 1);
    generators.initialize();
  }
  /// Lends ALE the stream, from which it draws how long it presses select (Adventure's modes).
  void reset_game() {
    ale::stella::Random& of_ale = ale.environment->getEnvironmentRNG();
    std::ostringstream lent;
    lent << random;
    ale::stella::Serializer to;
    to.putString(lent.str());
    ale::stella::Deserializer from(to.get_str());
    of_ale.loadState(from);
    ale.reset_game();
    ale::stella::Serializer back;
    of_ale.saveState(back);
    ale::stella::Deserializer read(back.get_str());
    std::istringstream(read.getString()) >> random;
    held = atari::kNoop;
  }
  [[nodiscard]] bool keep_held() {
    const double player_a = random() / 4294967296.0;
    random.discard(1);
    return player_a < static_cast<double>(sticky);
  }
};

Emulator::Emulator(const Game& game, const std::filesystem::path& rom,
                   const atari::Protocol& protocol, bool sound) {
  require_legal_switches(game, protocol);
  const std::lock_guard lock(loading());
  ale::Logger::setMode(ale::Logger::Error);
  impl_ = std::make_unique<Impl>();
  impl_->game = game.name;
  impl_->sticky = protocol.sticky_probability;
  impl_->sound = sound;
  auto& ale = impl_->ale;
  ale.setInt("random_seed", 0);
  ale.setFloat("repeat_action_probability", 0.0F);
  ale.setInt("frame_skip", 1);
  ale.setBool("color_averaging", false);
  ale.setBool("sound_obs", sound);
  ale.setInt("max_num_frames_per_episode", protocol.counts_after_reset ? 0 : protocol.max_frames);
  ale.loadROM(rom);
  if (protocol.mode) ale.setMode(static_cast<ale::game_mode_t>(*protocol.mode));
  if (protocol.difficulty) ale.setDifficulty(static_cast<ale::difficulty_t>(*protocol.difficulty));

  std::array<ale::pixel_t, 256> indices{};
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<ale::pixel_t>(i);
  std::vector<unsigned char> values;
  ale.theOSystem->colourPalette().applyPaletteGrayscale(values, indices.data(), indices.size());
  std::ranges::copy(values, impl_->grey.begin());
  impl_->held_ram = std::make_unique<HeldRam>(ale.theOSystem->console().system());
  ale.theOSystem->colourPalette().applyPaletteRGB(values, indices.data(), indices.size());
  for (std::size_t i = 0; i < impl_->colours.size(); ++i)
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(3 * i), 3, impl_->colours[i].begin());
  impl_->loaded = save();
}

Emulator::~Emulator() = default;
Emulator::Emulator(Emulator&&) noexcept = default;
Emulator& Emulator::operator=(Emulator&&) noexcept = default;

void Emulator::begin(std::uint32_t random_seed) {
  if (impl_->sound) impl_->silence();
  restore(*impl_->loaded);
  impl_->random.seed(random_seed);
}

void Emulator::reset_game() {
  impl_->reset_game();
}

int Emulator::act(atari::ActionCode action) {
  if (!impl_->keep_held()) impl_->held = action;
  return impl_->ale.act(static_cast<ale::Action>(impl_->held));
}

ByteTensorView Emulator::screen() const {
  const auto& screen = impl_->screen();
  return {screen.getArray(), Shape{static_cast<std::int64_t>(screen.height()),
                                   static_cast<std::int64_t>(screen.width())}};
}

std::span<const float, 256> Emulator::grey() const {
  return impl_->grey;
}

std::span<const std::array<std::uint8_t, 3>, 256> Emulator::colours() const {
  return impl_->colours;
}

ByteTensorView Emulator::screen_grey() const {
  const ByteTensorView pixels = screen();
  impl_->screen_grey.resize(pixels.shape());
  std::ranges::transform(pixels.values(), impl_->screen_grey.data(), [this](std::uint8_t pixel) {
    return static_cast<std::uint8_t>(impl_->grey[pixel]);
  });
  return impl_->screen_grey.view();
}

ByteTensorView Emulator::screen_rgb() const {
  const Shape shape = screen().shape();
  std::vector<unsigned char> values;
  impl_->ale.getScreenRGB(values);
  impl_->screen_rgb.resize(Shape{shape[0], shape[1], 3});
  std::ranges::copy(values, impl_->screen_rgb.data());
  return impl_->screen_rgb.view();
}

std::span<const std::uint8_t> Emulator::sound() const {
  if (!impl_->sound) return {};
  return impl_->ale.getAudio();
}

std::span<const std::uint8_t, 128> Emulator::ram() const {
  return std::span<const std::uint8_t, 128>(impl_->ale.getRAM().array(), 128);
}

int Emulator::lives() const {
  return impl_->ale.lives();
}
bool Emulator::terminal() const {
  return impl_->ale.game_over(false);
}
bool Emulator::truncated() const {
  return impl_->ale.game_truncated();
}
int Emulator::frame_number() const {
  return impl_->ale.getFrameNumber();
}
int Emulator::episode_frame_number() const {
  return impl_->ale.getEpisodeFrameNumber();
}

void Emulator::hold(std::span<const RamByte> bytes) {
  std::vector<RamBits> bits;
  bits.reserve(bytes.size());
  for (const auto& [index, value] : bytes) bits.push_back({index, value});
  hold_bits(bits);
}

void Emulator::hold_bits(std::span<const RamBits> bits) {
  impl_->held_ram->hold(bits);
}

void Emulator::write(std::span<const RamByte> bytes) {
  for (const auto& [index, value] : bytes) impl_->ale.setRAM(index, value);
}

void Emulator::write_bits(std::span<const RamBits> bits) {
  for (const RamBits& one : bits) impl_->ale.setRAM(one.index, one.in(ram()[one.index]));
}

std::shared_ptr<const EmulatorState> Emulator::save() const {
  return std::make_shared<const EmulatorState>(
      EmulatorState{impl_->game, impl_->ale.cloneState(false), impl_->random, impl_->held});
}

void Emulator::restore(const EmulatorState& state) {
  if (state.game != impl_->game) {
    throw bad_input("a saved state of {} cannot be restored into {}", state.game, impl_->game);
  }
  impl_->ale.restoreState(state.packed.size() == 0 ? state.ale : unpacked(state));
  impl_->random = state.random;
  impl_->held = state.held;
}

std::shared_ptr<const EmulatorState> packed(const std::shared_ptr<const EmulatorState>& state) {
  if (state->packed.size() != 0) return state;
  ale::ALEState copy = state->ale;  // serialize() is not const
  const std::string serialized = copy.serialize();
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(serialized.data()),
                        serialized.size());
  return std::make_shared<const EmulatorState>(
      EmulatorState{state->game, {}, state->random, state->held, PackedBytes(bytes)});
}

}  // namespace arcadecam::game
