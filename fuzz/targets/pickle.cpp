// The pickle machine: any bytes are understood or refused; what is understood can be described.
#include "arcadecam/core/error.h"
#include "checkpoint/formats/pickle/pickle_machine.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam::checkpoint;
  try {
    arcadecam::ByteReader in({data, size});
    const pickle::Document document = pickle::read(in);
    static_cast<void>(document.describe(document.root));
    if (const auto* dict = document.get<pickle::Dict>(document.root)) {
      for (const auto& [key, value] : dict->items) {
        static_cast<void>(document.describe(key));
        static_cast<void>(document.describe(value));
      }
    }
  } catch (const arcadecam::Error&) {
    return 0;
  }
  return 0;
}
