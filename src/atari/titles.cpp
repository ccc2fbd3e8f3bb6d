#include "atari/titles.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace arcadecam::atari {
namespace {

struct Spelling {
  std::string_view name, title;
};

// Those that capital letters and spaces do not give.
constexpr std::array kSpellings = std::to_array<Spelling>({
    {"atlantis2", "Atlantis II"},
    {"battle_zone", "Battlezone"},
    {"beam_rider", "Beamrider"},
    {"darkchambers", "Dark Chambers"},
    {"et", "E.T. The Extra-Terrestrial"},
    {"hero", "H.E.R.O."},
    {"jamesbond", "James Bond 007"},
    {"kaboom", "Kaboom!"},
    {"koolaid", "Kool-Aid Man"},
    {"montezuma_revenge", "Montezuma's Revenge"},
    {"mr_do", "Mr. Do!"},
    {"ms_pacman", "Ms. Pac-Man"},
    {"pacman", "Pac-Man"},
    {"pitfall", "Pitfall!"},
    {"pitfall2", "Pitfall II"},
    {"qbert", "Q*bert"},
    {"riverraid", "River Raid"},
    {"tic_tac_toe_3d", "3-D Tic-Tac-Toe"},
    {"trondead", "Tron: Deadly Discs"},
    {"up_n_down", "Up 'n Down"},
    {"wizard_of_wor", "Wizard of Wor"},
    {"yars_revenge", "Yars' Revenge"},
});

}  // namespace

std::string title_of(std::string_view name) {
  const auto* known = std::ranges::find(kSpellings, name, &Spelling::name);
  if (known != kSpellings.end()) return std::string(known->title);
  std::string title;
  for (const char c : name) {
    const bool first = title.empty() || title.back() == ' ';
    if (c == '_') {
      title += ' ';
    } else {
      title += first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
  }
  return title;
}

}  // namespace arcadecam::atari
