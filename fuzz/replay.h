#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// A target and its function.
struct Fuzzer {
  std::string_view name;
  int (*run)(const std::uint8_t* data, std::size_t size);
};

/// All of targets/, by name.
std::span<const Fuzzer> fuzzers();
