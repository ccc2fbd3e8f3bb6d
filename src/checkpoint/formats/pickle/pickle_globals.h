#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checkpoint/formats/dtype.h"

namespace arcadecam::checkpoint::pickle {

/// What a name that a pickle may use stands for.
enum class GlobalKind {
  kOrderedDict,
  kRebuildTensor,     ///< torch._utils._rebuild_tensor_v2 and the older _rebuild_tensor
  kRebuildParameter,  ///< torch._utils._rebuild_parameter
  kStorageType,       ///< torch.FloatStorage and so on: only within a persistent id
  kSize,              ///< torch.Size
  kDevice,            ///< torch.device
  kConstant,          ///< torch.float32 and so on: never called
  kSet,
  kMember,       ///< getattr: only of what stands as Opaque, and then as well
  kEncode,       ///< _codecs.encode: how bytes are pickled before protocol 3
  kArrayType,    ///< numpy.dtype
  kArrayNumber,  ///< numpy's scalar: one number, beside the weights
  // Only of files that are no torch file (find_plain_global).
  kArrayReconstruct,  ///< numpy's _reconstruct: an empty array, filled by BUILD
  kArrayClass,        ///< numpy.ndarray: only an argument
  kArrayFromBuffer,   ///< numpy's _frombuffer
  kJaxArray,          ///< jax's _reconstruct_array
  kFrozenDict,        ///< flax's FrozenDict
};

struct GlobalName {
  std::string_view module, name;
  GlobalKind kind;
  std::optional<DType> dtype = std::nullopt;  ///< of a storage type
};

/// The allowed name, or null: everything that is not on this list is refused.
const GlobalName* find_global(std::string_view module, std::string_view name);

/// The same for plain pickles: NumPy's and JAX's arrays, flax's dicts.
const GlobalName* find_plain_global(std::string_view module, std::string_view name);

/// Whether training loops keep such objects beside the weights of a torch file: settings, paths,
/// states of random numbers, NumPy's arrays, classes of the script itself. None of them is made.
bool is_kept_beside(std::string_view module, std::string_view name);

/// Why a name is refused, in one sentence that names it.
std::string refusal(std::string_view module, std::string_view name);

}  // namespace arcadecam::checkpoint::pickle
