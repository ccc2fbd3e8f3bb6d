#include <fmt/format.h>

#include <map>

#include "checkpoint/formats/pickle/pickle_machine.h"
#include "checkpoint/formats/torch_file.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kPickleName = "/data.pkl";

class ZipStorages : public StorageReader {
 public:
  ZipStorages(ZipArchive archive, std::string root)
      : archive_(std::move(archive)), root_(std::move(root)) {}

  ByteView read(const pickle::StorageRecord& storage) override {
    const std::string name = fmt::format("{}/data/{}", root_, storage.key);
    const auto member = archive_.find(name);
    if (!member) throw bad_input("its storage '{}' is not in the file", printable(name));
    const std::uint64_t held = archive_.members()[*member].size;
    const auto element = static_cast<std::uint64_t>(size_of(storage.dtype));
    if (held % element != 0 || held / element != static_cast<std::uint64_t>(storage.elements)) {
      throw bad_input("its storage '{}' should hold {} {} elements, but is {} bytes long",
                      printable(name), storage.elements, name_of(storage.dtype), held);
    }
    const auto [place, is_new] = cache_.try_emplace(*member);
    if (is_new) place->second = archive_.read(*member);
    return place->second;
  }

 private:
  ZipArchive archive_;
  std::string root_;
  std::map<std::size_t, Bytes> cache_;
};

// The one folder with a data.pkl.
std::string find_root(const ZipArchive& archive) {
  std::string root;
  bool found = false;
  for (const ZipMember& member : archive.members()) {
    const std::string_view name = member.name;
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos || slash == 0 || name.substr(slash) != kPickleName)
      continue;
    if (found) throw bad_input("the zip file holds several data.pkl: which one counts is unclear");
    found = true;
    root = name.substr(0, slash);
  }
  if (!found) throw bad_input("a zip file without a data.pkl in a folder: not made by torch.save");
  return root;
}

bool is_big_endian(const ZipArchive& archive, const std::string& root) {
  const auto member = archive.find(root + "/byteorder");
  if (!member) return false;  // before torch 2.1: always little
  const Bytes order = archive.read(*member);
  if (as_text(order) == "little") return false;
  if (as_text(order) == "big") return true;
  throw bad_input("its byte order is '{}'; expected 'little' or 'big'", printable(as_text(order)));
}

}  // namespace

TorchFile open_torch_zip(ZipArchive archive) {
  const std::string root = find_root(archive);
  if (archive.find(root + "/constants.pkl")) {
    throw bad_input(
        "a TorchScript program, which would have to be run: save its weights, "
        "torch.save(torch.jit.load(FILE).state_dict(), 'weights.pt')");
  }
  const Bytes pickled = archive.read(archive.find(root + std::string(kPickleName)).value());
  ByteReader in(pickled);
  TorchFile file{"torch zip", pickle::read(in), nullptr, is_big_endian(archive, root)};
  if (in.remaining() != 0)
    throw bad_input("{} bytes follow the pickle in data.pkl", in.remaining());
  file.storages = std::make_unique<ZipStorages>(std::move(archive), root);
  return file;
}

}  // namespace arcadecam::checkpoint
