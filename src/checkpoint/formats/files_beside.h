#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "core/bytes.h"

namespace arcadecam::checkpoint {

/// The files that a checkpoint keeps beside itself and names: weights of an ONNX model, the data of
/// a TensorFlow checkpoint.
class FilesBeside {
 public:
  FilesBeside() = default;
  FilesBeside(const FilesBeside&) = delete;
  FilesBeside& operator=(const FilesBeside&) = delete;
  virtual ~FilesBeside() = default;

  /// The whole file `name`, a relative path with "/" as the checkpoint spells it, read once; valid
  /// as long as this object. Throws Error naming it where the path leads out of the checkpoint's
  /// folder, the file is missing, no regular file or too large.
  ByteView read(const std::string& name);

  /// What was read so far, by name.
  [[nodiscard]] const std::map<std::string, Bytes, std::less<>>& files() const { return files_; }

 private:
  virtual Bytes read_once(const std::string& name) = 0;

  std::map<std::string, Bytes, std::less<>> files_;
};

/// On the disk. All files together may have `max_bytes`.
class FolderBeside final : public FilesBeside {
 public:
  FolderBeside(std::filesystem::path checkpoint, std::uint64_t max_bytes)
      : checkpoint_(std::move(checkpoint)), left_(max_bytes) {}

 private:
  Bytes read_once(const std::string& name) override;

  std::filesystem::path checkpoint_;
  std::uint64_t left_;
};

/// A checkpoint whose bytes alone are at hand.
class NothingBeside final : public FilesBeside {
  Bytes read_once(const std::string& name) override;
};

}  // namespace arcadecam::checkpoint
