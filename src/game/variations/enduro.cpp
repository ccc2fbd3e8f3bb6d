// Enduro's variation: an empty road.
#include <array>

#include "game/variation.h"

namespace arcadecam::game::varied {
namespace {

constexpr std::array<std::string_view, 1> kEnduroTouchesCars{"car"};

constexpr std::array<Variation, 1> kEnduroVariations{{
    {"no-cars", "there are no other cars", kEnduroTouchesCars,
     [](const VariedFrame&) {
       constexpr std::uint8_t kSlots = 27, kSlotCount = 6;
       FrameChange change;
       for (std::uint8_t slot = 0; slot < kSlotCount; ++slot)
         change.held.push_back({static_cast<std::uint8_t>(kSlots + slot), 0});
       return change;
     }},
}};

}  // namespace

extern constinit const GameVariations enduro_entry{"enduro", kEnduroVariations};

}  // namespace arcadecam::game::varied
