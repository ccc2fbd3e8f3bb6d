#include "checkpoint/building/tensor_names.h"

#include <algorithm>
#include <array>
#include <set>

namespace arcadecam::checkpoint {
namespace {

constexpr std::array<std::string_view, 3> kWrappers{"_orig_mod.", "_fsdp_wrapped_module.",
                                                    "_checkpoint_wrapped_module."};

// Where a wrapper stands as a whole part of a name, or npos.
std::size_t find_part(const std::string& name, std::string_view part) {
  for (std::size_t at = name.find(part); at != std::string::npos; at = name.find(part, at + 1)) {
    if (at == 0 || name[at - 1] == '.') return at;
  }
  return std::string::npos;
}

}  // namespace

std::string common_first_part(const StateDict& state) {
  if (state.tensors.empty()) return {};
  const std::string& first = state.tensors.front().name;
  const std::string part = first.substr(0, first.find_first_of("./") + 1);
  const bool is_common = std::ranges::all_of(state.tensors, [&](const auto& tensor) {
    return tensor.name.size() > part.size() && tensor.name.starts_with(part);
  });
  return is_common ? part : std::string();
}

StateDict without_prefix(const StateDict& state, std::string_view prefix) {
  StateDict rest = state;
  for (auto& tensor : rest.tensors) tensor.name.erase(0, prefix.size());
  return rest;
}

std::string leave_out_wrappers(StateDict& state) {
  std::string found;
  StateDict rest = state;
  std::set<std::string_view> names;
  for (auto& [name, tensor] : rest.tensors) {
    for (const std::string_view wrapper : kWrappers) {
      for (std::size_t at = find_part(name, wrapper); at != std::string::npos;
           at = find_part(name, wrapper)) {
        if (found.empty()) found = wrapper;
        name.erase(at, wrapper.size());
      }
    }
  }
  if (found.empty()) return found;
  for (const auto& tensor : rest.tensors) {
    if (tensor.name.empty() || !names.insert(tensor.name).second) return {};
  }
  state = std::move(rest);
  return found;
}

}  // namespace arcadecam::checkpoint
