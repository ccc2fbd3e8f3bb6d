#include "arcadecam/core/digest.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>

#include "arcadecam/core/error.h"

namespace arcadecam {
namespace {

class Digest {
 public:
  explicit Digest(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), algorithm, nullptr);
  }

  void update(std::span<const std::uint8_t> bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }

  std::string hexadecimal() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    EVP_DigestFinal_ex(context_.get(), bytes.data(), &length);
    std::string text;
    for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", bytes[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string digest_of(const EVP_MD* algorithm, std::span<const std::uint8_t> bytes) {
  Digest digest(algorithm);
  digest.update(bytes);
  return digest.hexadecimal();
}

}  // namespace

std::string sha256(std::span<const std::uint8_t> bytes) {
  return digest_of(EVP_sha256(), bytes);
}

std::string md5(std::span<const std::uint8_t> bytes) {
  return digest_of(EVP_md5(), bytes);
}

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw bad_input("{}: cannot be opened for reading", file.string());
  Digest digest(EVP_sha256());
  std::array<char, 1 << 16> block{};
  while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
    digest.update({reinterpret_cast<const std::uint8_t*>(block.data()),
                   static_cast<std::size_t>(stream.gcount())});
  }
  if (stream.bad()) throw bad_input("{}: reading failed", file.string());
  return digest.hexadecimal();
}

}  // namespace arcadecam
