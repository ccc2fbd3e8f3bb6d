#include "checkpoint/onnx/onnx_external.h"

#include "arcadecam/core/error.h"
#include "core/parse_number.h"
#include "core/text.h"

namespace arcadecam::checkpoint::onnx {
namespace {

class External {
 public:
  explicit External(FilesBeside& beside) : beside_(beside) {}

  void take(TensorData& tensor) {
    if (!tensor.external) return;
    const ByteView file = beside_.read(value_of(tensor, "location"));
    const std::uint64_t offset = number_of(tensor, "offset", 0);
    if (offset > file.size()) refuse(tensor, offset, 0, file.size());
    const std::uint64_t length = number_of(tensor, "length", file.size() - offset);
    if (length > file.size() - offset) refuse(tensor, offset, length, file.size());
    tensor.raw = file.subspan(offset, length);
    tensor.external = false;
    taken_ += length;
    // Otherwise a small file could stand for any amount of weights.
    std::uint64_t held = 0;
    for (const auto& [name, bytes] : beside_.files()) held += bytes.size();
    if (taken_ > held)
      throw bad_input("its tensors take more than the {} bytes of the files beside it", held);
  }

 private:
  static const std::string& value_of(const TensorData& tensor, std::string_view key) {
    const auto found = tensor.external_data.find(key);
    if (found == tensor.external_data.end()) {
      throw bad_input("the tensor '{}' lies in another file, but its {} is missing",
                      printable(tensor.name), key);
    }
    return found->second;
  }

  static std::uint64_t number_of(const TensorData& tensor, std::string_view key,
                                 std::uint64_t otherwise) {
    if (!tensor.external_data.contains(key)) return otherwise;
    const std::string& text = value_of(tensor, key);
    const auto number = parse_number<std::uint64_t>(text);
    if (!number) {
      throw bad_input("the tensor '{}': its {} in another file is '{}'; expected a whole number",
                      printable(tensor.name), key, printable(text));
    }
    return *number;
  }

  [[noreturn]] static void refuse(const TensorData& tensor, std::uint64_t offset,
                                  std::uint64_t length, std::size_t size) {
    throw bad_input("the tensor '{}' should lie at {} + {} bytes in '{}', which has {}",
                    printable(tensor.name), offset, length, printable(value_of(tensor, "location")),
                    size);
  }

  FilesBeside& beside_;
  std::uint64_t taken_ = 0;
};

}  // namespace

void take_external(Model& model, FilesBeside& beside) {
  External external(beside);
  for (TensorData& tensor : model.initializers) external.take(tensor);
  for (Node& node : model.nodes) {
    for (auto& [name, attribute] : node.attributes) {
      if (attribute.tensor) external.take(*attribute.tensor);
    }
  }
}

}  // namespace arcadecam::checkpoint::onnx
