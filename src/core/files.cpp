#include "arcadecam/core/files.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "arcadecam/core/error.h"

namespace arcadecam {
namespace fs = std::filesystem;

std::vector<std::uint8_t> read_file(const fs::path& file, std::uint64_t max_bytes) {
  std::error_code failure;
  const fs::file_status status = fs::status(file, failure);
  if (!fs::exists(status)) throw bad_input("{}: no such file", file.string());
  if (!fs::is_regular_file(status)) throw bad_input("{}: not a regular file", file.string());
  const std::uintmax_t size = fs::file_size(file, failure);
  if (failure) throw bad_input("{}: {}", file.string(), failure.message());
  if (size > max_bytes) {
    throw bad_input("{}: {} bytes, more than the limit of {}", file.string(), size, max_bytes);
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw bad_input("{}: cannot be opened: {}", file.string(), std::strerror(errno));
  std::vector<std::uint8_t> bytes(size);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (static_cast<std::uintmax_t>(stream.gcount()) != size) {
    throw bad_input("{}: only {} of {} bytes could be read", file.string(), stream.gcount(), size);
  }
  return bytes;
}

OutputFile::OutputFile(fs::path final_name, fs::path part_of)
    : final_(std::move(final_name)),
      named_(part_of.empty() ? final_ : std::move(part_of)),
      temporary_(final_.string() + fmt::format(".{}.tmp", ::getpid())) {
  if (fs::is_directory(final_)) throw bad_input("{}: is a folder, not a file", named_.string());
  errno = 0;
  stream_.open(temporary_, std::ios::binary | std::ios::trunc);
  check("opened for writing");
}

OutputFile::~OutputFile() {
  if (committed_) return;
  stream_.close();
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void OutputFile::check(std::string_view action) {
  if (!stream_) {
    throw bad_input(
        "{}: cannot be {}: {}", named_.string(), action,
        errno != 0 ? std::strerror(errno) : "the folder may be missing or the disk full");
  }
}

void OutputFile::write(std::span<const std::uint8_t> bytes) {
  stream_.write(reinterpret_cast<const char*>(bytes.data()),
                static_cast<std::streamsize>(bytes.size()));
  check("written");
}

void OutputFile::write(std::string_view text) {
  stream_.write(text.data(), static_cast<std::streamsize>(text.size()));
  check("written");
}

void OutputFile::rewrite_start(std::string_view text) {
  stream_.seekp(0);
  write(text);
  stream_.seekp(0, std::ios::end);
}

void OutputFile::flush() {
  stream_.flush();
  check("written");
}

void OutputFile::commit() {
  flush();
  stream_.close();
  check("written");
  std::error_code failure;
  fs::rename(temporary_, final_, failure);
  if (failure) throw bad_input("{}: cannot be created: {}", named_.string(), failure.message());
  committed_ = true;
}

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure || !fs::is_directory(folder)) {
    throw bad_input("{}: cannot be made a folder: {}", folder.string(),
                    failure ? failure.message() : "a file is in the way");
  }
}

}  // namespace arcadecam
