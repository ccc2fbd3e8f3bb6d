#include "core/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace arcadecam {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib: largest window, gzip header and trailer expected
constexpr std::size_t kFirstChunk = std::size_t{64} << 10;
constexpr std::size_t kLargestStep = std::size_t{1} << 20;

// One zlib stream, ended whatever happens.
class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) throw bad_input("zlib could not be started");
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  void next_member() { inflateReset(&stream_); }

  // Inflates from the start of `in` to the start of `out`; both are shortened by what was used.
  // True at the end of a member.
  bool run(ByteView& in, std::span<std::uint8_t>& out) {
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const auto in_size = static_cast<uInt>(std::min(in.size(), kMost));
    const auto out_size = static_cast<uInt>(std::min(out.size(), kMost));
    stream_.next_in = const_cast<Bytef*>(in.data());  // zlib's API lacks the const; it only reads
    stream_.avail_in = in_size;
    stream_.next_out = out.data();
    stream_.avail_out = out_size;
    const int status = inflate(&stream_, Z_NO_FLUSH);
    in = in.subspan(in_size - stream_.avail_in);
    out = out.subspan(out_size - stream_.avail_out);
    if (status == Z_STREAM_END) return true;
    // Z_BUF_ERROR means only that nothing moved: the caller sees that by itself.
    if (status != Z_OK && status != Z_BUF_ERROR) {
      throw bad_input("the gzip data is corrupt ({})",
                      stream_.msg != nullptr ? stream_.msg : "a preset dictionary");
    }
    return false;
  }

 private:
  z_stream stream_{};
};

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
  Inflater inflater;
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
    const bool member_ended = inflater.run(in, out);
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
