#include <memory>

#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"
#include "core/zip_reader.h"

namespace arcadecam {
namespace {

ZipReader open_npz(const std::filesystem::path& file) {
  auto source = std::make_unique<FileSource>(file);
  try {
    return ZipReader(std::move(source));
  } catch (const Error& error) {
    throw bad_input("{}: not a readable .npz file: {}", file.string(), error.what());
  }
}

Bytes read_npz_member(const ZipReader& archive, std::size_t member, const std::string& name) {
  try {
    return archive.read(member);
  } catch (const Error& error) {
    throw bad_input("{}: cannot be read whole: {}", name, error.what());
  }
}

}  // namespace

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file,
                                         std::uint64_t max_member_bytes) {
  const ZipReader archive = open_npz(file);
  std::map<std::string, NpyArray> arrays;
  for (std::size_t i = 0; i < archive.members().size(); ++i) {
    const ZipMember& member = archive.members()[i];
    std::string key = member.name;
    const std::string name = fmt::format("{}: {}", file.string(), key);
    if (member.size > max_member_bytes) {
      throw bad_input("{}: {} bytes, more than the limit of {}", name, member.size,
                      max_member_bytes);
    }
    const Bytes bytes = read_npz_member(archive, i, name);
    if (key.ends_with(".npy")) key.resize(key.size() - 4);
    arrays.emplace(key, parse_npy(bytes, name));
  }
  return arrays;
}

}  // namespace arcadecam
