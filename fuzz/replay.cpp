// A fuzzer's plain main: runs every file given, and every file in the folders given, once.
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "target.h"

namespace {

void run(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open()) throw std::runtime_error("cannot be read");
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
}

}  // namespace

int main(int argc, char** argv) {
  int count = 0;
  for (int i = 1; i < argc; ++i) {
    std::vector<std::filesystem::path> files{argv[i]};
    if (std::filesystem::is_directory(argv[i])) {
      files.assign(std::filesystem::directory_iterator(argv[i]), {});
    }
    for (const std::filesystem::path& file : files) {
      try {
        run(file);
        ++count;
      } catch (const std::exception& error) {
        std::cerr << file.string() << ": " << error.what() << '\n';
        return 1;
      }
    }
  }
  std::cout << count << " inputs\n";
  return count > 0 ? 0 : 1;
}
