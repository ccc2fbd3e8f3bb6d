// ZipArchive: any bytes are a readable archive or refused; every member is read.
#include "arcadecam/core/error.h"
#include "checkpoint/formats/zip_archive.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  try {
    const checkpoint::ZipArchive archive({data, size}, {std::uint64_t{8} << 20});
    for (std::size_t i = 0; i < archive.members().size(); ++i) {
      try {
        static_cast<void>(archive.read(i));
      } catch (const Error&) {
        continue;
      }
    }
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
