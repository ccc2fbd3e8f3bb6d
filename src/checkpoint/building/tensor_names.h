#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/convention.h"

namespace arcadecam::checkpoint {

// The names of a state dict, whose parts end in '.' (PyTorch) or '/' (flax).

/// The part that all names begin with and that is none of them as a whole ("module."), or empty.
std::string common_first_part(const StateDict& state);
/// The same tensors without what all of their names begin with.
StateDict without_prefix(const StateDict& state, std::string_view prefix);
/// Leaves out what torch.compile ("_orig_mod."), sharding and checkpointing of activations put into
/// names, wherever it stands. Returns the first that it found, or empty: then, and where two
/// tensors would get one name, nothing is changed.
std::string leave_out_wrappers(StateDict& state);

/// Whether a name tells of what is beside the network that plays: a target network, an optimiser,
/// an average or an older copy of the weights.
bool is_beside(std::string_view name);
/// Leaves out networks beside the one that plays: those whose tensors' names begin with a part that
/// tells it ("target_net.") and are otherwise another part's. Returns what was left out.
std::vector<std::string> leave_out_beside(StateDict& state);
/// The first parts of names that are alike but for them, where there are two or more.
std::vector<std::string> alike_networks(const StateDict& state);

/// Whether the tensors are flax': some name ends in a convolution's kernel ("Conv_0/kernel", with
/// "/", "." or "," between the parts) or in haiku's ("conv2_d/w").
bool has_flax_names(const StateDict& state);
/// Flax' parameters under names with "/", without what an optimiser remembers and, beside
/// parameters, a target network's. Nothing where none of that is there to be changed.
std::optional<StateDict> flax_parameters(const StateDict& state);

}  // namespace arcadecam::checkpoint
