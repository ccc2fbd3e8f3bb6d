#include <zip.h>

#include <memory>

#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"

namespace arcadecam {

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file,
                                         std::uint64_t max_member_bytes) {
  int code = 0;
  const std::unique_ptr<zip_t, decltype(&zip_discard)> archive(
      zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code), &zip_discard);
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw bad_input("{}: not a readable .npz file: {}", file.string(), why);
  }
  std::map<std::string, NpyArray> arrays;
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(i), 0, &stat) != 0) {
      throw bad_input("{}: member {} cannot be read", file.string(), i);
    }
    std::string key = stat.name;
    const std::string name = fmt::format("{}: {}", file.string(), key);
    if (stat.size > max_member_bytes) {
      throw bad_input("{}: {} bytes, more than the limit of {}", name, stat.size, max_member_bytes);
    }
    std::vector<std::uint8_t> bytes(stat.size);
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> member(
        zip_fopen_index(archive.get(), static_cast<zip_uint64_t>(i), 0), &zip_fclose);
    if (!member || zip_fread(member.get(), bytes.data(), bytes.size()) !=
                       static_cast<zip_int64_t>(bytes.size())) {
      throw bad_input("{}: cannot be read whole", name);
    }
    if (key.ends_with(".npy")) key.resize(key.size() - 4);
    arrays.emplace(key, parse_npy(bytes, name));
  }
  return arrays;
}

}  // namespace arcadecam
