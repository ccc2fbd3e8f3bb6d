// import_onnx(): any bytes become a graph or are refused.
#include "arcadecam/core/error.h"
#include "checkpoint/onnx/onnx_importer.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  checkpoint::NothingBeside nothing;
  try {
    static_cast<void>(checkpoint::onnx::import_onnx({data, size}, nothing));
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
