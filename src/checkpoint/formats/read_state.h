#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "checkpoint/convention.h"
#include "checkpoint/formats/torch_file.h"

namespace arcadecam::checkpoint {

/// What a file says: the weights, and what stands beside them.
struct ReadState {
  StateDict state{};
  std::vector<StoredTensor> stored{};        ///< the same tensors as the file has them
  std::vector<std::string> other_entries{};  ///< "'optimizer_state': dict of 2"
  Facts facts{};                             ///< settings of the training
  std::string source{};                      ///< see Hints
  /// Where the state dict was when no usual entry holds it: "the entry 'q_network'"; else empty.
  std::string found_at{};
  std::vector<std::string> remarks{};  ///< what could not be known, one sentence each
  std::optional<std::string> game{}, algorithm{};
  std::optional<std::int64_t> step{};
};

/// Finds the state dict: `entry` (see LoadOptions), or else the usual one (the entry
/// 'estimator_state', another usual one, the whole dict, the only entry that holds tensors and is
/// no target's or optimiser's; of a list, in its first) and reads its tensors. Throws Error when
/// there is none or more than one, when an entry of it is no tensor of floating-point numbers, or
/// when a number is not finite. `file_bytes` is how long the unpacked file is: tensors that share
/// elements may not multiply it.
ReadState read_state(TorchFile& file, std::uint64_t file_bytes,
                     const std::optional<std::string>& entry = {});

/// Lists something that stands beside the weights, within a limit.
void note_other(ReadState& state, std::string entry);
/// Throws Error when a weight is NaN or infinite.
void check_finite(const Tensor& tensor);

}  // namespace arcadecam::checkpoint
