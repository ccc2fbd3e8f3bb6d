// read_tensorflow(): any bytes are read or refused; what is read has finite weights. The first two
// bytes say where the index ends and the data begin.
#include <algorithm>

#include "arcadecam/core/error.h"
#include "checkpoint/formats/file_formats.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  if (size < 2) return 0;
  const ByteView all{data + 2, size - 2};
  const std::size_t index = std::min<std::size_t>(data[0] + 256U * data[1], all.size());
  try {
    const checkpoint::ReadState state =
        checkpoint::read_tensorflow(all.first(index), all.subspan(index), /*verify=*/false);
    for (const auto& tensor : state.state.tensors) checkpoint::check_finite(*tensor.tensor);
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
