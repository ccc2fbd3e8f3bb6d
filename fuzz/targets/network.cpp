// parse_network() and build_network(): any text describes a network or is refused.
#include "arcadecam/core/error.h"
#include "checkpoint/described/network_file.h"
#include "target.h"

namespace {

using namespace arcadecam;

checkpoint::StateDict tensors() {
  checkpoint::StateDict state;
  const auto give = [&](const char* name, const Shape& shape) {
    auto tensor = std::make_shared<Tensor>(shape);
    for (float& value : tensor->values()) value = 1;
    state.tensors.push_back({name, std::move(tensor)});
  };
  give("c.weight", {3, 4, 3, 3});
  give("c.bias", {3});
  for (const char* part : {"n.weight", "n.bias", "n.running_mean", "n.running_var"})
    give(part, {3});
  give("l.weight", {6, 12});
  give("l.bias", {6});
  give("v.weight", {3, 6});
  return state;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const checkpoint::StateDict state = tensors();
  try {
    checkpoint::build_network(checkpoint::parse_network({data, size}, "net.json"), state, {});
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
