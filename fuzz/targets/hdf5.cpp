// hdf5::read(): any bytes are read or refused, within the memory that the file pays for; what is
// read has the bytes that its shape asks for. What Keras' layers are made of them is tried as well.
#include "checkpoint/formats/hdf/hdf5.h"

#include "arcadecam/core/error.h"
#include "checkpoint/keras/keras_file.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  const InflateLimits limits{std::uint64_t{64} << 20};
  try {
    const checkpoint::hdf5::Contents contents = checkpoint::hdf5::read({data, size}, limits);
    for (const auto& dataset : contents.datasets) {
      if (!dataset.dtype) continue;
      std::uint64_t count = 1;
      for (const std::int64_t extent : dataset.extents) count *= static_cast<std::uint64_t>(extent);
      if (count * static_cast<std::uint64_t>(checkpoint::size_of(*dataset.dtype)) !=
          dataset.bytes.size()) {
        __builtin_trap();
      }
    }
    (void)checkpoint::keras::read_hdf5({data, size}, limits);
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
