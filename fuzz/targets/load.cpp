// The whole way from bytes to a network.
#include "arcadecam/core/error.h"
#include "checkpoint/load_bytes.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  checkpoint::LoadOptions options;
  options.max_bytes = std::uint64_t{8} << 20;
  try {
    static_cast<void>(checkpoint::load_bytes({data, size}, "model.pt", options));
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
