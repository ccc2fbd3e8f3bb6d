#pragma once

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "core/bytes.h"

namespace arcadecam {

/// One zlib stream that unpacks, ended whatever happens.
class Inflater {
 public:
  /// The packed bytes as gzip's header and trailer enclose them, or bare (RFC 1951).
  enum class Form { kGzip, kBare };

  explicit Inflater(Form form) {
    constexpr int kLargestWindow = 15, kGzip = 16;
    const int window = form == Form::kGzip ? kLargestWindow + kGzip : -kLargestWindow;
    if (inflateInit2(&stream_, window) != Z_OK) throw bad_input("zlib could not be started");
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  void next_member() { inflateReset(&stream_); }

  /// Inflates from the start of `in` to the start of `out`; both are shortened by what was used.
  /// True at the end of a member. Throws Error, which names the data by `what`, where they are
  /// corrupt.
  bool run(ByteView& in, std::span<std::uint8_t>& out, std::string_view what) {
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
      throw bad_input("{} is corrupt ({})", what,
                      stream_.msg != nullptr ? stream_.msg : "a preset dictionary");
    }
    return false;
  }

 private:
  z_stream stream_{};
};

}  // namespace arcadecam
