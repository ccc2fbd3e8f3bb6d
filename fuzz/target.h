#pragma once

#include <cstddef>
#include <cstdint>

// What libFuzzer calls with every input it makes up. It returns 0; anything thrown is a finding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
