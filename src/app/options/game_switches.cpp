#include "app/options/game_switches.h"

#include "app/options/numbers.h"

namespace arcadecam::app {

void GameSwitches::define(Arguments& command) {
  command
      .add_option("--mode", mode,
                  "the game's mode switch ('arcadecam games' lists them; default: the game's)")
      ->transform(switch_number())
      ->type_name("M");
  command
      .add_option("--difficulty", difficulty, "the game's difficulty switch (default: the game's)")
      ->transform(switch_number())
      ->type_name("D");
}

void GameSwitches::set(atari::Protocol& protocol) const {
  protocol.mode = mode;
  protocol.difficulty = difficulty;
}

}  // namespace arcadecam::app
