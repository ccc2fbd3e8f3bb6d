#include "episode/trace.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "atari/action.h"
#include "atari/protocol_fields.h"
#include "core/gzip.h"
#include "core/json_text.h"
#include "core/overloaded.h"
#include "core/text.h"
#include "episode/trace_fields.h"

namespace arcadecam::episode {
namespace {

constexpr std::string_view kFormat = "arcadecam-trace";
constexpr std::size_t kLongestName = 64, kLongestPolicy = 256, kLongestAgent = 4096;

// As a reader takes it: without characters that steer terminals, and no longer than that.
std::string fitting(std::string_view text, std::size_t longest) {
  constexpr std::size_t kEnd = std::string_view("\\xff\\xff…").size();
  return printable(text, longest - kEnd);
}

// An action is a letter, A for the first of the set; small where the decision was not greedy.
char letter(TracedAction action) {
  return static_cast<char>((action.greedy ? 'A' : 'a') + action.action);
}

std::string hexadecimal(const std::vector<std::uint32_t>& checksums) {
  std::string text;
  for (const std::uint32_t checksum : checksums) text += fmt::format("{:08x}", checksum);
  return text;
}

// The part of a protocol that modern and classic have in common.
void take_view(atari::Protocol& to, const atari::Protocol& from) {
  to.pixels = from.pixels;
  to.first_plane_fills_stack = from.first_plane_fills_stack;
  to.noops_from = from.noops_from;
  to.fire = from.fire;
  to.restarts_after_life = from.restarts_after_life;
  to.noops_after_life = from.noops_after_life;
  to.ending = from.ending;
  to.noop_draw = from.noop_draw;
  to.life_ends_episode = from.life_ends_episode;
  to.after_life = from.after_life;
  to.counts_after_reset = from.counts_after_reset;
}

// The fields of a protocol. Those of a view are written only where one of it differs from the
// default: older traces have none. Those that came later still are written only where they
// themselves do.
constexpr std::array<const char*, 7> kFields{
    "sticky_probability", "noops_below", "life_ends_training_episode", "frame_skip", "stack",
    "full_action_set",    "max_frames"};
constexpr std::array<const char*, 6> kView{
    "grey", "pool", "filter", "first_plane_fills_stack", "noops_from", "restarts_after_life"};
constexpr std::array<const char*, 13> kLater{"crop_top",
                                             "crop_left",
                                             "crop_height",
                                             "crop_width",
                                             "height",
                                             "width",
                                             "stretch",
                                             "noops_after_life",
                                             "ending",
                                             "noop_draw",
                                             "life_ends_episode",
                                             "after_life",
                                             "counts_after_reset"};

using Field = atari::ProtocolField;

JsonText value_of(atari::Protocol protocol, const char* name) {
  return std::visit(
      Overloaded{[&](const Field::Word& field) { return JsonText(field.of(protocol)); },
                 [&](const auto& field) { return JsonText(field.in(protocol)); }},
      atari::find_protocol_field(name)->kind);
}

void read_field(const Fields& fields, const char* name, atari::Protocol& protocol) {
  std::visit(
      Overloaded{[&](const Field::Switch& field) { field.in(protocol) = fields.boolean(name); },
                 [&](const Field::Whole& field) {
                   field.in(protocol) =
                       static_cast<int>(fields.integer(name, field.least, field.most));
                 },
                 [&](const Field::Share& field) {
                   field.in(protocol) = static_cast<float>(fields.real(name, 0, 1));
                 },
                 [&](const Field::Word& field) { field.read(protocol, fields.text(name, 64)); }},
      atari::find_protocol_field(name)->kind);
}

JsonText json_of(const atari::Protocol& protocol) {
  const auto optional = [](const std::optional<int>& value) {
    return value ? JsonText(*value) : JsonText(nullptr);
  };
  JsonText json{{"name", fitting(protocol.name, kLongestName)}};
  for (const char* name : kFields) json[name] = value_of(protocol, name);
  json["mode"] = optional(protocol.mode);
  json["difficulty"] = optional(protocol.difficulty);
  atari::Protocol plain = protocol;
  take_view(plain, {});
  if (plain == protocol) return json;
  JsonText& view = json["view"];
  for (const char* name : kView) {
    // The order of the first traces.
    if (std::string_view(name) == "restarts_after_life")
      view["fire"] = static_cast<int>(protocol.fire);
    view[name] = value_of(protocol, name);
  }
  for (const char* name : kLater) {
    if (value_of(protocol, name) != value_of({}, name)) view[name] = value_of(protocol, name);
  }
  return json;
}

JsonText header_of(const Trace& trace) {
  JsonText weights;
  if (trace.randomized_weights) weights = *trace.randomized_weights;
  JsonText agent{{"name", fitting(trace.agent, kLongestAgent)}, {"sha256", trace.agent_sha256}};
  // Older traces have none, and most agents need none.
  if (trace.network_sha256) agent["network_sha256"] = *trace.network_sha256;
  if (!trace.read_with.empty()) agent["read_with"] = fitting(trace.read_with, kLongestAgent);
  agent["randomized_weights"] = std::move(weights);
  return {{"format", kFormat},
          {"version", Trace::kVersion},
          {"program", fitting(trace.program, kLongestName)},
          {"emulator", fitting(trace.emulator, kLongestName)},
          {"game", trace.game},
          {"rom_md5", trace.rom_md5},
          {"actions", trace.actions},
          {"agent", std::move(agent)},
          {"policy", fitting(trace.policy, kLongestPolicy)},
          {"engine", fitting(trace.engine, kLongestName)},
          {"protocol", json_of(trace.protocol)},
          {"seed", trace.seed},
          {"check_every", Trace::kChecksumEvery},
          {"episodes", trace.episodes.size()}};
}

JsonText json_of(const TracedEpisode& episode) {
  std::string letters(episode.actions.size(), ' ');
  std::ranges::transform(episode.actions, letters.begin(), letter);
  return {{"episode", episode.number},
          {"random_seed", episode.random_seed},
          {"noops", episode.noops},
          {"actions", std::move(letters)},
          {"score", episode.score},
          {"truncated", episode.truncated},
          {"checks", hexadecimal(episode.checksums)}};
}

atari::Protocol protocol_of(const Fields& fields) {
  atari::Protocol protocol;
  protocol.name = fields.text("name", kLongestName);
  for (const char* name : kFields) read_field(fields, name, protocol);
  const auto optional = [&](const char* key) -> std::optional<int> {
    if (fields.is_null(key)) return std::nullopt;
    return static_cast<int>(fields.integer(key, 0, 255));
  };
  protocol.mode = optional("mode");
  protocol.difficulty = optional("difficulty");
  if (!fields.has("view")) return protocol;
  const Fields view = fields.object("view");
  for (const char* name : kView) read_field(view, name, protocol);
  for (const char* name : kLater) {
    if (view.has(name)) read_field(view, name, protocol);
  }
  protocol.fire = static_cast<atari::Protocol::Fire>(view.integer("fire", 0, 4));
  return protocol;
}

void read_header(const Fields& fields, Trace& trace) {
  if (!fields.has("format") || fields.text("format", 64) != kFormat) {
    throw bad_input("no trace: the first line should say \"format\": \"{}\"", kFormat);
  }
  if (const auto version = fields.integer("version", 0, 1'000'000); version != Trace::kVersion) {
    throw bad_input("a trace of version {}: this program reads version {}", version,
                    Trace::kVersion);
  }
  trace.program = fields.text("program", kLongestName);
  trace.emulator = fields.text("emulator", kLongestName);
  trace.game = fields.text("game", 64);
  trace.rom_md5 = fields.digest("rom_md5", 32);
  trace.actions = fields.texts("actions", atari::kActionNames.size(), 32);
  const Fields agent = fields.object("agent");
  trace.agent = agent.text("name", kLongestAgent);
  trace.agent_sha256 = agent.digest("sha256", 64);
  if (agent.has("network_sha256")) trace.network_sha256 = agent.digest("network_sha256", 64);
  if (agent.has("read_with")) trace.read_with = agent.text("read_with", kLongestAgent);
  if (!agent.is_null("randomized_weights"))
    trace.randomized_weights = agent.natural("randomized_weights");
  trace.policy = fields.text("policy", kLongestPolicy);
  trace.engine = fields.text("engine", kLongestName);
  trace.protocol = protocol_of(fields.object("protocol"));
  // What the preset was that had this name.
  if (trace.protocol.name == "gymnasium" &&
      trace.protocol.pixels.grey == atari::Pixels::Grey::kTruncated) {
    trace.old_protocol_name = std::exchange(trace.protocol.name, "cleanrl-gymnasium1");
  }
  trace.seed = fields.natural("seed");
  fields.integer("check_every", Trace::kChecksumEvery, Trace::kChecksumEvery);
}

TracedEpisode episode_of(const Fields& fields, std::size_t actions) {
  constexpr std::int64_t kLargest = std::int64_t{1} << 53;
  TracedEpisode episode;
  episode.number = fields.integer("episode", 0, kLargest);
  episode.random_seed = static_cast<std::uint32_t>(fields.integer("random_seed", 0, 0x7fffffff));
  episode.noops = static_cast<int>(fields.integer("noops", 0, 10'000));
  const std::string letters = fields.text("actions", Trace::kMaxLine);
  if (letters.empty()) throw fields.wrong("actions", "one letter per step", "nothing");
  episode.actions.reserve(letters.size());
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const bool greedy = letters[i] < 'a';
    const int action = letters[i] - (greedy ? 'A' : 'a');
    if (action < 0 || action >= static_cast<int>(actions)) {
      throw fields.wrong("actions", fmt::format("letters of {} actions", actions),
                         fmt::format("'{}' at step {}", letters[i], i));
    }
    episode.actions.push_back({static_cast<std::uint8_t>(action), greedy});
  }
  episode.score = fields.integer("score", -kLargest, kLargest);
  episode.truncated = fields.boolean("truncated");
  const auto count = checksum_count(std::ssize(episode.actions));
  const std::string checksums = fields.digest("checks", static_cast<std::size_t>(count) * 8);
  episode.checksums.reserve(static_cast<std::size_t>(count));
  for (std::size_t at = 0; at < checksums.size(); at += 8) {
    episode.checksums.push_back(
        static_cast<std::uint32_t>(std::stoul(checksums.substr(at, 8), nullptr, 16)));
  }
  return episode;
}

/// The next line of `text`, without its newline, which every line has.
std::string_view take_line(std::string_view& text, std::size_t number) {
  const std::size_t end = text.substr(0, Trace::kMaxLine + 1).find('\n');
  if (end == std::string_view::npos) {
    throw bad_input("line {} {}", number,
                    text.size() > Trace::kMaxLine
                        ? fmt::format("is longer than the limit of {} bytes", Trace::kMaxLine)
                        : "is missing or cut off");
  }
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

void append_line(std::string& text, const JsonText& json) {
  const std::string line = json.dump() + '\n';
  if (line.size() > Trace::kMaxLine || text.size() + line.size() > Trace::kMaxText) {
    throw bad_input(
        "the run is too long for one trace ({} bytes per episode, {} in all, before packing)",
        Trace::kMaxLine, Trace::kMaxText);
  }
  text += line;
}

std::vector<std::uint8_t> gzip(const std::string& text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16, kMemory = 9;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw bad_input("zlib could not be started");
  }
  // Without a header of our own zlib writes no time and no name: same text, same bytes.
  std::vector<std::uint8_t> packed(deflateBound(&stream, static_cast<uLong>(text.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib only reads
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  const int status = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw bad_input("zlib could not pack the trace");
  return packed;
}

}  // namespace

std::int64_t checksum_count(std::int64_t steps) {
  return (steps + Trace::kChecksumEvery - 1) / Trace::kChecksumEvery;
}

std::int64_t checksum_end(std::int64_t index, std::int64_t steps) {
  return std::min((index + 1) * Trace::kChecksumEvery, steps);
}

std::string trace_text(const Trace& trace) {
  std::string text;
  append_line(text, header_of(trace));
  for (const TracedEpisode& episode : trace.episodes) append_line(text, json_of(episode));
  return text;
}

Trace parse_trace_text(std::string_view text) {
  if (text.size() > Trace::kMaxText) {
    throw bad_input("{} bytes of text: a trace has at most {}", text.size(), Trace::kMaxText);
  }
  Trace trace;
  const Json header = parse_line(take_line(text, 1), 1);
  const Fields fields(header, "line 1");
  read_header(fields, trace);
  const auto count = static_cast<std::size_t>(fields.integer("episodes", 1, Trace::kMaxText));
  for (std::size_t i = 0; i < count; ++i) {
    const Json line = parse_line(take_line(text, i + 2), i + 2);
    const Fields episode(line, fmt::format("line {}", i + 2));
    trace.episodes.push_back(episode_of(episode, trace.actions.size()));
    if (i > 0 && trace.episodes[i].number <= trace.episodes[i - 1].number) {
      throw episode.wrong("episode", "a larger number than in the line before",
                          fmt::format("{}", trace.episodes[i].number));
    }
  }
  if (!text.empty()) {
    throw bad_input("{} bytes follow the {} episodes that line 1 speaks of", text.size(), count);
  }
  return trace;
}

Trace parse_trace(std::span<const std::uint8_t> bytes) {
  if (!is_gzip(bytes)) {
    return parse_trace_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  const auto text = gunzip(bytes, {Trace::kMaxText, ""});
  return parse_trace_text({reinterpret_cast<const char*>(text.data()), text.size()});
}

void write_trace(const std::filesystem::path& file, const Trace& trace) {
  OutputFile output(file);
  output.write(gzip(trace_text(trace)));
  output.commit();
}

Trace read_trace(const std::filesystem::path& file) {
  const auto bytes = read_file(file, Trace::kMaxText);
  try {
    Trace trace = parse_trace(bytes);
    trace.file = file.string();
    return trace;
  } catch (const Error& error) {
    throw bad_input("{}: {}", file.string(), error.what());
  }
}

}  // namespace arcadecam::episode
