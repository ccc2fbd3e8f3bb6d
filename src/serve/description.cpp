#include "serve/description.h"

#include "arcadecam/core/error.h"
#include "arcadecam/explain/bind.h"
#include "game/objects.h"
#include "picture/color_map.h"
#include "serve/transport/limits.h"

namespace arcadecam::serve {
namespace {

JsonText json_of(const explain::Method& method, const agent::Agent& agent) {
  JsonText parameters = JsonText::array();
  for (const explain::Param& param : explain::params_of(method)) {
    parameters.push_back(
        JsonText{{"name", param.key}, {"default", param.default_value}, {"help", param.help}});
  }
  JsonText result{{"name", method.id},
                  {"title", method.title},
                  {"citation", method.citation},
                  {"signed", method.promise.is_signed},
                  {"uses_decision", method.promise.uses_decision},
                  {"stochastic", method.promise.stochastic},
                  {"asks_objects", method.asks_objects},
                  {"extra_passes", method.extra_passes},
                  {"parameters", std::move(parameters)}};
  try {
    if (method.asks_objects) (void)game::object_table(agent.game, agent.protocol);
    (void)explain::bind({std::string(method.id), {}}, *agent.graph);
  } catch (const Error& error) {
    result["error"] = error.what();
  }
  return result;
}

JsonText triple(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  JsonText color = JsonText::array();
  for (const std::uint8_t part : {red, green, blue}) color.push_back(static_cast<int>(part));
  return color;
}

JsonText extents(const Shape& shape) {
  JsonText result = JsonText::array();
  for (const std::int64_t extent : shape) result.push_back(extent);
  return result;
}

JsonText color_maps() {
  JsonText maps = JsonText::object();
  for (const std::string_view name : picture::color_map_names()) {
    const picture::ColorMap map = picture::color_map(name);
    JsonText colors = JsonText::array();
    for (const picture::Rgb& color : map.colors)
      colors.push_back(triple(color[0], color[1], color[2]));
    maps[name] = JsonText{{"diverging", map.diverging}, {"colors", std::move(colors)}};
  }
  return maps;
}

JsonText targets() {
  JsonText result = JsonText::array();
  for (const char* target :
       {"chosen", "greedy", "action:K", "margin", "margin:A/B", "advantage", "value", "probability",
        "logit", "finer", "entropy", "lower-tail", "upper-tail"})
    result.push_back(target);
  return result;
}

/// The names of the layers that methods can be asked for.
JsonText layers(const nn::Graph& graph) {
  JsonText result = JsonText::array();
  for (const int layer : graph.spatial_layers()) result.push_back(graph.node(layer).name);
  return result;
}

}  // namespace

JsonText description_of(const Show& show) {
  const agent::Agent& agent = show.agent();
  const game::Environment& environment = show.environment();
  const episode::RunInfo info = show.info();
  const Shape screen = environment.emulator().screen().shape();
  const atari::Crop seen =
      crop_of(agent.protocol.pixels, static_cast<int>(screen[0]), static_cast<int>(screen[1]));
  JsonText methods = JsonText::array(), palette = JsonText::array();
  for (const explain::Method* method : explain::methods())
    methods.push_back(json_of(*method, agent));
  for (const auto& [red, green, blue] : environment.emulator().colours())
    palette.push_back(triple(red, green, blue));
  constexpr int kFramesPerSecond = 60;
  return {
      {"version", 1},
      {"agent", agent.name},
      {"agent_words", info.agent_words()},
      {"game", agent.game.name},
      {"title", agent.game.title},
      {"kind", std::string(nn::output_name(info.outputs)) + "s"},
      {"actions", agent::action_names(agent)},
      {"methods", std::move(methods)},
      {"targets", targets()},
      {"layers", layers(*agent.graph)},
      {"color_maps", color_maps()},
      {"screen", extents(screen)},
      {"observation", extents(environment.observation().shape())},
      {"seen",
       JsonText{
           {"top", seen.top}, {"left", seen.left}, {"height", seen.height}, {"width", seen.width}}},
      {"palette", std::move(palette)},
      {"atoms", show.network().atoms()},
      {"protocol", agent.protocol.name},
      {"policy", info.policy},
      {"read_with", agent.checkpoint.read_with},
      {"evidence", agent.checkpoint.evidence},
      {"unknown", agent.checkpoint.unknown},
      {"objects", game::find_object_table(agent.game, agent.protocol) != nullptr},
      {"objects_left_out", info.objects_left_out()},
      {"frame_skip", agent.protocol.frame_skip},
      {"frames_per_second", kFramesPerSecond},
      {"sound_rate", game::Emulator::kSoundRate},
      {"limits", JsonText{{"tiles", Request::kMostTiles},
                          {"edits", Request::kMostEdits},
                          {"conditions", Request::kMostConditions},
                          {"steps", Request::kMostSteps},
                          {"message", Limits::kMessage},
                          {"upload", Limits::kUpload}}}};
}

}  // namespace arcadecam::serve
