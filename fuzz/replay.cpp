// The plain main of all fuzzers: `fuzz_replay TARGET FILE…` runs the target once with every file
// given, and with every file in the folders given.
#include "replay.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace {

void run(const Fuzzer& fuzzer, const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open()) throw std::runtime_error("cannot be read");
  fuzzer.run(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
}

}  // namespace

int main(int argc, char** argv) {
  const auto fuzzer = argc > 1
                          ? std::ranges::find(fuzzers(), std::string_view(argv[1]), &Fuzzer::name)
                          : fuzzers().end();
  if (fuzzer == fuzzers().end()) {
    std::cerr << "usage: fuzz_replay TARGET FILE…, where TARGET is one of";
    for (const Fuzzer& one : fuzzers()) std::cerr << ' ' << one.name;
    std::cerr << '\n';
    return 2;
  }
  int count = 0;
  for (int i = 2; i < argc; ++i) {
    std::vector<std::filesystem::path> files{argv[i]};
    if (std::filesystem::is_directory(argv[i])) {
      files.assign(std::filesystem::directory_iterator(argv[i]), {});
    }
    for (const std::filesystem::path& file : files) {
      try {
        run(*fuzzer, file);
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
