// What torch.export.save writes (.pt2): a zip of a program, which is not read, and of its weights,
// each a member of plain numbers; a JSON file says which tensor each is.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/flat_tensors.h"
#include "checkpoint/formats/materialise.h"
#include "core/parse_json.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

using nlohmann::json;

constexpr std::string_view kWeightsConfig = "data/weights/model_weights_config.json";
constexpr std::uint64_t kLongestConfig = std::uint64_t{16} << 20;
constexpr int kDeepestExport = 16;

std::optional<std::size_t> config_of(const ZipArchive& archive) {
  for (std::size_t i = 0; i < archive.members().size(); ++i) {
    const std::string_view name = archive.members()[i].name;
    if (name == kWeightsConfig || name.ends_with("/" + std::string(kWeightsConfig))) return i;
  }
  return std::nullopt;
}

// torch._export.serde.schema.ScalarType.
std::optional<DType> exported_dtype(const json& code) {
  using enum DType;
  static const std::map<std::int64_t, DType> kTypes{
      {1, kUInt8},   {2, kInt8},    {3, kInt16},   {4, kInt32}, {5, kInt64},
      {6, kFloat16}, {7, kFloat32}, {8, kFloat64}, {12, kBool}, {13, kBFloat16}};
  if (!code.is_number_integer()) return std::nullopt;
  const auto found = kTypes.find(code.get<std::int64_t>());
  return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

// A number that a program could have computed as well: {"as_int": 4}.
std::int64_t whole(const json& value) {
  const auto* number = value.is_object() && value.contains("as_int") ? &value["as_int"] : nullptr;
  if (number == nullptr || !number->is_number_integer() || number->get<std::int64_t>() < 0)
    throw bad_input("a size or stride that is no whole number");
  return number->get<std::int64_t>();
}

class Weights {
 public:
  Weights(const ZipArchive& archive, std::string folder)
      : archive_(archive), folder_(std::move(folder)) {}

  ReadState run(const json& tensors) {
    for (const auto& [key, described] : tensors.items()) {
      const std::string name = printable(key, 256);
      try {
        add(name, described);
      } catch (const Error& error) {
        throw bad_input("the tensor '{}': {}", name, error.what());
      }
    }
    if (state_.state.tensors.empty())
      throw bad_input("an exported program without weights of floating-point numbers");
    return std::move(state_);
  }

 private:
  void add(const std::string& name, const json& described) {
    if (!described.is_object() || !described.contains("path_name") ||
        !described["path_name"].is_string() || !described.contains("tensor_meta") ||
        !described["tensor_meta"].is_object()) {
      throw bad_input("expected a path_name and a tensor_meta");
    }
    const json& meta = described["tensor_meta"];
    const auto dtype = exported_dtype(meta.value("dtype", json()));
    if (!dtype || !is_floating(*dtype) || described.value("use_pickle", json(false)) != false) {
      note_other(state_, fmt::format("'{}': of a type that no weight has", name));
      return;
    }
    const Bytes& bytes = storage(described["path_name"].get<std::string>());
    const json sizes = meta.value("sizes", json()), strides = meta.value("strides", json());
    if (!sizes.is_array() || !strides.is_array() || sizes.size() != strides.size() ||
        sizes.size() > Shape::kMaxRank) {
      throw bad_input("expected as many strides as sizes, at most {}", Shape::kMaxRank);
    }
    std::vector<std::int64_t> extents;
    for (const json& size : sizes) extents.push_back(whole(size));
    pickle::TensorRecord record{pickle::NodeId{},
                                meta.contains("storage_offset") ? whole(meta["storage_offset"]) : 0,
                                Shape(extents),
                                {}};
    const std::int64_t held = static_cast<std::int64_t>(bytes.size()) / size_of(*dtype);
    std::int64_t last = record.offset;
    for (std::size_t axis = 0; axis < extents.size(); ++axis) {
      record.strides.at(axis) = whole(strides[axis]);
      std::int64_t reach = 0;
      if (__builtin_mul_overflow(record.strides.at(axis),
                                 std::max<std::int64_t>(extents[axis] - 1, 0), &reach) ||
          __builtin_add_overflow(last, reach, &last)) {
        throw bad_input("an impossible stride");
      }
    }
    const std::int64_t count = record.shape.count();
    if (count == 0 || last >= held || count > held)
      throw bad_input("its elements do not lie within the {} of its member", held);
    taken_ += count;
    if (taken_ > 4 * held_)
      throw bad_input("its tensors share so many elements that they exceed the file");
    const pickle::StorageRecord storage_record{*dtype, {}, held, 0, held};
    auto tensor = std::make_shared<const Tensor>(
        materialise(record, storage_record, bytes, /*big_endian=*/false));
    check_finite(*tensor);
    state_.stored.push_back({name, std::string(name_of(*dtype)), record.shape});
    state_.state.tensors.push_back({name, std::move(tensor)});
  }

  const Bytes& storage(const std::string& path) {
    const auto member = archive_.find(folder_ + path);
    if (!member) throw bad_input("its member '{}' is not in the file", printable(path));
    const auto [place, is_new] = read_.try_emplace(*member);
    if (is_new) {
      place->second = archive_.read(*member);
      held_ += static_cast<std::int64_t>(place->second.size());
    }
    return place->second;
  }

  const ZipArchive& archive_;
  std::string folder_;
  ReadState state_;
  std::map<std::size_t, Bytes> read_;
  std::int64_t held_ = 0, taken_ = 0;  ///< bytes of all members, elements of all tensors
};

}  // namespace

bool is_torch_export(const ZipArchive& archive) {
  return config_of(archive).has_value();
}

ReadState read_torch_export(const ZipArchive& archive) {
  const std::size_t member = *config_of(archive);
  if (archive.members()[member].size > kLongestConfig)
    throw bad_input("its list of weights is longer than {} bytes", kLongestConfig);
  const Bytes text = archive.read(member);
  const auto guard = [](int depth, json::parse_event_t, const json&) {
    if (depth > kDeepestExport) throw bad_input("its list of weights is nested too deeply");
    return true;
  };
  const json config = parse_json(as_text(text), guard);
  if (!config.is_object() || !config.contains("config") || !config["config"].is_object())
    throw bad_input("its list of weights is no JSON object with config");
  const std::string& path = archive.members()[member].name;
  return Weights(archive, path.substr(0, path.rfind('/') + 1)).run(config["config"]);
}

}  // namespace arcadecam::checkpoint
