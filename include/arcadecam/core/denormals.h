#pragma once

namespace arcadecam {

/// While it lives, the calling thread takes floating-point numbers too small to be normal for zero:
/// gradients that fade out would else slow a pass down by an order of magnitude.
class FlushDenormals {
 public:
  FlushDenormals() noexcept;
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
  ~FlushDenormals();

  /// The same without an end, for a thread that does nothing else.
  static void for_good() noexcept;

 private:
  unsigned before_;
};

}  // namespace arcadecam
