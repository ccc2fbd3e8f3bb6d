// A zip of NumPy arrays (numpy.savez), as people save the parameters of JAX's networks.
#include <fmt/format.h>

#include <algorithm>

#include "arcadecam/core/npy.h"
#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/flat_tensors.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kEnd = ".npy";

}  // namespace

bool is_npz(const ZipArchive& archive) {
  return !archive.members().empty() &&
         std::ranges::all_of(archive.members(),
                             [](const ZipMember& member) { return member.name.ends_with(kEnd); });
}

ReadState read_npz_state(const ZipArchive& archive) {
  ReadState state;
  for (std::size_t i = 0; i < archive.members().size(); ++i) {
    const std::string& member = archive.members()[i].name;
    const std::string name = printable(member.substr(0, member.size() - kEnd.size()), 256);
    const Bytes bytes = archive.read(i);
    const NpyArray array = parse_npy(bytes, fmt::format("the array '{}'", name));
    if (shape_of(array).rank() == 0 ||
        (dtype_of(array) != "float32" && dtype_of(array) != "float64")) {
      note_other(state,
                 fmt::format("'{}': {} {}", name, dtype_of(array), to_string(shape_of(array))));
      continue;
    }
    auto tensor = std::make_shared<Tensor>(shape_of(array));
    std::visit(
        [&](const auto& typed) {
          std::ranges::transform(typed.values(), tensor->values().begin(),
                                 [](auto value) { return static_cast<float>(value); });
        },
        array);
    try {
      check_finite(*tensor);
    } catch (const Error& error) {
      throw bad_input("the array '{}': {}", name, error.what());
    }
    state.stored.push_back({name, std::string(dtype_of(array)), shape_of(array)});
    state.state.tensors.push_back({name, std::move(tensor)});
  }
  if (state.state.tensors.empty())
    throw bad_input("a zip of NumPy arrays, none of which is of floating-point numbers");
  return state;
}

}  // namespace arcadecam::checkpoint
