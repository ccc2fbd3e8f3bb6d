// fuzz_make_corpus CHECKPOINTS … OUT: sorts checkpoint files into one folder of inputs a fuzzer,
// unpacked as far as that fuzzer wants them: OUT/gzip, OUT/zip, OUT/legacy, OUT/pickle,
// OUT/plain_pickle, OUT/safetensors, OUT/flax, OUT/onnx, OUT/onnx_external, OUT/tensorflow,
// OUT/hdf5, OUT/load. Makes up traces, network descriptions and requests besides: OUT/trace,
// OUT/network, OUT/viewer.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/hdf/hdf5.h"
#include "checkpoint/formats/zip_archive.h"
#include "core/gzip.h"
#include "episode/trace.h"

namespace {

using namespace arcadecam;

const InflateLimits kLimits{std::uint64_t{1} << 20};
constexpr std::size_t kLongest = 64 << 10;  // larger ones only slow a fuzzer down

class Corpus {
 public:
  explicit Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& name, const Bytes& content) {
    if (content.size() > kLongest) return;
    std::filesystem::create_directories(folder_ / target);
    std::ofstream file(folder_ / target / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(content.data()),
               static_cast<std::streamsize>(content.size()));
    if (!file) throw bad_input("cannot write {}", (folder_ / target / name).string());
    ++counts_[target];
  }

  [[nodiscard]] const std::map<std::string, int>& counts() const { return counts_; }

 private:
  std::filesystem::path folder_;
  std::map<std::string, int> counts_;
};

/// Where the second file begins, and both.
Bytes in_two_files(const Bytes& first, const Bytes& second) {
  Bytes input(2 + first.size() + second.size());
  input[0] = static_cast<std::uint8_t>(first.size() & 0xFF);
  input[1] = static_cast<std::uint8_t>(first.size() >> 8);
  std::ranges::copy(first, input.begin() + 2);
  std::ranges::copy(second, input.end() - std::ssize(second));
  return input;
}

void add_contents(const Bytes& bytes, const std::string& name, Corpus& corpus) {
  if (checkpoint::is_zip(bytes)) {
    corpus.add("zip", name, bytes);
    const checkpoint::ZipArchive archive(bytes, kLimits);
    for (std::size_t i = 0; i < archive.members().size(); ++i) {
      if (archive.members()[i].name.ends_with("/data.pkl"))
        corpus.add("pickle", name, archive.read(i));
    }
  } else if (checkpoint::is_safetensors(bytes)) {
    corpus.add("safetensors", name, bytes);
  } else if (checkpoint::hdf5::is_hdf5(bytes)) {
    corpus.add("hdf5", name, bytes);
  } else if (checkpoint::is_tensorflow_index(bytes)) {
    // The start of what would be the data.
    corpus.add("tensorflow", name, in_two_files(bytes, Bytes(4096)));
  } else if (name.ends_with(".onnx")) {
    corpus.add("onnx", name, bytes);
  } else if (checkpoint::is_flax(bytes)) {
    corpus.add("flax", name, bytes);
  } else if (!bytes.empty() && bytes[0] == 0x80 && checkpoint::is_plain_pickle(bytes)) {
    corpus.add("plain_pickle", name, bytes);
    corpus.add("pickle", name, bytes);
  } else if (!bytes.empty() && bytes[0] == 0x80) {
    corpus.add("legacy", name, bytes);
    corpus.add("pickle", name, bytes);
  }
}

void add_file(const std::filesystem::path& path, Corpus& corpus) {
  const Bytes bytes = read_file(path);
  const std::string name = path.filename().string();
  corpus.add("load", name, bytes);
  std::filesystem::path weights = path;
  weights += ".data";
  if (std::filesystem::exists(weights))
    corpus.add("onnx_external", name, in_two_files(bytes, read_file(weights)));
  try {
    if (is_gzip(bytes)) {
      corpus.add("gzip", name, bytes);
      add_contents(gunzip(bytes, kLimits), name, corpus);
    } else {
      add_contents(bytes, name, corpus);
    }
  } catch (const Error&) {
    return;  // hostile files stay whole: they are inputs of the outer readers
  }
}

/// Traces as a person might record them, as text (which a fuzzer changes most easily) and packed.
void add_traces(Corpus& corpus) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "fuzz_corpus.trace";
  for (const std::size_t steps : {1, 100, 250}) {
    episode::Trace trace;
    trace.program = trace.emulator = trace.agent = trace.policy = trace.engine = "x";
    trace.game = "pong";
    trace.rom_md5 = std::string(32, '0');
    trace.agent_sha256 = std::string(64, 'f');
    trace.actions = {"NOOP", "FIRE"};
    trace.protocol.name = "modern";
    if (steps > 1) trace.protocol.mode = 1;
    if (steps > 1) trace.randomized_weights = steps;
    for (std::int64_t number = 0; number < 2; ++number) {
      episode::TracedEpisode& episode = trace.episodes.emplace_back();
      episode.number = number;
      episode.actions.resize(steps);
      episode.checksums.resize(
          static_cast<std::size_t>(episode::checksum_count(std::ssize(episode.actions))));
    }
    const std::string text = episode::trace_text(trace);
    const std::string name = std::to_string(steps);
    corpus.add("trace", name + ".jsonl", Bytes(text.begin(), text.end()));
    episode::write_trace(file, trace);
    corpus.add("trace", name + ".jsonl.gz", read_file(file));
  }
  std::filesystem::remove(file);
}

/// Descriptions for the tensors that the fuzzer has.
void add_networks(Corpus& corpus) {
  const std::string input = R"({"input": {"channels": 4, "height": 9, "width": 9}, "layers": [)";
  const auto add = [&](const std::string& name, const std::string& rest) {
    const std::string text = input + rest;
    corpus.add("network", name, Bytes(text.begin(), text.end()));
  };
  add("plain.json", R"({"type": "conv", "weights": "c", "stride": 2, "padding": [0, 1]},
    {"type": "batch_norm", "weights": "n"}, {"type": "relu", "name": "r"},
    {"type": "max_pool", "kernel": 2, "input": "r"}, {"type": "flatten"},
    {"type": "linear", "weights": "l"}, {"type": "c51", "atoms": 3, "v_min": -1, "v_max": 1}],
    "protocol": {"base": "modern", "frame_skip": 3}, "ignore": ["", "x"]})");
  add("heads.json", R"({"type": "flatten", "name": "f"}, {"type": "elu", "name": "e"},
    {"type": "add", "input": ["f", "e"]}, {"type": "tanh", "input": "f", "name": "t"},
    {"type": "concat", "input": ["f", "t"]}, {"type": "softmax"}], "ignore": [""]})");
}

/// What a client of the viewer says.
void add_requests(Corpus& corpus) {
  int number = 0;
  for (
      const std::string& text :
      {std::string(R"({"do":"hello","id":0,"version":1})"),
       std::string(R"({"do":"seek","id":1,"step":12})"),
       std::string(
           R"({"do":"tiles","id":2,"tiles":[{"method":"gradcam:layer=conv2","target":"margin:LEFT/FIRE"}]})"),
       std::string(
           R"({"do":"what_if","id":3,"step":4,"edits":[{"object":"ball","place":[70,-3]},{"byte":12,"value":99}]})"),
       std::string(
           R"({"do":"breakpoints","id":4,"conditions":["margin < 0.01 and mass(score) > 0.3","action == FIRE"]})"),
       std::string("lives != 3 and value >= -1.5e3")})
    corpus.add("viewer", std::to_string(number++), Bytes(text.begin(), text.end()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: fuzz_make_corpus CHECKPOINTS … OUT\n";
    return 2;
  }
  try {
    Corpus corpus(argv[argc - 1]);
    for (int folder = 1; folder < argc - 1; ++folder) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[folder])) {
        if (entry.is_regular_file() && entry.path().extension() != ".npy")
          add_file(entry.path(), corpus);
      }
    }
    add_traces(corpus);
    add_networks(corpus);
    add_requests(corpus);
    for (const auto& [target, count] : corpus.counts())
      std::cout << target << ": " << count << '\n';
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
