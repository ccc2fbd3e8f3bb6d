// Space Invaders' variation: no cover.
#include <array>

#include "game/variation.h"

namespace arcadecam::game::varied {
namespace {

constexpr std::array<std::string_view, 1> kInvadersTouchesShields{"shield"};

constexpr std::array<Variation, 1> kSpaceInvadersVariations{{
    {"no-shields", "there are no shields", kInvadersTouchesShields,
     [](const VariedFrame&) {
       constexpr std::uint8_t kFirst = 43, kBytes = 27;
       FrameChange change;
       for (std::uint8_t byte = 0; byte < kBytes; ++byte)
         change.held.push_back({static_cast<std::uint8_t>(kFirst + byte), 0});
       return change;
     }},
}};

}  // namespace

extern constinit const GameVariations space_invaders_entry{"space_invaders",
                                                           kSpaceInvadersVariations};

}  // namespace arcadecam::game::varied
