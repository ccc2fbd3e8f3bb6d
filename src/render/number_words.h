#pragma once

#include <span>
#include <string>

namespace arcadecam::render {

/// How many decimals numbers need that lie `spread` apart: three significant digits of the spread,
/// 0 to 6. Two where all are the same.
int decimals_for(double spread);

/// The same for these numbers, and more (6 at most) where two that differ would look the same.
int decimals_for(std::span<const float> values);

/// With so many decimals and a real minus sign: "−0.25"; never "−0.00".
std::string number_words(double value, int decimals);

/// "−0.25" for "-0.25", whatever number it is that was written; a zero has no sign.
std::string with_real_minus(std::string text);

/// With as many digits as it needs, six at most, and a real minus sign: "−7", "0.25".
std::string number_words(double value);

}  // namespace arcadecam::render
