#pragma once

#include <zip.h>
#include <zlib.h>

#include <string>
#include <utility>
#include <vector>

#include "arcadecam/core/error.h"
#include "core/bytes.h"

namespace arcadecam::test {

inline Bytes bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

inline ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// One gzip member.
inline Bytes gzip(const std::string& content) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw bad_input("zlib could not be started");
  }
  Bytes in = bytes_of(content);
  Bytes out(deflateBound(&stream, static_cast<uLong>(in.size())) + 32);
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

using Members = std::vector<std::pair<std::string, std::string>>;  ///< name, content

/// A zip file of these members, stored or deflated.
inline Bytes zip(const Members& members, int method = ZIP_CM_STORE) {
  zip_error_t error;
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : members) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    const std::int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    zip_set_file_compression(archive, static_cast<std::uint64_t>(index), method, 0);
  }
  if (zip_close(archive) != 0) throw bad_input("cannot make a zip file");
  zip_source_open(target);
  zip_stat_t stat;
  zip_source_stat(target, &stat);
  Bytes bytes(stat.size);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

/// The message of the Error that `work` throws; empty when it throws none.
template <typename Work>
std::string error_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace arcadecam::test
