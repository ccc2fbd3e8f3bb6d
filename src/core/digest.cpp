#include "arcadecam/core/digest.h"

#include <nettle/md5.h>
#include <nettle/sha2.h>

#include <array>
#include <cstddef>
#include <fstream>

#include "arcadecam/core/error.h"

namespace arcadecam {
namespace {

// Nettle 4 knows the length of a digest by itself, earlier versions are told.
template <typename Context>
void finish(void (*digest)(Context*, std::size_t, std::uint8_t*), Context& context,
            std::span<std::uint8_t> to) {
  digest(&context, to.size(), to.data());
}
template <typename Context>
void finish(void (*digest)(Context*, std::uint8_t*), Context& context, std::span<std::uint8_t> to) {
  digest(&context, to.data());
}

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

class Sha256 {
 public:
  Sha256() { sha256_init(&context_); }

  void update(std::span<const std::uint8_t> bytes) {
    sha256_update(&context_, bytes.size(), bytes.data());
  }

  std::string text() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> bytes{};
    finish(sha256_digest, context_, bytes);
    return hexadecimal(bytes);
  }

 private:
  sha256_ctx context_{};
};

}  // namespace

std::string sha256(std::span<const std::uint8_t> bytes) {
  Sha256 digest;
  digest.update(bytes);
  return digest.text();
}

std::string md5(std::span<const std::uint8_t> bytes) {
  md5_ctx context{};
  md5_init(&context);
  md5_update(&context, bytes.size(), bytes.data());
  std::array<std::uint8_t, MD5_DIGEST_SIZE> digest{};
  finish(md5_digest, context, digest);
  return hexadecimal(digest);
}

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw bad_input("{}: cannot be opened for reading", file.string());
  Sha256 digest;
  std::array<char, 1 << 16> block{};
  while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
    digest.update({reinterpret_cast<const std::uint8_t*>(block.data()),
                   static_cast<std::size_t>(stream.gcount())});
  }
  if (stream.bad()) throw bad_input("{}: reading failed", file.string());
  return digest.text();
}

}  // namespace arcadecam
