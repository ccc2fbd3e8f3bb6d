#pragma once

extern "C" void __asan_init() __attribute__((weak));

namespace arcadecam::test {

/// Whether the program was linked with AddressSanitizer. (Not the compiler's macro: the sanitizers'
/// build links tests that another build compiled.)
inline bool is_sanitized() {
  return &__asan_init != nullptr;
}

}  // namespace arcadecam::test
