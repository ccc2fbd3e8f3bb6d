#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arcadecam {

/// The names that are most like a wanted one that is none of them, best first, three at most; case
/// and punctuation count little ("Grad-CAM" is next to "gradcam"). Empty only where there are no
/// names.
std::vector<std::string_view> nearest_names(std::string_view wanted,
                                            std::span<const std::string_view> names);

/// The rest of an error about a name that is none: "the nearest is pong", "the nearest are a, b",
/// or where nothing is like it "known are a, b, c".
std::string nearest_or_all(std::string_view wanted, std::span<const std::string_view> names);
std::string nearest_or_all(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace arcadecam
