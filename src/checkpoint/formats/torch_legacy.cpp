#include <fmt/format.h>

#include <map>

#include "checkpoint/formats/pickle/pickle_machine.h"
#include "checkpoint/formats/torch_file.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

// torch.serialization.MAGIC_NUMBER and PROTOCOL_VERSION.
constexpr pickle::BigInteger kLegacyMagic{0xA86A20F9469CFC6C, 0x1950, false};
constexpr std::int64_t kProtocol = 1001;

using StorageTypes = std::map<std::string_view, const pickle::StorageRecord*>;

class LegacyStorages : public StorageReader {
 public:
  void add(std::string key, ByteView bytes) { bytes_.emplace(std::move(key), bytes); }

  ByteView read(const pickle::StorageRecord& storage) override {
    const auto found = bytes_.find(storage.key);
    if (found == bytes_.end())
      throw bad_input("its storage '{}' is not in the file", printable(storage.key));
    const auto element = static_cast<std::uint64_t>(size_of(storage.dtype));
    if (found->second.size() % element != 0 ||
        found->second.size() / element != static_cast<std::uint64_t>(storage.elements)) {
      throw bad_input("its storage '{}' should hold {} {} elements, but is {} bytes long",
                      printable(storage.key), storage.elements, name_of(storage.dtype),
                      found->second.size());
    }
    return found->second;
  }

 private:
  std::map<std::string, ByteView> bytes_;
};

void read_header(ByteReader& in) {
  const pickle::Value magic = pickle::read(in).root;
  if (magic != pickle::Value(kLegacyMagic)) {
    throw bad_input(
        "a bare pickle, not made by torch.save (its first value is not torch's magic number)");
  }
  if (pickle::read(in).root != pickle::Value(kProtocol)) {
    throw bad_input("torch's legacy format in another version than {}", kProtocol);
  }
  const pickle::Document system = pickle::read(in);
  const auto* facts = system.get<pickle::Dict>(system.root);
  if (facts == nullptr)
    throw bad_input("torch's legacy format without the dict that describes the system");
  const pickle::Value* little_endian = system.find(*facts, "little_endian");
  if (little_endian != nullptr && *little_endian != pickle::Value(true)) {
    throw bad_input(
        "written on a big-endian machine in torch's legacy format, which is not supported");
  }
}

}  // namespace

TorchFile open_torch_legacy(ByteView bytes) {
  ByteReader in(bytes);
  read_header(in);
  TorchFile file{"torch legacy", pickle::read(in), nullptr, false};
  const pickle::Document keys = pickle::read(in);
  const auto* list = keys.get<pickle::List>(keys.root);
  if (list == nullptr) throw bad_input("torch's legacy format without its list of storages");

  // The file says a storage's length in elements; what an element is, only the pickle knows.
  StorageTypes types;
  file.document.each<pickle::StorageRecord>([&](const pickle::StorageRecord& storage) {
    const auto [place, is_new] = types.try_emplace(storage.key, &storage);
    if (!is_new &&
        (place->second->dtype != storage.dtype || place->second->elements != storage.elements)) {
      throw bad_input("the storage '{}' is described in two ways", printable(storage.key));
    }
  });
  auto storages = std::make_unique<LegacyStorages>();
  for (const pickle::Value& item : list->items) {
    const auto key = keys.text(item);
    const auto type = key ? types.find(*key) : types.end();
    if (type == types.end()) throw bad_input("the list of storages names one that no tensor uses");
    const std::string what = fmt::format("the storage '{}'", printable(*key));
    const auto count = in.little<std::uint64_t>(what);
    const auto element = static_cast<std::uint64_t>(size_of(type->second->dtype));
    if (count != static_cast<std::uint64_t>(type->second->elements)) {
      throw bad_input("{} holds {} elements; expected {}", what, count, type->second->elements);
    }
    if (count > in.remaining() / element) {
      throw bad_input("cut off: {} should have {} elements of {} bytes, but {} bytes are left",
                      what, count, element, in.remaining());
    }
    storages->add(std::string(*key), in.take(count * element, what));
  }
  if (in.remaining() != 0) throw bad_input("{} bytes follow the last storage", in.remaining());
  file.storages = std::move(storages);
  return file;
}

}  // namespace arcadecam::checkpoint
