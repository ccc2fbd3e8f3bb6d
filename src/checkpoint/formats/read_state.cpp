#include "checkpoint/formats/read_state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "checkpoint/building/tensor_names.h"
#include "checkpoint/formats/agilerl.h"
#include "checkpoint/formats/materialise.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

using pickle::Dict;
using pickle::Document;
using pickle::StorageRecord;
using pickle::TensorRecord;
using pickle::Value;

// Where a state dict is kept when the file holds more: atari-agents, CleanRL, training loops of all
// kinds, Tianshou, d3rlpy (of whose actor-critics the policy plays). The first that is there
// counts.
constexpr std::array<std::string_view, 12> kStateEntries{
    "estimator_state", "model_weights",    "state_dict", "model_state_dict",
    "model",           "policy",           "q_funcs",    "imitator",
    "actor_critic",    "agent_state_dict", "online_net", "q_network_state_dict"};
constexpr std::string_view kBatchCounter = ".num_batches_tracked";
constexpr std::size_t kMostListed = 100;

std::string key_text(const Document& document, const Value& key) {
  const auto text = document.text(key);
  return text ? printable(*text) : document.describe(key);
}

std::string key_list(const Document& document, const Dict& dict) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : dict.items) {
    if (keys.size() == 8) {
      keys.emplace_back("…");
      break;
    }
    keys.push_back(fmt::format("'{}'", key_text(document, key)));
  }
  return keys.empty() ? "nothing" : fmt::format("{}", fmt::join(keys, ", "));
}

// Reads the tensors of one state dict.
class TensorLoader {
 public:
  TensorLoader(TorchFile& file, std::uint64_t file_bytes) : file_(file), file_bytes_(file_bytes) {}

  void load(const std::string& name, const Value& value, ReadState& into) {
    const auto& id = std::get<pickle::NodeId>(value);
    const auto* record = file_.document.get<TensorRecord>(value);
    const auto* storage = file_.document.get<StorageRecord>(Value(record->storage));
    check_type(name, *record, *storage);
    const auto [place, is_new] = loaded_.try_emplace(id);
    if (is_new) place->second = read(name, *record, *storage);
    into.state.tensors.push_back({name, place->second});
    into.stored.push_back({name, std::string(name_of(storage->dtype)), record->shape});
  }

  // A number that counts something is no weight: AveragedModel's n_averaged, a step.
  bool is_counter(const std::string& name, const Value& value) const {
    const auto* record = file_.document.get<TensorRecord>(value);
    const auto* storage = file_.document.get<StorageRecord>(Value(record->storage));
    return record->shape.rank() == 0 && !is_floating(storage->dtype) &&
           !name.ends_with(kBatchCounter);
  }

 private:
  static void check_type(const std::string& name, const TensorRecord& record,
                         const StorageRecord& storage) {
    // Batch normalisation counts its batches in an int64 scalar that inference does not use.
    const bool counter =
        storage.dtype == DType::kInt64 && record.shape.rank() == 0 && name.ends_with(kBatchCounter);
    if (!is_floating(storage.dtype) && !counter) {
      throw bad_input(
          "the tensor '{}' is of type {}; weights are float32, float16, bfloat16 or float64", name,
          name_of(storage.dtype));
    }
  }

  nn::Weights read(const std::string& name, const TensorRecord& record,
                   const StorageRecord& storage) {
    try {
      // First of all: the file must hold as much as the pickle claims.
      const ByteView bytes = file_.storages->read(storage);
      const std::int64_t count = record.shape.count();
      if (count > storage.count) {
        throw bad_input("its {} elements repeat those of a storage of {}", to_string(record.shape),
                        storage.count);
      }
      total_ += static_cast<std::uint64_t>(count);
      if (total_ > file_bytes_) {
        throw bad_input(
            "with it the tensors share so many elements that they exceed the file's {} bytes",
            file_bytes_);
      }
      auto tensor =
          std::make_shared<const Tensor>(materialise(record, storage, bytes, file_.big_endian));
      check_finite(*tensor);
      return tensor;
    } catch (const Error& error) {
      throw bad_input("the tensor '{}': {}", name, error.what());
    }
  }

  TorchFile& file_;
  std::uint64_t file_bytes_;
  std::uint64_t total_ = 0;
  std::map<pickle::NodeId, nn::Weights> loaded_;
};

bool has_tensor(const Document& document, const Dict& dict) {
  for (const auto& [key, value] : dict.items) {
    if (document.get<TensorRecord>(value) != nullptr) return true;
  }
  return false;
}

// Settings: texts, numbers and the names of classes, also those of a dict of arguments one level
// down ("data" of a policy that Stable-Baselines3 saved).
void note_facts(const Document& document, const Value& key, const Value& value, ReadState& into,
                bool nested = false) {
  const auto name = document.text(key);
  if (!name) return;
  if (const auto text = document.text(value)) {
    into.facts.set(*name, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    into.facts.set(*name, fmt::format("{}", *number));
  } else if (const auto* real = std::get_if<double>(&value)) {
    into.facts.set(*name, fmt::format("{}", *real));
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    into.facts.set(*name, *flag ? "true" : "false");
  } else if (const auto* object = document.get<pickle::Opaque>(value)) {
    if (!object->name.empty()) into.facts.set(*name, fmt::format("<class '{}'>", object->name));
  } else if (const auto* dict = document.get<Dict>(value); dict != nullptr && !nested) {
    if (*name != "args" && *name != "data") return;
    for (const auto& [inner, setting] : dict->items)
      note_facts(document, inner, setting, into, true);
  }
}

void note_entry(const Document& document, const Value& key, const Value& value, ReadState& into) {
  const std::string name = key_text(document, key);
  note_other(into, fmt::format("'{}': {}", name, document.describe(value)));
  note_facts(document, key, value, into);
  const auto text = document.text(value);
  if (name == "game" && text) into.game = printable(*text);
  if (name == "algo" && text) into.algorithm = printable(*text);
  const auto* number = std::get_if<std::int64_t>(&value);
  if (name == "step" && number != nullptr && *number >= 0) into.step = *number;
}

// What Tianshou's algorithms keep among their tensors.
bool is_optimisers(const Document& document, const Value& key, const Value& value) {
  return document.text(key) == "_optimizers" && document.get<TensorRecord>(value) == nullptr;
}

struct FoundState {
  const Dict* dict;
  std::string_view entry;      // empty: the whole
  bool is_usual = true;        // where such files have it
  std::string_view only = {};  // what names begin with, and then '.'; empty: all
};

// A dict within dicts: "agent/q_network".
FoundState find_entry(const Document& document, const Dict& top, std::string_view path) {
  const Dict* dict = &top;
  std::string_view rest = path;
  while (!rest.empty()) {
    const Value* found = document.find(*dict, rest);
    std::size_t length = rest.size();
    if (found == nullptr) {
      length = std::min(rest.find('/'), rest.size());
      found = document.find(*dict, rest.substr(0, length));
    }
    const Dict* inner = found == nullptr ? nullptr : document.get<Dict>(*found);
    if (inner == nullptr) {
      throw bad_usage("--entry: '{}' is {}; expected a state dict; there are {}",
                      printable(rest.substr(0, length)),
                      found == nullptr ? "not in the file" : document.describe(*found),
                      key_list(document, *dict));
    }
    dict = inner;
    rest = rest.substr(std::min(length + 1, rest.size()));
  }
  return {dict, path, false};
}

// The only entry that holds tensors, or the only one of them that is not beside the network.
std::optional<FoundState> find_lone_state(const Document& document, const Dict& top) {
  std::vector<FoundState> all, network;
  for (const auto& [key, value] : top.items) {
    const auto name = document.text(key);
    const Dict* dict = document.get<Dict>(value);
    if (!name || dict == nullptr || !has_tensor(document, *dict)) continue;
    all.push_back({dict, *name, false});
    if (!is_beside(*name)) network.push_back(all.back());
  }
  if (network.size() == 1) return network.front();
  if (network.size() > 1) {
    std::vector<std::string> names;
    for (const FoundState& found : network)
      names.push_back(fmt::format("'{}'", printable(found.entry)));
    throw bad_input(
        "several entries hold tensors: {}; give --entry NAME for the network that plays",
        fmt::join(names, ", "));
  }
  if (network.empty() && all.size() == 1) return all.front();
  return std::nullopt;
}

// Where such files have it.
std::optional<FoundState> find_usual(const Document& document, const Dict& top) {
  for (const std::string_view name : kStateEntries) {
    const Value* entry = document.find(top, name);
    if (entry == nullptr) continue;
    const Dict* dict = document.get<Dict>(*entry);
    if (dict == nullptr && name == kStateEntries[0]) {
      throw bad_input("its entry '{}' is {}; expected a state dict", name,
                      document.describe(*entry));
    }
    if (dict != nullptr && (name == kStateEntries[0] || has_tensor(document, *dict)))
      return FoundState{dict, name};
  }
  if (has_tensor(document, top)) return FoundState{&top, {}};
  if (const Dict* actor = find_agilerl_actor(document, top))
    return FoundState{actor, kAgilerlActor};
  return std::nullopt;
}

FoundState find_state(const Document& document, const Dict& top) {
  if (const auto usual = find_usual(document, top)) return *usual;
  return find_lone_state(document, top).value_or(FoundState{&top, {}});
}

bool is_of(std::string_view name, std::string_view part) {
  return name.size() > part.size() + 1 && name.starts_with(part) && name[part.size()] == '.';
}

// What --entry names: an entry, or a network among the tensors of the usual one ("net" of
// "net.0.weight").
FoundState find_asked(const Document& document, const Dict& top, std::string_view asked) {
  auto usual = document.find(top, asked) == nullptr && !asked.empty() ? find_usual(document, top)
                                                                      : std::nullopt;
  const auto is_asked = [&](const auto& item) {
    const auto name = document.text(item.first);
    return name && is_of(*name, asked) && document.get<TensorRecord>(item.second) != nullptr;
  };
  if (usual && std::ranges::any_of(usual->dict->items, is_asked)) {
    usual->only = asked;
    return *usual;
  }
  return find_entry(document, top, asked);
}

// The dict that the file holds, or the first item of the list that it holds instead.
const Dict& top_of(const Document& document, bool& is_list) {
  if (const auto* top = document.get<Dict>(document.root)) return *top;
  const auto* list = document.get<pickle::List>(document.root);
  const auto* tuple = document.get<pickle::Tuple>(document.root);
  const std::vector<Value>* items =
      list != nullptr ? &list->items : (tuple != nullptr ? &tuple->items : nullptr);
  const Dict* first =
      items != nullptr && !items->empty() ? document.get<Dict>(items->front()) : nullptr;
  if (const auto* object = document.get<pickle::Opaque>(document.root)) {
    throw bad_input(
        "a whole pickled object ({}), which would have to be run to be read: save its weights "
        "instead, torch.save(model.state_dict(), FILE)",
        object->what);
  }
  if (first == nullptr) {
    throw bad_input("it holds a {}; expected a dict with a state dict",
                    document.describe(document.root));
  }
  is_list = true;
  return *first;
}

}  // namespace

nn::Weights StateDict::find(std::string_view name) const {
  for (const auto& tensor : tensors) {
    if (tensor.name == name) return tensor.tensor;
  }
  return nullptr;
}

void note_other(ReadState& state, std::string entry) {
  if (state.other_entries.size() < kMostListed) {
    state.other_entries.push_back(std::move(entry));
  } else if (state.other_entries.size() == kMostListed) {
    state.other_entries.emplace_back("…");
  }
}

void check_finite(const Tensor& tensor) {
  std::int64_t index = 0;
  for (const float value : tensor.values()) {
    if (!std::isfinite(value)) {
      throw bad_input("element {} of {} is {}: weights must be finite", index, tensor.size(),
                      value);
    }
    ++index;
  }
}

ReadState read_state(TorchFile& file, std::uint64_t file_bytes,
                     const std::optional<std::string>& asked) {
  const Document& document = file.document;
  bool is_list = false;
  const Dict* top = &top_of(document, is_list);
  const FoundState found = asked ? find_asked(document, *top, *asked) : find_state(document, *top);
  const Dict* state = found.dict;
  const std::string_view entry = found.entry;
  if (!has_tensor(document, *state)) {
    throw bad_input(
        "no state dict: expected an entry '{}' or tensors at the top level; found {} (--entry NAME "
        "says where it is)",
        kStateEntries[0], key_list(document, *state));
  }

  ReadState result;
  if (!found.is_usual) result.found_at = fmt::format("the entry '{}'", printable(entry));
  if (!found.only.empty())
    result.found_at = fmt::format("the tensors of '{}'", printable(found.only));
  if (is_list)
    result.found_at +=
        fmt::format("{}the list's first item", result.found_at.empty() ? "" : " of ");
  TensorLoader loader(file, file_bytes);
  for (const auto& [key, value] : state->items) {
    const bool is_tensor = document.get<TensorRecord>(value) != nullptr;
    const auto name = document.text(key);
    if (!found.only.empty() && (!name || !is_of(*name, found.only))) {
      note_entry(document, key, value, result);
    } else if (is_tensor && document.text(key) &&
               loader.is_counter(key_text(document, key), value)) {
      note_entry(document, key, value, result);
    } else if (is_tensor && document.text(key)) {
      loader.load(key_text(document, key), value, result);
    } else if (!entry.empty() && !is_optimisers(document, key, value)) {
      throw bad_input("the state dict's entry '{}' is {}; expected a tensor under a name",
                      key_text(document, key), document.describe(value));
    } else {
      note_entry(document, key, value, result);
    }
  }
  if (result.state.tensors.empty())
    throw bad_input("no state dict: its tensors count something, none is a weight");
  if (entry == kAgilerlActor) note_agilerl_settings(document, *top, result.facts);
  if (!entry.empty()) {
    for (const auto& [key, value] : top->items) {
      if (document.text(key) != entry) note_entry(document, key, value, result);
    }
  }
  return result;
}

}  // namespace arcadecam::checkpoint
