#pragma once

#include <memory>
#include <string>

#include "checkpoint/formats/pickle/pickle_value.h"
#include "checkpoint/formats/zip_archive.h"
#include "core/bytes.h"
#include "core/inflate_limits.h"

namespace arcadecam::checkpoint {

/// Where the elements of a torch file's storages come from.
class StorageReader {
 public:
  virtual ~StorageReader() = default;
  /// All bytes of the storage (elements × element size of them), valid as long as this reader.
  /// Throws Error when the file does not hold it or holds another number of bytes.
  virtual ByteView read(const pickle::StorageRecord& storage) = 0;
};

/// A file that torch.save wrote: a pickle and, apart from it, the storages it refers to.
struct TorchFile {
  std::string container;  ///< "torch zip" or "torch legacy"
  pickle::Document document;
  std::unique_ptr<StorageReader> storages;
  bool big_endian = false;
};

/// The zip format (torch ≥ 1.6): ROOT/data.pkl, ROOT/data/KEY and optionally ROOT/byteorder,
/// whatever ROOT is called. What the archive refers to must outlive the result. Throws Error.
TorchFile open_torch_zip(ZipArchive archive);

/// The legacy format: five pickles (magic number, protocol, system, content, storage keys), then
/// each storage as a 64-bit count and its elements. The bytes must outlive the result. Throws
/// Error.
TorchFile open_torch_legacy(ByteView bytes);

}  // namespace arcadecam::checkpoint
