// Whole runs recorded with ALE's Python package and the reference wrappers, reproduced byte for
// byte.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "game/environment.h"
#include "game/rom_folder.h"
#include "support/golden.h"

namespace arcadecam::game {
namespace {

using test::GoldenArrays;

std::int64_t crc(std::span<const std::uint8_t> bytes) {
  return static_cast<std::int64_t>(crc32(0, bytes.data(), static_cast<uInt>(bytes.size())));
}

std::vector<std::uint8_t> bytes_of(ByteTensorView view) {
  return {view.values().begin(), view.values().end()};
}

class GoldenRun : public testing::TestWithParam<std::string> {
 protected:
  GoldenRun()
      : settings_(entry().at("settings")),
        golden_(GetParam()),
        environment_(find_game(settings_.at("game").get<std::string>()), protocol()) {}

  static const nlohmann::json& entry() {
    const auto& manifest = test::manifest();
    const bool states = GetParam().starts_with("states/");
    return manifest.at(states ? "states" : "explain").at(GetParam());
  }
  atari::Protocol protocol() const {
    const auto kind = settings_.at("kind").get<std::string>();
    atari::Protocol protocol = kind == "modern" ? atari::modern() : atari::classic();
    protocol.training = kind == "classic_train";
    protocol.max_frames = settings_.at("max_num_frames_per_episode");
    return protocol;
  }
  std::int64_t number(const std::string& key, std::int64_t row) {
    auto [found, missing] = columns_.try_emplace(key);
    if (missing) found->second = golden_.get<std::int64_t>(key);
    return found->second.data()[row];
  }
  void expect_bytes(const std::string& array, const std::string& checksum, std::int64_t row,
                    std::span<const std::uint8_t> found) {
    if (golden_.has(array)) {
      auto [at, missing] = bytes_.try_emplace(array);
      if (missing) at->second = golden_.get<std::uint8_t>(array);
      EXPECT_TRUE(std::ranges::equal(at->second[row].values(), found)) << array << " row " << row;
    } else {
      EXPECT_EQ(crc(found), number(checksum, row)) << checksum << " row " << row;
    }
  }
  void expect_screens(std::int64_t row) {
    const auto rows = golden_.get<std::int64_t>("screen_rows");
    const auto at = std::ranges::find(rows.values(), row);
    if (at == rows.values().end()) return;
    const auto index = at - rows.values().begin();
    const Emulator& emulator = environment_.emulator();
    EXPECT_EQ(bytes_of(emulator.screen_rgb()),
              bytes_of(golden_.get<std::uint8_t>("screen_rgb").view()[index]));
    EXPECT_EQ(bytes_of(emulator.screen_grey()),
              bytes_of(golden_.get<std::uint8_t>("screen_grey").view()[index]));
    std::array<std::uint8_t, atari::kPlanePixels> plane{};
    const Shape screen = emulator.screen().shape();
    AreaResize(static_cast<int>(screen[0]), static_cast<int>(screen[1]))(emulator.screen().values(),
                                                                         emulator.grey(), plane);
    EXPECT_TRUE(std::ranges::equal(
        plane, golden_.get<std::uint8_t>("screen_grey_84").view()[index].values()));
    ++screens_checked_;
  }
  /// The reference wrappers clip what they return: modern always, classic in training.
  int clipped(int reward) const {
    const bool clips = settings_.at("kind") != "classic_eval";
    return clips ? std::clamp(reward, -1, 1) : reward;
  }

  nlohmann::json settings_;
  GoldenArrays golden_;
  Environment environment_;
  std::map<std::string, BasicTensor<std::int64_t>> columns_;
  std::map<std::string, ByteTensor> bytes_;
  std::int64_t screens_checked_ = 0;
};

TEST_P(GoldenRun, EqualsTheRecording) {
  const std::int64_t rows = golden_.get<std::int64_t>("action").size();
  const auto codes = golden_.get<std::int64_t>("actions_ale");
  ASSERT_TRUE(std::ranges::equal(codes.values(), environment_.actions()));
  environment_.begin_session(settings_.at("random_seed").get<std::uint32_t>());
  std::vector<std::int64_t> calls;
  std::int64_t resets = 0;
  for (std::int64_t row = 0; row < rows && !HasFailure(); ++row) {
    const std::size_t calls_before = calls.size();
    StepResult step;
    if (number("is_reset", row) != 0) {
      const auto noops = static_cast<int>(number("reset_noops", resets++));
      if (!environment_.soft_reset_due()) calls.push_back(-1);
      calls.insert(calls.end(), static_cast<std::size_t>(noops), atari::kNoop);
      environment_.next_episode(noops);
    } else {
      const int action = static_cast<int>(number("action", row));
      const int before = environment_.frame();
      step = environment_.step(action);
      calls.insert(calls.end(), static_cast<std::size_t>(environment_.frame() - before),
                   codes.data()[action]);
    }
    const Emulator& emulator = environment_.emulator();
    EXPECT_EQ(clipped(step.reward), number("reward", row)) << row;
    if (settings_.at("kind") == "modern") {
      EXPECT_EQ(step.reward, number("true_reward", row)) << row;
    }
    EXPECT_EQ(step.done(), number("done", row) != 0) << row;
    EXPECT_EQ(environment_.lives(), number("lives", row)) << row;
    EXPECT_EQ(emulator.frame_number(), number("frame_number", row)) << row;
    EXPECT_EQ(emulator.episode_frame_number(), number("episode_frame", row)) << row;
    EXPECT_EQ(static_cast<std::int64_t>(calls.size() - calls_before), number("ale_calls", row));
    expect_bytes("newest_plane", "plane_crc32", row, environment_.newest_plane().values());
    expect_bytes("ram", "ram_crc32", row, emulator.ram());
    EXPECT_EQ(crc(environment_.observation().values()), number("stack_crc32", row)) << row;
    if (golden_.has("screen_rows")) expect_screens(row);
  }
  if (golden_.has("screen_rows")) {
    EXPECT_EQ(screens_checked_, golden_.get<std::int64_t>("screen_rows").size());
  }
  EXPECT_EQ(resets, golden_.get<std::int64_t>("reset_noops").size());
  if (golden_.has("raw_ale_calls")) {
    const auto expected = golden_.get<std::int64_t>("raw_ale_calls");
    EXPECT_TRUE(std::ranges::equal(calls, expected.values()));
  }
}

std::vector<std::string> recordings() {
  std::vector<std::string> files{"explain/trained_pong_episode.npz"};
  for (const auto& [file, unused] : test::manifest().at("states").items()) files.push_back(file);
  return files;
}

std::string readable(const testing::TestParamInfo<std::string>& info) {
  return std::filesystem::path(info.param).stem().string();
}

INSTANTIATE_TEST_SUITE_P(Recordings, GoldenRun, testing::ValuesIn(recordings()), readable);

TEST(GoldenRuns, AllThirtyStateFilesAreThere) {
  EXPECT_EQ(recordings().size(), 31U);
}

}  // namespace
}  // namespace arcadecam::game
