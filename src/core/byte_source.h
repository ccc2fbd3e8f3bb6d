#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "core/bytes.h"

namespace arcadecam {

/// Bytes that are read at any place: somebody's memory, or a file of which only parts are held.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  /// Fills `to` with the bytes from `at` on. Throws Error where they are not all there.
  virtual void read(std::uint64_t at, std::span<std::uint8_t> to) const = 0;
};

/// The bytes must outlive it.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(ByteView bytes) : bytes_(bytes) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
  void read(std::uint64_t at, std::span<std::uint8_t> to) const override;

 private:
  ByteView bytes_;
};

/// A regular file; it is not locked: what another program takes from it meanwhile is an Error.
class FileSource final : public ByteSource {
 public:
  /// Throws Error, which names the file, when it is missing, no regular file or unreadable.
  explicit FileSource(const std::filesystem::path& file);

  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  void read(std::uint64_t at, std::span<std::uint8_t> to) const override;

 private:
  std::string name_;
  std::uint64_t size_ = 0;
  mutable std::ifstream stream_;
};

}  // namespace arcadecam
