#include "episode/trace.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <fstream>
#include <functional>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/random.h"
#include "support/golden.h"

namespace arcadecam::episode {
namespace {

/// A trace of one episode; the actions come from a random stream, which hardly packs.
Trace sample(std::int64_t steps) {
  Trace trace;
  trace.program = "ArcadeCAM 9.8.7";
  trace.emulator = "ALE 0.12.1";
  trace.game = "pong";
  trace.rom_md5 = std::string(32, 'a');
  trace.actions = {"NOOP", "FIRE", "RIGHT", "LEFT", "RIGHTFIRE", "LEFTFIRE"};
  trace.agent = "my/agent \"é\".gz";
  trace.agent_sha256 = std::string(64, '0');
  trace.randomized_weights = 18446744073709551615U;
  trace.policy = "egreedy, epsilon 0.001";
  trace.engine = "cpu";
  trace.protocol = atari::classic();
  trace.protocol.sticky_probability = 0.1F;
  trace.protocol.difficulty = 1;
  trace.seed = 18446744073709551614U;
  TracedEpisode& episode = trace.episodes.emplace_back();
  episode.number = 3;
  episode.random_seed = 0x7fffffff;
  episode.noops = 29;
  episode.score = -21;
  episode.truncated = true;
  Random random(1);
  for (std::int64_t i = 0; i < steps; ++i)
    episode.actions.push_back({static_cast<std::uint8_t>(random.below(6)), random.below(9) > 0});
  for (std::int64_t i = 0; i < checksum_count(steps); ++i)
    episode.checksums.push_back(static_cast<std::uint32_t>(random.next()));
  return trace;
}

std::vector<std::uint8_t> packed(const Trace& trace) {
  const test::TemporaryFolder folder;
  write_trace(folder.path() / "t", trace);
  return read_file(folder.path() / "t");
}

/// The message of the Error, or nothing.
std::string trace_error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput) << error.what();
    return error.what();
  }
  return {};
}

std::string error_of_text(const std::string& text) {
  return trace_error_of([&] { static_cast<void>(parse_trace_text(text)); });
}

/// sample()'s text with a part replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = trace_text(sample(250));
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// A trace of a version that called CleanRL's wrappers so, and knew no endings but black.
TEST(TraceText, AnOldNameOfAProtocolIsTakenForWhatItWas) {
  Trace trace = sample(10);
  trace.protocol = atari::find_protocol("cleanrl-gymnasium1");
  std::string text = trace_text(trace);
  const auto replace = [&](const std::string& from, const std::string& to) {
    ASSERT_NE(text.find(from), std::string::npos) << text;
    text.replace(text.find(from), from.size(), to);
  };
  replace("\"name\":\"cleanrl-gymnasium1\"", "\"name\":\"gymnasium\"");
  replace(",\"ending\":\"buffered\"", "");
  const Trace read = parse_trace_text(text);
  EXPECT_EQ(read.old_protocol_name, "gymnasium");
  trace.protocol.ending = atari::Protocol::Ending::kBlack;
  EXPECT_EQ(read.protocol, trace.protocol);
  trace.protocol = atari::find_protocol("gymnasium");
  EXPECT_EQ(parse_trace_text(trace_text(trace)).old_protocol_name, "");
  EXPECT_EQ(parse_trace_text(trace_text(trace)).protocol.name, "gymnasium");
}

TEST(TraceText, KeepsHowTheScreenIsSeen) {
  Trace trace = sample(10);
  trace.protocol.frame_skip = 1;
  trace.protocol.pixels = {.grey = atari::Pixels::Grey::kColours,
                           .pool = atari::Pixels::Pool::kNone,
                           .filter = atari::Pixels::Filter::kAntialiased,
                           .crop_top = 35,
                           .crop_left = 1,
                           .crop_height = 160,
                           .crop_width = 158,
                           .stretch = true,
                           .height = 80,
                           .width = 72};
  EXPECT_EQ(parse_trace_text(trace_text(trace)).protocol, trace.protocol);
  std::string text = trace_text(trace);
  text.replace(text.find("\"height\":80"), 11, "\"height\":0");
  EXPECT_NE(error_of_text(text).find("height"), std::string::npos) << error_of_text(text);
  for (const atari::Protocol& preset : atari::protocols()) {
    trace.protocol = preset;
    EXPECT_EQ(parse_trace_text(trace_text(trace)).protocol, preset) << preset.name;
  }
}

TEST(TraceText, KeepsTheDigestOfTheNetworksDescription) {
  Trace trace = sample(10);
  EXPECT_EQ(trace_text(trace).find("network_sha256"), std::string::npos);
  trace.network_sha256 = std::string(64, 'd');
  EXPECT_EQ(parse_trace_text(trace_text(trace)), trace);
  std::string text = trace_text(trace);
  text.replace(text.find("dddd"), 4, "dxdd");
  EXPECT_NE(error_of_text(text).find("network_sha256"), std::string::npos) << error_of_text(text);
}

TEST(TraceText, KeepsTheOptionsThatSayHowTheAgentIsRead) {
  Trace trace = sample(10);
  EXPECT_EQ(trace_text(trace).find("read_with"), std::string::npos);
  trace.read_with = "--as nature --divide-by 1";
  EXPECT_EQ(parse_trace_text(trace_text(trace)), trace);
}

TEST(Trace, ComesBackAsItWas) {
  for (const std::int64_t steps : {1, 99, 100, 101, 2000}) {
    const Trace trace = sample(steps);
    EXPECT_EQ(parse_trace(packed(trace)), trace) << steps;
    EXPECT_EQ(parse_trace_text(trace_text(trace)), trace) << steps;
    EXPECT_EQ(packed(trace), packed(trace));
  }
}

TEST(Trace, IsTextThatAPersonCanRead) {
  Trace trace = sample(3);
  trace.episodes[0].actions = {{0, true}, {2, false}, {5, true}};
  trace.episodes[0].checksums = {0xabc};
  const std::string text = trace_text(trace);
  EXPECT_TRUE(text.starts_with(R"({"format":"arcadecam-trace","version":1,"program":"Arc)"))
      << text;
  EXPECT_NE(
      text.find("\n{\"episode\":3,\"random_seed\":2147483647,\"noops\":29,\"actions\":\"AcF\","
                "\"score\":-21,\"truncated\":true,\"checks\":\"00000abc\"}\n"),
      std::string::npos)
      << text;
}

TEST(Trace, OfTwoThousandStepsIsBelowEightKilobytes) {
  EXPECT_LT(packed(sample(2000)).size(), 8000U);
}

TEST(Trace, NamesWithControlCharactersAreMadePrintable) {
  Trace trace = sample(1);
  trace.agent = "a\x1b[31mb\n\xff";
  EXPECT_EQ(parse_trace_text(trace_text(trace)).agent, "a\\x1b[31mb\\x0a\\xff");
  trace.agent = std::string(10'000, '\n');
  EXPECT_LE(parse_trace_text(trace_text(trace)).agent.size(), 4096U) << "as a reader takes it";
}

TEST(Trace, CutOffAnywhereIsAnError) {
  const auto bytes = packed(sample(250));
  const std::string text = trace_text(sample(250));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(trace_error_of([&] { static_cast<void>(parse_trace(std::span(bytes).first(size))); }),
              "")
        << size;
  }
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_NE(error_of_text(text.substr(0, size)), "") << size;
}

TEST(Trace, AFlippedBitIsAnErrorOrChangesNothing) {
  const Trace trace = sample(250);
  const auto bytes = packed(trace);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      auto flipped = bytes;
      flipped[at] = static_cast<std::uint8_t>(flipped[at] ^ (1U << bit));
      Trace read;
      const std::string error = trace_error_of([&] { read = parse_trace(flipped); });
      // gzip's header holds a few bits that say nothing of the content.
      EXPECT_TRUE(!error.empty() || read == trace) << at;
    }
  }
}

TEST(Trace, AnyFlippedBitOfThePlainTextIsReadOrRefused) {
  const std::string text = trace_text(sample(150));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      error_of_text(flipped);
    }
  }
}

TEST(Trace, SaysWhatIsWrongAndWhere) {
  const std::vector<std::array<std::string, 3>> cases{
      {"\"version\":1", "\"version\":2", "a trace of version 2: this program reads version 1"},
      {"arcadecam-trace", "something", "no trace: the first line should say"},
      {"\"seed\":18446744073709551614", "\"seed\":-1",
       "line 1: seed: expected a whole number from 0"},
      {"\"seed\":", "\"sead\":", "line 1: seed is missing"},
      {"\"frame_skip\":4", "\"frame_skip\":0",
       "line 1: protocol: frame_skip: expected a whole number from 1 to 1000, found 0"},
      {"\"frame_skip\":4", "\"frame_skip\":4.5", "found 4.5"},
      {"\"stack\":4", "\"stack\":4000000000", "found 4000000000"},
      {"\"sticky_probability\":0.1", "\"sticky_probability\":1e9, \"x\":0.1",
       "sticky_probability: expected a number from 0 to 1"},
      {"\"rom_md5\":\"aa", "\"rom_md5\":\"AA", "rom_md5: expected 32 hexadecimal digits"},
      {"\"game\":\"pong\"", "\"game\":[]", "line 1: game: expected a text, found a list"},
      {"\"game\":\"pong\"", "\"game\":\"\\u001b[2J\"", "expected a printable text"},
      {"\"actions\":[\"NOOP\"", "\"actions\":[0", "actions: expected a text, found 0"},
      {"\"agent\":{", "\"agent\":7,\"x\":{", "line 1: agent: expected an object, found 7"},
      {"\"check_every\":100", "\"check_every\":99", "expected a whole number from 100 to 100"},
      {"\"episodes\":1}", "\"episodes\":2}", "line 3 is missing or cut off"},
      {"\"episodes\":1}", "\"episodes\":9000000000000000000}", "episodes: expected"},
      {"\"episodes\":1}", "\"episodes\":0}", "episodes: expected"},
      {"\"episode\":3", "\"episode\":-3", "line 2: episode: expected a whole number from 0"},
      {"\"noops\":29", "\"noops\":true", "line 2: noops: expected a whole number"},
      {"\"score\":-21", "\"score\":18446744073709551615", "line 2: score: expected"},
      {"\"truncated\":true", "\"truncated\":1", "line 2: truncated: expected true or false"},
      {",\"actions\":\"", ",\"actions\":\"G", "letters of 6 actions, found 'G' at step 0"},
      {",\"actions\":\"", ",\"actions\":\"@", "found '@' at step 0"},
      {",\"actions\":\"", ",\"actions\":\"\",\"x\":\"", "one letter per step, found nothing"},
      {"\"checks\":\"", "\"checks\":\"0", "checks: expected 24 hexadecimal digits"},
      {"{\"episode\"", "[{\"episode\"", "line 2 should be a JSON object, but is not JSON"},
  };
  for (const auto& [from, to, message] : cases) {
    const std::string error = error_of_text(changed(from, to));
    EXPECT_NE(error.find(message), std::string::npos) << to << ": " << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
    EXPECT_LT(error.size(), 300U) << error;
  }
  EXPECT_NE(error_of_text(trace_text(sample(1)) + "x").find("1 bytes follow"), std::string::npos);
  Trace twice = sample(1);
  twice.episodes.push_back(twice.episodes[0]);
  EXPECT_NE(error_of_text(trace_text(twice)).find("a larger number than in the line before"),
            std::string::npos);
  EXPECT_EQ(error_of_text(changed("\"seed\":", "\"new\":[1],\"seed\":")), "")
      << "fields of later programs are passed over";
}

TEST(Trace, HostileSizesAreRefusedQuickly) {
  const auto start = std::chrono::steady_clock::now();
  const auto repeated = [](std::string_view part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += part;
    return text;
  };
  EXPECT_NE(error_of_text(repeated("[", 900'000) + "\n").find("too deeply"), std::string::npos);
  EXPECT_NE(error_of_text(repeated("{\"a\":", 150'000) + "\n").find("too deeply"),
            std::string::npos);
  std::string keys = "{\"format\":\"arcadecam-trace\"";
  for (int i = 0; i < 80'000; ++i) keys += fmt::format(",\"{}\":0", i);
  EXPECT_NE(error_of_text(keys + "}\n").find("version is missing"), std::string::npos);
  EXPECT_NE(error_of_text(repeated("x", Trace::kMaxLine + 1) + "\n").find("longer than the limit"),
            std::string::npos);
  EXPECT_NE(error_of_text(repeated("\n", Trace::kMaxText + 1)).find("has at most"),
            std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(Trace, WhatAReaderWouldRefuseIsNotWritten) {
  Trace trace = sample(static_cast<std::int64_t>(Trace::kMaxLine));
  EXPECT_NE(trace_error_of([&] { trace_text(trace); }).find("too long for one trace"),
            std::string::npos);
}

TEST(Trace, ErrorsOfFilesNameThem) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "note.txt";
  std::ofstream(file) << "no trace\n";
  EXPECT_EQ(trace_error_of([&] { static_cast<void>(read_trace(file)); }),
            file.string() +
                ": line 1 should be a JSON object, but is not JSON; give the trace.jsonl.gz of a "
                "run");
  EXPECT_NE(
      trace_error_of([&] { static_cast<void>(read_trace(folder.path() / "none")); }).find("none"),
      std::string::npos);
}

}  // namespace
}  // namespace arcadecam::episode
