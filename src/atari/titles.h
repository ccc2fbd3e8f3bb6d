#pragma once

#include <string>
#include <string_view>

namespace arcadecam::atari {

/// The title of a game from its ALE name: "video_pinball" → "Video Pinball", "qbert" → "Q*bert".
std::string title_of(std::string_view name);

}  // namespace arcadecam::atari
