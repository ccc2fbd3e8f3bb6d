#pragma once

#include <cstdint>

#include "app/arguments.h"

namespace arcadecam::app {

// What options with numbers take. CLI11's own conversion wraps negative numbers around, reads 010
// as 8 and 1e30 as some whole number; so whoever adds such an option gives it one of these, by
// Option::transform(). Each takes plain decimal numbers within a range and nothing else.

/// A whole number from low to high.
Conversion whole(std::int64_t low, std::int64_t high);
/// How many of something: from `low` to kMostCounted, which no run reaches and no sum of two
/// overflows.
Conversion count(std::int64_t low = 1);
inline constexpr std::int64_t kMostCounted = 1'000'000'000'000;
/// The number of a game's mode or difficulty switch; which there are says the game.
Conversion switch_number();
/// A seed: a whole number from 0 to 2^64 − 1.
Conversion seed_number();
/// A finite number from low to high, such as 0.5 or 1e-3.
Conversion real(double low, double high);
/// A number of bytes, such as 1000, 2GB or 1.5MiB; a kB is 1024.
Conversion size_in_bytes();

}  // namespace arcadecam::app
