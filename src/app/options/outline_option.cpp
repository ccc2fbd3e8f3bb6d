#include "app/options/outline_option.h"

#include "game/objects.h"

namespace arcadecam::app {

void OutlineOption::define(Arguments& command) {
  command.add_flag(
      "--objects", objects,
      "draw thin lines around the game's objects, where they are known (docs/objects.md)");
}

void OutlineOption::apply(const agent::Agent& agent, episode::RunOptions& run,
                          render::Look& look) const {
  if (objects) (void)game::object_table(agent.game, agent.protocol);
  look.outline_objects = run.objects = objects;
}

}  // namespace arcadecam::app
