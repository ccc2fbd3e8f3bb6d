// import_onnx() of a model whose weights lie in another file: any bytes become a graph or are
// refused. The first two bytes say where the model ends and the other file begins.
#include <algorithm>

#include "arcadecam/core/error.h"
#include "checkpoint/onnx/onnx_importer.h"
#include "target.h"

namespace {

using namespace arcadecam;

/// The same bytes under every name.
class Rest final : public checkpoint::FilesBeside {
 public:
  explicit Rest(ByteView bytes) : bytes_(bytes) {}

 private:
  Bytes read_once(const std::string&) override { return {bytes_.begin(), bytes_.end()}; }

  ByteView bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView all{data + 2, size - 2};
  const std::size_t model = std::min<std::size_t>(data[0] + 256U * data[1], all.size());
  Rest rest(all.subspan(model));
  try {
    static_cast<void>(checkpoint::onnx::import_onnx(all.first(model), rest));
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
