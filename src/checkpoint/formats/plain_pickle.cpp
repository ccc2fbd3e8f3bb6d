// Pickles that are no torch file: d3rlpy's {torch, config, version}, and dicts of arrays as
// Dopamine and RLlib keep them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/flat_tensors.h"
#include "checkpoint/formats/pickle/pickle_machine.h"
#include "checkpoint/formats/torch_file.h"
#include "core/parse_json.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

using nlohmann::json;
using pickle::Document;

// Protocols 2 to 5: PROTO, perhaps FRAME, then LONG1 of ten bytes: torch's magic number.
constexpr std::array<std::uint8_t, 12> kTorchMagic{0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46,
                                                   0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19};
constexpr std::size_t kMagicWithin = 32;

constexpr int kDeepestPickle = 32;
constexpr std::size_t kMostVisited = 100'000;

// d3rlpy's config: plain JSON, read as far as it says how the network is used.
void read_config(std::string_view text, ReadState& state) {
  const auto guard = [](int depth, json::parse_event_t, const json&) {
    if (depth > kDeepestPickle) throw bad_input("its config is nested too deeply");
    return true;
  };
  const json config = parse_json(text, guard);
  const json::json_pointer params("/config/params");
  if (!config.is_object() || !config.contains(params)) {
    throw bad_input("its config is no JSON object with config and params");
  }
  const auto fact = [&](const char* name, const char* path) {
    const json::json_pointer at(path);
    if (!config.contains(at) || config[at].is_structured()) return;
    const std::string value =
        config[at].is_string() ? config[at].get<std::string>() : config[at].dump();
    state.facts.set(name, value);
    note_other(state, fmt::format("config '{}': {}", name, printable(value)));
  };
  fact("algorithm", "/config/type");
  fact("observation_scaler", "/config/params/observation_scaler/type");
  fact("q_func", "/config/params/q_func_factory/type");
  fact("n_quantiles", "/config/params/q_func_factory/params/n_quantiles");
  fact("activation", "/config/params/encoder_factory/params/activation");
  fact("use_batch_norm", "/config/params/encoder_factory/params/use_batch_norm");
  const json::json_pointer filters("/config/params/encoder_factory/params/filters");
  if (config.contains(filters)) state.facts.set("filters", config[filters].dump());
}

ReadState read_d3rlpy(ByteView torch_bytes, std::string_view config) {
  const InflateLimits limits{std::max<std::uint64_t>(torch_bytes.size() * 4, 1 << 20)};
  TorchFile torch = is_zip(torch_bytes) ? open_torch_zip(ZipArchive(torch_bytes, limits))
                                        : open_torch_legacy(torch_bytes);
  ReadState state = read_state(torch, torch_bytes.size());
  state.source = "d3rlpy";
  read_config(config, state);
  return state;
}

class ArrayWalk {
 public:
  ArrayWalk(const Document& document, std::uint64_t file_bytes)
      : document_(document), file_bytes_(file_bytes) {}

  ReadState run(const pickle::Dict& root) {
    visit(root, {}, 0);
    if (state_.state.tensors.empty())
      throw bad_input("a pickle without arrays of floating-point numbers");
    return std::move(state_);
  }

 private:
  void visit(const pickle::Dict& dict, const std::string& path, int depth) {
    if (depth > kDeepestPickle) throw bad_input("nested more than {} deep", kDeepestPickle);
    for (const auto& [key, value] : dict.items) {
      if (++visited_ > kMostVisited) throw bad_input("more than {} entries", kMostVisited);
      const auto text = document_.text(key);
      const std::string name = text ? printable(*text) : document_.describe(key);
      const std::string full = path.empty() ? name : path + "/" + name;
      if (const auto* inner = document_.get<pickle::Dict>(value)) {
        visit(*inner, full, depth + 1);
      } else if (const auto* array = document_.get<pickle::ArrayRecord>(value)) {
        add(full, *array);
      } else {
        note_other(state_, fmt::format("'{}': {}", full, document_.describe(value)));
      }
    }
  }

  void add(const std::string& name, const pickle::ArrayRecord& array) {
    using enum DType;
    static constexpr std::array<std::pair<std::string_view, DType>, 9> kTypes{{{"f4", kFloat32},
                                                                               {"f2", kFloat16},
                                                                               {"f8", kFloat64},
                                                                               {"i8", kInt64},
                                                                               {"i4", kInt32},
                                                                               {"i2", kInt16},
                                                                               {"i1", kInt8},
                                                                               {"u1", kUInt8},
                                                                               {"b1", kBool}}};
    const auto known =
        std::ranges::find_if(kTypes, [&](const auto& type) { return type.first == array.code; });
    if (!array.obstacle.empty() || known == kTypes.end()) {
      note_other(state_, fmt::format("'{}': an array that is not read: {}", name,
                                     array.obstacle.empty() ? "its type is " + printable(array.code)
                                                            : array.obstacle));
      return;
    }
    // Right after a synchronisation a target network's arrays are the online network's: one object
    // under two names.
    if (const auto shared = read_.find(array.bytes.data()); shared != read_.end()) {
      const nn::Weights tensor = state_.state.tensors[shared->second].tensor;
      const std::string dtype = state_.stored[shared->second].dtype;
      if (tensor->shape() == Shape(array.extents) && dtype == name_of(known->second)) {
        state_.state.tensors.push_back({name, tensor});
        state_.stored.push_back({name, dtype, tensor->shape()});
        return;
      }
    }
    // Otherwise references may not multiply the file.
    bytes_ += array.bytes.size();
    if (bytes_ > file_bytes_)
      throw bad_input("its arrays repeat each other beyond the file's size");
    const std::size_t before = state_.state.tensors.size();
    add_flat_tensor(state_, name, known->second, array.extents, array.bytes);
    if (state_.state.tensors.size() > before) read_.emplace(array.bytes.data(), before);
  }

  const Document& document_;
  std::uint64_t file_bytes_;
  ReadState state_;
  std::map<const std::uint8_t*, std::size_t> read_;  ///< where an array's bytes begin: which tensor
  std::size_t visited_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

bool is_plain_pickle(ByteView bytes) {
  const ByteView start = bytes.first(std::min(bytes.size(), kMagicWithin));
  return std::search(start.begin(), start.end(), kTorchMagic.begin(), kTorchMagic.end()) ==
         start.end();
}

ReadState read_plain_pickle(ByteView bytes) {
  ByteReader in(bytes);
  const Document document = pickle::read(in, pickle::Mode::kPlain);
  if (in.remaining() != 0) throw bad_input("{} bytes follow the pickle", in.remaining());
  const auto* root = document.get<pickle::Dict>(document.root);
  if (root == nullptr) {
    const std::string what = document.describe(document.root);
    if (what.find("flax.nnx") != std::string::npos) {
      throw bad_input(
          "a pickle of an object ({}), which would have to be run to be read: save its arrays, "
          "open('NAME.msgpack', 'wb').write(flax.serialization.to_bytes(nnx.to_pure_dict(STATE)))",
          what);
    }
    throw bad_input("a pickle that {} {}; expected a dict",
                    document.get<pickle::Opaque>(document.root) != nullptr ? "only" : "holds a",
                    document.describe(document.root));
  }
  const pickle::Value* torch = document.find(*root, "torch");
  const pickle::Value* config = document.find(*root, "config");
  if (torch != nullptr && config != nullptr) {
    const auto* blob = document.get<pickle::Blob>(*torch);
    const auto text = document.text(*config);
    if (blob == nullptr || !text)
      throw bad_input("a pickle with 'torch' and 'config' that are no bytes and no text");
    return read_d3rlpy(blob->bytes, *text);
  }
  ReadState state = ArrayWalk(document, bytes.size()).run(*root);
  if (document.find(*root, "online_params") != nullptr) state.source = "dopamine";
  if (document.find(*root, "weights") != nullptr) state.source = "rllib";
  if (const auto* steps = document.find(*root, "training_steps")) {
    const auto* number = std::get_if<std::int64_t>(steps);
    if (number != nullptr && *number >= 0) state.step = *number;
  }
  return state;
}

}  // namespace arcadecam::checkpoint
