#include "checkpoint/building/tensor_names.h"

#include <algorithm>
#include <array>
#include <map>
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

// What names of entries hold that are beside the network that plays.
constexpr std::array<std::string_view, 5> kBeside{"target", "optim", "ema", "old", "sched"};

// By the first part of the names, what follows it.
std::map<std::string, std::set<std::string>> by_first_part(const StateDict& state) {
  std::map<std::string, std::set<std::string>> parts;
  for (const auto& tensor : state.tensors) {
    const std::size_t end = tensor.name.find('.');
    if (end == std::string::npos) continue;
    parts[tensor.name.substr(0, end)].insert(tensor.name.substr(end + 1));
  }
  return parts;
}

}  // namespace

bool is_beside(std::string_view name) {
  return std::ranges::any_of(
      kBeside, [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

std::vector<std::string> leave_out_beside(StateDict& state) {
  const auto parts = by_first_part(state);
  std::vector<std::string> beside;
  for (const auto& part : parts) {
    const bool has_online = std::ranges::any_of(parts, [&](const auto& other) {
      return !is_beside(other.first) && other.second == part.second;
    });
    if (is_beside(part.first) && has_online) beside.push_back(part.first + ".");
  }
  for (const std::string& part : beside) {
    std::erase_if(state.tensors, [&](const auto& tensor) { return tensor.name.starts_with(part); });
  }
  return beside;
}

std::vector<std::string> alike_networks(const StateDict& state) {
  const auto parts = by_first_part(state);
  std::vector<std::string> alike;
  for (const auto& part : parts) {
    const auto same = std::ranges::count_if(
        parts, [&](const auto& other) { return other.second == part.second; });
    // One that sees pictures: the streams of a dueling head are alike, too.
    const bool is_network = std::ranges::any_of(state.tensors, [&](const auto& tensor) {
      return tensor.name.starts_with(part.first + ".") && tensor.tensor->shape().rank() == 4 &&
             tensor.name.find('.', part.first.size() + 1) != std::string::npos;
    });
    if (is_network && same > 1) alike.push_back(part.first);
  }
  return alike;
}

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
    const std::string_view name = tensor.name;
    const auto last_is = [&](std::string_view part, std::string_view separators) {
      return name.ends_with(part) && name.size() > part.size() &&
             separators.find(name[name.size() - part.size() - 1]) != std::string_view::npos;
    };
    return tensor.tensor->shape().rank() == 4 && (last_is("kernel", "/.,") || last_is("w", "/"));
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
