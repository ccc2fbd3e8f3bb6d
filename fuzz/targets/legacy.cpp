// torch's legacy format down to the weights: no checksum stands in the fuzzer's way here.
#include "arcadecam/core/error.h"
#include "checkpoint/formats/read_state.h"
#include "checkpoint/formats/torch_file.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  try {
    checkpoint::TorchFile file = checkpoint::open_torch_legacy({data, size});
    static_cast<void>(checkpoint::read_state(file, size));
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
