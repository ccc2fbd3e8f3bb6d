#include <fmt/format.h>

#include <string_view>

#include "app/command.h"
#include "core/json_text.h"
#include "planted/planted.h"
#include "profile/embedded.h"

namespace arcadecam::app {
namespace {

constexpr std::string_view kPlantedMade =
    "wired by hand, so that what its decision depends on is known";

void define_agents(Arguments& command) {
  auto json = std::make_shared<bool>(false);
  command.add_flag("--json", *json, "print JSON, for other programs");
  command.callback([json] {
    auto list = JsonText::array();
    for (const profile::Card& card : profile::embedded_agents()) {
      list.push_back({{"name", card.name},
                      {"title", card.title},
                      {"score", card.score},
                      {"made", card.made},
                      {"remarks", card.remarks},
                      {"checkpoint", card.checkpoint.string()}});
      if (*json) continue;
      fmt::print("{}\n    {}\n    score: {}\n    made: {}\n", card.name, card.title, card.score,
                 card.made);
      if (!card.remarks.empty()) fmt::print("    {}\n", card.remarks);
      fmt::print("    {}\n", card.checkpoint.string());
    }
    for (const planted::Planted& agent : planted::all_planted()) {
      const std::string title =
          fmt::format("{}, planted: {}", agent.game->game, agent.variant->title);
      list.push_back({{"name", agent.name()},
                      {"title", title},
                      {"score", ""},
                      {"made", kPlantedMade},
                      {"remarks", ""},
                      {"checkpoint", ""}});
      if (*json) continue;
      fmt::print("{}\n    {}\n    made: {}\n", agent.name(), title, kPlantedMade);
    }
    if (*json) fmt::print("{}\n", list.dump(2));
  });
}

}  // namespace

extern constinit const Command agents_entry{"agents", "List the agents that come with the program",
                                            define_agents};

}  // namespace arcadecam::app
