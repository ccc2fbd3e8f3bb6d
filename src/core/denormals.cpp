#include "arcadecam/core/denormals.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace arcadecam {

#if defined(__x86_64__)

void FlushDenormals::for_good() noexcept {
  constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
  _mm_setcsr(_mm_getcsr() | kFlushToZero | kDenormalsAreZero);
}
FlushDenormals::FlushDenormals() noexcept : before_(_mm_getcsr()) {
  for_good();
}
FlushDenormals::~FlushDenormals() {
  _mm_setcsr(before_);
}

#else

void FlushDenormals::for_good() noexcept {}
FlushDenormals::FlushDenormals() noexcept : before_(0) {}
FlushDenormals::~FlushDenormals() = default;

#endif

}  // namespace arcadecam
