// Which frames a plane is made of, for each ending: as the sources' code reads.
#include "game/frame_buffers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

namespace arcadecam::game {
namespace {

using Ending = atari::Protocol::Ending;

/// Frames are letters.
class Letters {
 public:
  explicit Letters(Ending ending) : buffers_(protocol(ending)) {}

  void reset(char frame) { buffers_.show_alone(look(frame)); }
  /// A whole step.
  void step(const std::string& frames) { play(frames, false); }
  /// A step whose last frame ends the episode.
  void last_step(const std::string& frames) { play(frames, true); }
  /// In alphabetical order.
  [[nodiscard]] std::string shown() const {
    std::string letters;
    for (const FrameBuffers::Frame& frame : buffers_.shown())
      letters += static_cast<char>(frame->pixels.front());
    std::ranges::sort(letters);
    return letters;
  }
  FrameBuffers& buffers() { return buffers_; }

 private:
  void play(const std::string& frames, bool ends) {
    buffers_.begin_step();
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const bool last = i + 1 == frames.size();
      buffers_.played(static_cast<int>(i) + 1, last, last && ends, [&] { return look(frames[i]); });
    }
    buffers_.end_step();
  }
  static atari::Protocol protocol(Ending ending) {
    atari::Protocol protocol;
    protocol.ending = ending;
    return protocol;
  }
  static FrameBuffers::Frame look(char letter) {
    auto frame = std::make_shared<SeenFrame>();
    frame->pixels.assign(3, static_cast<std::uint8_t>(letter));
    frame->ram.before.fill(static_cast<std::uint8_t>(letter - 32));
    frame->ram.after.fill(static_cast<std::uint8_t>(letter));
    return frame;
  }

  FrameBuffers buffers_;
};

/// What a step shows that ends with its frame of that number, after a reset (frame r) and a step of
/// the frames a, b, c, d.
std::string shown_at_end(Ending ending, std::size_t frames) {
  Letters letters(ending);
  letters.reset('r');
  EXPECT_EQ(letters.shown(), "r");
  letters.step("abcd");
  EXPECT_EQ(letters.shown(), "cd");
  letters.last_step(std::string("wxyz").substr(0, frames));
  return letters.shown();
}

TEST(FrameBuffersTest, EachEndingShowsWhatItsSourceDoes) {
  const std::map<Ending, std::array<std::string, 4>> expected{
      {Ending::kBlack, {"", "", "y", "yz"}},        {Ending::kRepeated, {"cd", "cd", "y", "yz"}},
      {Ending::kPlayed, {"w", "wx", "xy", "yz"}},   {Ending::kBuffered, {"cd", "cd", "dy", "yz"}},
      {Ending::kUnseen, {"cd", "cd", "cd", "cdy"}}, {Ending::kCleared, {"cd", "cd", "dy", "yz"}}};
  for (const auto& [ending, shown] : expected) {
    for (std::size_t frames = 1; frames <= 4; ++frames)
      EXPECT_EQ(shown_at_end(ending, frames), shown.at(frames - 1)) << name_of(ending) << frames;
  }
}

TEST(FrameBuffersTest, AFirstStepThatEndsShowsWhatTheResetLeft) {
  const std::map<Ending, std::array<std::string, 2>> expected{
      {Ending::kBlack, {"", "yz"}},   {Ending::kRepeated, {"r", "yz"}},
      {Ending::kPlayed, {"w", "yz"}}, {Ending::kBuffered, {"", "yz"}},
      {Ending::kUnseen, {"r", "ry"}}, {Ending::kCleared, {"r", "yz"}}};
  for (const auto& [ending, shown] : expected) {
    for (const std::string& frames : {std::string("w"), std::string("wxyz")}) {
      Letters letters(ending);
      letters.reset('r');
      letters.last_step(frames);
      EXPECT_EQ(letters.shown(), shown.at(frames.size() == 1 ? 0 : 1)) << name_of(ending);
    }
  }
}

// The wrappers' buffers know of no resets.
TEST(FrameBuffersTest, BuffersOutlastAResetButNoSession) {
  Letters letters(Ending::kBuffered);
  letters.reset('r');
  letters.step("abcd");
  letters.reset('s');
  letters.last_step("w");
  EXPECT_EQ(letters.shown(), "cd");
  letters.buffers().clear();
  letters.reset('s');
  letters.last_step("w");
  EXPECT_EQ(letters.shown(), "");
}

TEST(FrameBuffersTest, RestoredTheyGoOnAlike) {
  for (const Ending ending : {Ending::kBlack, Ending::kRepeated, Ending::kPlayed, Ending::kBuffered,
                              Ending::kUnseen, Ending::kCleared}) {
    for (const std::string& frames : {std::string("w"), std::string("wxy"), std::string("wxyz")}) {
      Letters played(ending);
      played.reset('r');
      played.step("abcd");
      Letters restored(ending);
      restored.reset('q');
      restored.step("mnop");
      restored.buffers().restore(played.buffers().packed());
      played.last_step(frames);
      restored.last_step(frames);
      EXPECT_EQ(restored.shown(), played.shown()) << name_of(ending) << " " << frames;
      ASSERT_EQ(restored.buffers().shown().size(), played.buffers().shown().size());
      for (std::size_t i = 0; i < played.buffers().shown().size(); ++i) {
        const FrameRam &there = restored.buffers().shown()[i]->ram,
                       &here = played.buffers().shown()[i]->ram;
        EXPECT_EQ(there.before, here.before);
        EXPECT_EQ(there.after, here.after);
      }
    }
  }
}

}  // namespace
}  // namespace arcadecam::game
