#include "core/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace arcadecam {

void MemorySource::read(std::uint64_t at, std::span<std::uint8_t> to) const {
  if (at > bytes_.size() || to.size() > bytes_.size() - at) {
    throw bad_input("{} bytes at byte {} of {}: cut off or corrupt", to.size(), at, bytes_.size());
  }
  std::ranges::copy(bytes_.subspan(static_cast<std::size_t>(at), to.size()), to.begin());
}

FileSource::FileSource(const std::filesystem::path& file) : name_(file.string()) {
  std::error_code failure;
  const std::filesystem::file_status status = std::filesystem::status(file, failure);
  if (!std::filesystem::exists(status)) throw bad_input("{}: no such file", name_);
  if (!std::filesystem::is_regular_file(status)) throw bad_input("{}: not a regular file", name_);
  size_ = std::filesystem::file_size(file, failure);
  if (failure) throw bad_input("{}: {}", name_, failure.message());
  errno = 0;
  stream_.open(file, std::ios::binary);
  if (!stream_) throw bad_input("{}: cannot be opened: {}", name_, std::strerror(errno));
}

void FileSource::read(std::uint64_t at, std::span<std::uint8_t> to) const {
  stream_.clear();
  stream_.seekg(static_cast<std::streamoff>(at));
  stream_.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size()));
  if (stream_.gcount() != static_cast<std::streamsize>(to.size())) {
    throw bad_input("{}: only {} of {} bytes at byte {} could be read", name_, stream_.gcount(),
                    to.size(), at);
  }
}

}  // namespace arcadecam
