// safetensors: the header's length in 64 bits, a JSON header {name: {dtype, shape, data_offsets}},
// the tensors' bytes one after the other without gaps.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/flat_tensors.h"
#include "core/parse_json.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

using nlohmann::json;

constexpr std::size_t kHeaderStart = 8;
constexpr std::uint64_t kLongestHeader = std::uint64_t{16} << 20;
constexpr int kDeepestSafetensors = 3;  // the header, a tensor, its shape
constexpr std::size_t kMostTensors = 100'000;

struct SafetensorsEntry {
  std::string name;
  DType dtype;
  std::vector<std::int64_t> extents;
  std::uint64_t begin, end;
};

DType safetensors_dtype(const std::string& name, const std::string& code) {
  using enum DType;
  static constexpr std::array<std::pair<std::string_view, DType>, 10> kTypes{{{"F32", kFloat32},
                                                                              {"F16", kFloat16},
                                                                              {"BF16", kBFloat16},
                                                                              {"F64", kFloat64},
                                                                              {"I64", kInt64},
                                                                              {"I32", kInt32},
                                                                              {"I16", kInt16},
                                                                              {"I8", kInt8},
                                                                              {"U8", kUInt8},
                                                                              {"BOOL", kBool}}};
  for (const auto& [known, dtype] : kTypes) {
    if (code == known) return dtype;
  }
  throw bad_input("the tensor '{}' is of type '{}'; weights are F32, F16, BF16 or F64", name,
                  printable(code));
}

json parse_header(std::string_view text) {
  // Two keys of one name would let a reader choose; nlohmann keeps the last.
  std::set<std::string> names;
  const auto guard = [&](int depth, json::parse_event_t event, const json& value) {
    if (depth > kDeepestSafetensors) throw bad_input("its header is nested too deeply");
    if (depth == 1 && event == json::parse_event_t::key) {
      const auto& name = value.get_ref<const std::string&>();
      if (!names.insert(name).second)
        throw bad_input("its header names '{}' twice", printable(name));
      if (names.size() > kMostTensors) throw bad_input("more than {} tensors", kMostTensors);
    }
    return true;
  };
  json header = parse_json(text, guard);
  if (!header.is_object()) throw bad_input("its header is no JSON object");
  return header;
}

std::uint64_t offset(const json& value, const std::string& name) {
  if (!value.is_number_unsigned())
    throw bad_input("the tensor '{}': its data_offsets are no whole numbers", name);
  return value.get<std::uint64_t>();
}

SafetensorsEntry safetensors_entry(const std::string& key, const json& facts) {
  const std::string name = printable(key, 256);
  const auto wrong = [&](std::string_view what) {
    return bad_input("the tensor '{}': {}", name, what);
  };
  if (!facts.is_object() || !facts.contains("dtype") || !facts["dtype"].is_string() ||
      !facts.contains("shape") || !facts["shape"].is_array() || !facts.contains("data_offsets") ||
      !facts["data_offsets"].is_array() || facts["data_offsets"].size() != 2) {
    throw wrong("expected dtype, shape and two data_offsets");
  }
  if (facts["shape"].size() > Shape::kMaxRank)
    throw wrong(fmt::format("{} dimensions; at most {} are supported", facts["shape"].size(),
                            Shape::kMaxRank));
  SafetensorsEntry entry{
      name, safetensors_dtype(name, facts["dtype"].get<std::string>()), {}, 0, 0};
  for (const json& extent : facts["shape"]) {
    if (!extent.is_number_unsigned() ||
        extent.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
      throw wrong("a dimension that is no whole number of 63 bits");
    }
    entry.extents.push_back(extent.get<std::int64_t>());
  }
  entry.begin = offset(facts["data_offsets"][0], name);
  entry.end = offset(facts["data_offsets"][1], name);
  return entry;
}

// The tensors must cover the data exactly, as the format demands.
void check_coverage(std::vector<SafetensorsEntry> entries, std::uint64_t data_bytes) {
  std::ranges::sort(
      entries, {}, [](const SafetensorsEntry& entry) { return std::pair(entry.begin, entry.end); });
  std::uint64_t reached = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != reached || entry.end < entry.begin || entry.end > data_bytes) {
      throw bad_input(
          "the tensor '{}' claims bytes {} to {} of {}; expected them to follow byte {} without "
          "gap "
          "or overlap",
          entry.name, entry.begin, entry.end, data_bytes, reached);
    }
    reached = entry.end;
  }
  if (reached != data_bytes) {
    throw bad_input("its tensors end at byte {}, but {} bytes follow the header", reached,
                    data_bytes);
  }
}

}  // namespace

bool is_safetensors(ByteView bytes) {
  return bytes.size() > kHeaderStart && bytes[7] < 0x20 && bytes[kHeaderStart] == '{';
}

ReadState read_safetensors(ByteView bytes) {
  ByteReader in(bytes);
  const auto length = in.little<std::uint64_t>("the header's length");
  if (length > kLongestHeader) {
    throw bad_input("its header claims {} bytes; at most {} are supported", length, kLongestHeader);
  }
  const json header = parse_header(as_text(in.take(length, "the header")));
  const ByteView data = in.take(in.remaining(), "the data");
  ReadState state;
  std::vector<SafetensorsEntry> entries;
  for (const auto& [key, facts] : header.items()) {
    if (key != "__metadata__") {
      entries.push_back(safetensors_entry(key, facts));
      continue;
    }
    if (!facts.is_object()) throw bad_input("its __metadata__ is no JSON object");
    for (const auto& [name, value] : facts.items()) {
      if (!value.is_string()) throw bad_input("its __metadata__ holds something else than text");
      const auto& text = value.get_ref<const std::string&>();
      state.facts.set(name, text);
      note_other(state, fmt::format("'{}': '{}'", printable(name), printable(text)));
    }
  }
  check_coverage(entries, data.size());
  for (const SafetensorsEntry& entry : entries) {
    add_flat_tensor(state, entry.name, entry.dtype, entry.extents,
                    data.subspan(entry.begin, entry.end - entry.begin));
  }
  if (state.state.tensors.empty()) throw bad_input("it holds no tensors of floating-point numbers");
  return state;
}

}  // namespace arcadecam::checkpoint
