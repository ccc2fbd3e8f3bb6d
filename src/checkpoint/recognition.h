#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/convention.h"

namespace arcadecam::checkpoint {

/// Whose tensors these are.
struct Recognition {
  const Convention* convention;
  /// The tensors under the names that the convention knows.
  std::shared_ptr<const StateDict> state;
  FoundNetwork network;               ///< in `state`; refers to the hints as well
  std::vector<std::string> evidence;  ///< why, one sentence each
};

/// Finds the convention: `as` names it, or else some key says it. What torch.compile and its like
/// put into names is left out wherever it stands; where no convention knows the names, what all of
/// them begin with is taken off, one part after the other. Throws Error when several conventions or
/// none know them, a usage error when `as` is none.
Recognition recognise(const StateDict& state, const Hints& hints,
                      const std::optional<std::string>& as);

/// Throws a usage error when there is no convention of this name.
const Convention& named_convention(const std::string& name);

}  // namespace arcadecam::checkpoint
