#pragma once

#include <string_view>

namespace arcadecam::checkpoint {

/// Whether a tensor's name says that its layer is of a dueling network's advantages: it has
/// "advantage" in it, or the word "adv" or "a_stream" ("fc_adv.0.weight").
bool names_an_advantage(std::string_view name);

}  // namespace arcadecam::checkpoint
