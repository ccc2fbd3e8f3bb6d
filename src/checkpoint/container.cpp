#include "checkpoint/container.h"

#include <algorithm>
#include <optional>

#include "checkpoint/gzip.h"
#include "checkpoint/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kSupported =
    "what torch.save writes (zip or legacy format), plain or inside gzip, can be read";

bool is_pickle(ByteView bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x80 && bytes[1] <= 5;
}

// A 64-bit length and a JSON object.
bool is_safetensors(ByteView bytes) {
  return bytes.size() > 8 && bytes[7] < 0x20 && bytes[8] == '{';
}

// A protobuf message that starts with field 1 (ir_version), a small number, and goes on with the
// producer's name, the graph or the operator sets.
bool is_onnx(ByteView bytes) {
  return bytes.size() > 3 && bytes[0] == 0x08 && bytes[1] >= 3 && bytes[1] <= 32 &&
         (bytes[2] == 0x12 || bytes[2] == 0x3A || bytes[2] == 0x42);
}

Error not_supported(std::string_view format) {
  return bad_input("{}: this format is not supported yet; {}", format, kSupported);
}

TorchFile open_zip(ByteView bytes, const InflateLimits& limits) {
  ZipArchive archive(bytes, limits);
  if (archive.find("policy.pth")) throw not_supported("a Stable-Baselines3 model");
  return open_torch_zip(std::move(archive));
}

TorchFile open_plain(ByteView bytes, const InflateLimits& limits) {
  if (bytes.empty()) throw bad_input("it is empty");
  if (is_gzip(bytes)) throw bad_input("gzip within gzip; a checkpoint is packed once");
  if (is_zip(bytes)) return open_zip(bytes, limits);
  if (is_pickle(bytes)) return open_torch_legacy(bytes);
  if (is_safetensors(bytes)) throw not_supported("a safetensors file");
  if (is_onnx(bytes)) throw not_supported("an ONNX model");
  const std::string_view start = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 16)));
  throw bad_input("not a checkpoint: it starts with '{}'; {}", printable(start), kSupported);
}

}  // namespace

OpenedFile open_container(ByteView bytes, const InflateLimits& limits) {
  if (!is_gzip(bytes)) {
    TorchFile torch = open_plain(bytes, limits);
    std::string container = torch.container;
    return {std::move(container), nullptr, bytes.size(), std::move(torch)};
  }
  auto unpacked = std::make_unique<Bytes>(gunzip(bytes, limits));
  TorchFile torch = open_plain(*unpacked, limits);
  const std::uint64_t size = unpacked->size();
  return {"gzip, " + torch.container, std::move(unpacked), size, std::move(torch)};
}

}  // namespace arcadecam::checkpoint
