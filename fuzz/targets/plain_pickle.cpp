// read_plain_pickle(): any bytes are read or refused; what is read has finite weights.
#include "arcadecam/core/error.h"
#include "checkpoint/formats/file_formats.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  try {
    const checkpoint::ReadState state = checkpoint::read_plain_pickle({data, size});
    for (const auto& tensor : state.state.tensors) checkpoint::check_finite(*tensor.tensor);
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
