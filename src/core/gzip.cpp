#include "core/gzip.h"

#include <algorithm>

#include "core/inflater.h"

namespace arcadecam {
namespace {

constexpr std::size_t kFirstChunk = std::size_t{64} << 10;
constexpr std::size_t kLargestStep = std::size_t{1} << 20;

bool is_padding(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

/// The size that the file's end gives for its last member, where that is harmless to believe; it
/// saves growing.
std::size_t first_size(ByteView bytes, const InflateLimits& limits) {
  constexpr std::size_t kSizeBytes = 4;
  std::uint64_t told = 0;
  if (bytes.size() >= kSizeBytes) {
    for (std::size_t i = 0; i < kSizeBytes; ++i)
      told |= std::uint64_t{bytes[bytes.size() - kSizeBytes + i]} << (8 * i);
  }
  const std::uint64_t most = std::min({InflateLimits::kHarmlessBytes, limits.max_bytes,
                                       bytes.size() * InflateLimits::kLargestRatio});
  return static_cast<std::size_t>(std::min(told, most));
}

}  // namespace

bool is_gzip(ByteView bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

Bytes gunzip(ByteView bytes, const InflateLimits& limits) {
  Inflater inflater(Inflater::Form::kGzip);
  ByteView in = bytes;
  Bytes result(first_size(bytes, limits));
  std::size_t used = 0;
  while (true) {
    if (used == result.size()) {
      // One byte beyond the limit is room enough to notice that it is passed.
      const std::uint64_t most = std::max<std::uint64_t>(limits.max_bytes, used) + 1;
      result.resize(
          static_cast<std::size_t>(std::min<std::uint64_t>(used * 2 + kFirstChunk, most)));
    }
    std::span<std::uint8_t> out = std::span(result).subspan(used);
    out = out.first(std::min(out.size(), kLargestStep));  // so that the limits are checked often
    const std::size_t in_before = in.size();
    const std::size_t out_before = out.size();
    const bool member_ended = inflater.run(in, out, "the gzip data");
    used += out_before - out.size();
    limits.check("the gzip file", bytes.size(), used);
    if (member_ended) {
      if (is_padding(in)) break;
      if (!is_gzip(in)) {
        throw bad_input("{} bytes that are not gzip follow the gzip data", in.size());
      }
      inflater.next_member();
    } else if (in.size() == in_before && out.size() == out_before && !out.empty()) {
      throw bad_input("the gzip data is cut off after {} bytes: the end of the file is missing",
                      bytes.size());
    }
  }
  result.resize(used);
  return result;
}

}  // namespace arcadecam
