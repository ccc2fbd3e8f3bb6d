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

bool has_flax_names(const StateDict& state) {
  return std::ranges::any_of(state.tensors, [](const auto& tensor) {
    constexpr std::string_view kKernel = "kernel";
    const std::string_view name = tensor.name;
    return name.ends_with(kKernel) && tensor.tensor->shape().rank() == 4 &&
           name.size() > kKernel.size() &&
           std::string_view("/.,").find(name[name.size() - kKernel.size() - 1]) !=
               std::string_view::npos;
  });
}

std::optional<StateDict> flax_parameters(const StateDict& state) {
  const auto any = [&](auto&& holds) {
    return std::ranges::any_of(state.tensors,
                               [&](const auto& tensor) { return holds(tensor.name); });
  };
  const auto has = [&](char separator) {
    return any([&](const std::string& name) { return name.find(separator) != std::string::npos; });
  };
  const char separator = has('/') ? '/' : has(',') ? ',' : '.';
  const bool whole_state = any([](const std::string& name) { return name.starts_with("params"); });
  StateDict result;
  for (const auto& [name, tensor] : state.tensors) {
    std::string to = name;
    std::ranges::replace(to, separator, '/');
    const bool beside =
        to.starts_with("opt_state/") || to.find("/opt_state/") != std::string::npos ||
        to.starts_with("target_params/") || to.starts_with("target_network_params/");
    if (whole_state && beside) continue;
    result.tensors.push_back({std::move(to), tensor});
  }
  if (separator == '/' && result.tensors.size() == state.tensors.size()) return std::nullopt;
  return result;
}

}  // namespace arcadecam::checkpoint
