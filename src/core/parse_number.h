#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace arcadecam {

/// The number that the whole text is, in decimal notation without spaces or a "+"; nothing where it
/// is none or does not fit a `Number`. Floating-point numbers may be "inf" and "nan".
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace arcadecam
