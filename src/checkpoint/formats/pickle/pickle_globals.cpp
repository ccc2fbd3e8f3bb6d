#include "checkpoint/formats/pickle/pickle_globals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"

namespace arcadecam::checkpoint::pickle {
namespace {

using enum GlobalKind;

constexpr GlobalName storage(std::string_view module, std::string_view name, DType dtype) {
  return {module, name, kStorageType, dtype};
}

// torch.cuda's storages: files of old versions that were saved from a GPU.
constexpr auto kAllowed = std::to_array<GlobalName>({
    {"collections", "OrderedDict", kOrderedDict},
    {"torch._utils", "_rebuild_tensor", kRebuildTensor},
    {"torch._utils", "_rebuild_tensor_v2", kRebuildTensor},
    {"torch._utils", "_rebuild_parameter", kRebuildParameter},
    storage("torch", "FloatStorage", DType::kFloat32),
    storage("torch", "HalfStorage", DType::kFloat16),
    storage("torch", "BFloat16Storage", DType::kBFloat16),
    storage("torch", "DoubleStorage", DType::kFloat64),
    storage("torch", "LongStorage", DType::kInt64),
    storage("torch", "IntStorage", DType::kInt32),
    storage("torch", "ShortStorage", DType::kInt16),
    storage("torch", "CharStorage", DType::kInt8),
    storage("torch", "ByteStorage", DType::kUInt8),
    storage("torch", "BoolStorage", DType::kBool),
    storage("torch", "ComplexFloatStorage", DType::kComplex64),
    storage("torch", "ComplexDoubleStorage", DType::kComplex128),
    storage("torch.cuda", "FloatStorage", DType::kFloat32),
    storage("torch.cuda", "HalfStorage", DType::kFloat16),
    storage("torch.cuda", "BFloat16Storage", DType::kBFloat16),
    storage("torch.cuda", "DoubleStorage", DType::kFloat64),
    storage("torch.cuda", "LongStorage", DType::kInt64),
    storage("torch.cuda", "IntStorage", DType::kInt32),
    storage("torch.cuda", "ShortStorage", DType::kInt16),
    storage("torch.cuda", "CharStorage", DType::kInt8),
    storage("torch.cuda", "ByteStorage", DType::kUInt8),
    storage("torch.cuda", "BoolStorage", DType::kBool),
    {"torch", "Size", kSize},
    {"torch", "device", kDevice},
    {"torch", "float32", kConstant},
    {"torch", "float", kConstant},
    {"torch", "float16", kConstant},
    {"torch", "half", kConstant},
    {"torch", "bfloat16", kConstant},
    {"torch", "float64", kConstant},
    {"torch", "double", kConstant},
    {"torch", "int64", kConstant},
    {"torch", "int32", kConstant},
    {"torch", "int16", kConstant},
    {"torch", "int8", kConstant},
    {"torch", "uint8", kConstant},
    {"torch", "bool", kConstant},
    {"torch", "complex64", kConstant},
    {"torch", "complex128", kConstant},
    {"builtins", "set", kSet},
    {"__builtin__", "set", kSet},
    {"builtins", "frozenset", kSet},
    {"__builtin__", "frozenset", kSet},
    // A function of a class: Stable-Baselines3's saved policies have one for a schedule.
    {"builtins", "getattr", kMember},
    {"__builtin__", "getattr", kMember},
    {"_codecs", "encode", kEncode},
    // Sample Factory keeps its best score so; before and since version 2 of NumPy.
    {"numpy", "dtype", kArrayType},
    {"numpy.core.multiarray", "scalar", kArrayNumber},
    {"numpy._core.multiarray", "scalar", kArrayNumber},
});

// NumPy's names before and since version 2.
constexpr auto kPlain = std::to_array<GlobalName>({
    {"numpy.core.multiarray", "_reconstruct", kArrayReconstruct},
    {"numpy._core.multiarray", "_reconstruct", kArrayReconstruct},
    {"numpy", "ndarray", kArrayClass},
    {"numpy.core.numeric", "_frombuffer", kArrayFromBuffer},
    {"numpy._core.numeric", "_frombuffer", kArrayFromBuffer},
    {"jax._src.array", "_reconstruct_array", kJaxArray},
    {"jax._src.device_array", "reconstruct_device_array", kJaxArray},
    {"flax.core.frozen_dict", "FrozenDict", kFrozenDict},
});

// Names that only make plain data; an empty name stands for all of a module.
constexpr auto kBesideWeights = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"__main__", ""},
    {"argparse", "Namespace"},
    {"builtins", "bool"},
    {"builtins", "bytearray"},
    {"builtins", "bytes"},
    {"builtins", "complex"},
    {"builtins", "dict"},
    {"builtins", "float"},
    {"builtins", "int"},
    {"builtins", "list"},
    {"builtins", "object"},
    {"builtins", "range"},
    {"builtins", "slice"},
    {"builtins", "str"},
    {"builtins", "tuple"},
    {"collections", "Counter"},
    {"collections", "defaultdict"},
    {"collections", "deque"},
    {"copyreg", "_reconstructor"},
    {"datetime", ""},
    {"decimal", "Decimal"},
    {"dill._dill", "_create_array"},
    {"dill._dill", "_load_type"},
    {"numpy", "ndarray"},
    {"numpy.core.multiarray", "_reconstruct"},
    {"numpy._core.multiarray", "_reconstruct"},
    {"numpy.core.numeric", "_frombuffer"},
    {"numpy._core.numeric", "_frombuffer"},
    {"omegaconf.base", ""},
    {"omegaconf.dictconfig", ""},
    {"omegaconf.listconfig", ""},
    {"omegaconf.nodes", ""},
    {"pathlib", ""},
    {"pathlib._local", ""},
    {"torch.nn.modules.activation", ""},
    {"torch.nn.modules.loss", ""},
    {"types", "SimpleNamespace"},
    {"typing", "Any"},
    {"uuid", "UUID"},
});
// Modules whose classes and those of the modules in them do the same, or are settings.
constexpr std::array<std::string_view, 7> kFamilies{
    "agilerl.",     "gym.spaces.",        "gymnasium.spaces.", "numpy.random.",
    "sb3_contrib.", "stable_baselines3.", "torch.optim."};

}  // namespace

bool is_kept_beside(std::string_view module, std::string_view name) {
  // Protocols 0 to 2, which torch.save uses, have the names of Python 2.
  if (module == "__builtin__") module = "builtins";
  if (module == "copy_reg") module = "copyreg";
  return std::ranges::any_of(kBesideWeights,
                             [&](const auto& known) {
                               return known.first == module &&
                                      (known.second.empty() || known.second == name);
                             }) ||
         std::ranges::any_of(kFamilies, [&](auto family) { return module.starts_with(family); });
}

const GlobalName* find_plain_global(std::string_view module, std::string_view name) {
  for (const GlobalName& allowed : kPlain) {
    if (allowed.module == module && allowed.name == name) return &allowed;
  }
  return nullptr;
}

const GlobalName* find_global(std::string_view module, std::string_view name) {
  for (const GlobalName& allowed : kAllowed) {
    if (allowed.module == module && allowed.name == name) return &allowed;
  }
  return nullptr;
}

std::string refusal(std::string_view module, std::string_view name) {
  const std::string full = fmt::format("{}.{}", printable(module), printable(name));
  if (full == "torch._utils._rebuild_sparse_tensor") {
    return "holds a sparse tensor, which is not supported";
  }
  if (full == "torch._utils._rebuild_qtensor" || full == "torch.qint8" || full == "torch.quint8" ||
      full == "torch.qint32") {
    return "holds quantised tensors, which cannot be read: save the network's state_dict() before "
           "it is quantised";
  }
  if (full == "torch._utils._rebuild_tensor_v3") {
    return "holds tensors of a type that needs a newer way of saving (float8, for example), which "
           "cannot be read: save model.float().state_dict()";
  }
  if (module.starts_with("tensordict.")) {
    return fmt::format(
        "holds a TensorDict ({}), which would have to be run to be read: save its tensors instead, "
        "torch.save(dict(TENSORDICT.flatten_keys('.').items()), FILE)",
        full);
  }
  if (module.starts_with("torch.nn.")) {
    return fmt::format(
        "holds a pickled module ({}), which would have to be run to be read: save its state_dict() "
        "instead",
        full);
  }
  // A class of some package, as of a policy that is pickled as a whole.
  const bool is_class = module.find('.') != std::string_view::npos && !name.empty() &&
                        name.front() >= 'A' && name.front() <= 'Z';
  return fmt::format("calls {}, which a state dict does not need (nothing in the file was run){}",
                     full,
                     is_class ? "; where it holds a whole model or policy, save its weights: "
                                "torch.save(model.state_dict(), FILE)"
                              : "");
}

}  // namespace arcadecam::checkpoint::pickle
