#include "app/options/numbers.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/parse_number.h"

namespace arcadecam::app {
namespace {

std::string range_of(const auto& low, const auto& high) {
  return fmt::format("{} to {}", low, high);
}

/// Replaces the text by the number as CLI11 reads it rightly, or says what was expected.
template <typename T>
Conversion within(T low, T high, const std::string& kind, const std::string& range,
                  const std::string& shown) {
  return Conversion{[=](std::string& text) {
                      const std::optional<T> value = parse_number<T>(text);
                      if (!value || !(*value >= low && *value <= high))
                        return fmt::format("'{}': expected {} {}", text, kind, range);
                      text = fmt::format("{}", *value);
                      return std::string();
                    },
                    shown};
}

}  // namespace

Conversion whole(std::int64_t low, std::int64_t high) {
  return within(low, high, "a whole number", "from " + range_of(low, high), range_of(low, high));
}

Conversion count(std::int64_t low) {
  return within(low, kMostCounted, "a whole number", "from " + range_of(low, kMostCounted), "");
}

Conversion switch_number() {
  constexpr std::int64_t kMost = 255;
  return within(std::int64_t{0}, kMost, "a whole number", "from " + range_of(0, kMost), "");
}

Conversion seed_number() {
  return within<std::uint64_t>(0, std::numeric_limits<std::uint64_t>::max(), "a whole number",
                               "from 0 to 2^64 - 1", "");
}

Conversion real(double low, double high) {
  return within(low, high, "a number", "from " + range_of(low, high), range_of(low, high));
}

Conversion size_in_bytes() {
  return Conversion{
      [](std::string& text) -> std::string {
        const std::string expected = fmt::format(
            "'{}': expected a number of bytes below 2^63, such as 1000, 2GB or 1.5MiB", text);
        const std::size_t unit_at = std::min(text.find_first_not_of("0123456789."), text.size());
        const std::optional<double> number = parse_number<double>(text.substr(0, unit_at));
        std::string unit = text.substr(unit_at);
        for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (!number) return expected;
        double factor = 1;
        if (!unit.empty() && unit != "b") {
          constexpr std::string_view kPowers = "kmgtpe";
          const std::size_t power = kPowers.find(unit[0]);
          const std::string_view rest = std::string_view(unit).substr(1);
          if (power == std::string_view::npos ||
              !(rest.empty() || rest == "b" || rest == "ib" || rest == "i"))
            return expected;
          factor = std::pow(1024.0, static_cast<double>(power + 1));
        }
        const double bytes = std::round(*number * factor);
        if (!(bytes >= 0 && bytes < std::pow(2.0, 63))) return expected;
        text = fmt::format("{}", static_cast<std::int64_t>(bytes));
        return {};
      },
      ""};
}

}  // namespace arcadecam::app
