#pragma once

namespace arcadecam {

/// While it lives, the calling thread treats denormal numbers (too small for the usual form of
/// floating-point numbers) as zero. Without it, gradients that fade out would make a pass about ten
/// times slower.
class FlushDenormals {
 public:
  FlushDenormals() noexcept;
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
  ~FlushDenormals();

  /// The same for the rest of the thread's life, for a thread that does nothing else.
  static void for_good() noexcept;

 private:
  unsigned before_;
};

}  // namespace arcadecam
