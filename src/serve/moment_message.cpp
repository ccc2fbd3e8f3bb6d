#include "serve/moment_message.h"

#include <fmt/format.h>

#include <chrono>

#include "agent/agent.h"
#include "serve/protocol/message.h"

namespace arcadecam::serve {
namespace {

JsonText json_of(const std::optional<double>& number) {
  return number ? JsonText(*number) : JsonText();
}

JsonText json_of(const Explanation& explanation) {
  JsonText layers = JsonText::array(), shares = JsonText::object();
  for (const explain::LayerWeight& layer : explanation.layers)
    layers.push_back(JsonText{{"name", layer.layer}, {"weight", layer.weight}});
  for (const ObjectShare& share : explanation.shares) shares[share.object] = share.share;
  return {{"method", explanation.method},     {"target", explanation.target},
          {"explains", explanation.explains}, {"action", explanation.action},
          {"low", explanation.low},           {"high", explanation.high},
          {"signed", explanation.is_signed},  {"warnings", explanation.warnings},
          {"layers", std::move(layers)},      {"shares", std::move(shares)}};
}

JsonText header_of(const Show& show, const Moment& moment, const char* event) {
  const auto sent = std::chrono::duration<double, std::milli>(
      std::chrono::system_clock::now().time_since_epoch());
  JsonText tiles = JsonText::array(), objects = JsonText::array();
  for (const Explanation& explanation : moment.explanations) tiles.push_back(json_of(explanation));
  for (const game::GameObject& object : moment.objects) objects.push_back(serve::json_of(object));
  const auto names = agent::action_names(show.agent());
  JsonText header = JsonText::object();
  header["event"] = event;
  header["episode"] = moment.episode;
  header["step"] = moment.step;
  header["last"] = moment.last;
  header["branch"] = moment.branch;
  header["over"] = moment.over;
  header["human"] = moment.human;
  header["action"] = nullptr;
  header["action_name"] = nullptr;
  if (!moment.over) {
    header["action"] = moment.action;
    header["action_name"] = names[static_cast<std::size_t>(moment.action)];
  }
  header["greedy"] = moment.greedy;
  header["reward"] = moment.reward;
  header["score"] = moment.score;
  header["lives"] = moment.lives;
  header["lost_life"] = moment.lost_life;
  header["values"] = moment.estimate.values;
  header["chosen"] = moment.estimate.chosen;
  header["margin"] = moment.estimate.margin;
  header["entropy"] = moment.estimate.entropy;
  header["value"] = moment.estimate.value;
  header["advantage"] = json_of(moment.estimate.advantage);
  header["tiles"] = std::move(tiles);
  header["objects"] = std::move(objects);
  header["milliseconds"] =
      JsonText{{"play", moment.play_milliseconds}, {"explain", moment.explain_milliseconds}};
  header["sent"] = sent.count();
  return header;
}

std::string packed(JsonText header, const Moment& moment, bool with_sound) {
  BinaryMessage message(std::move(header));
  const ByteTensor& first = moment.frames.front();
  const FrameChanges changes = changes_between(moment.frames);
  message.add("screens", first.values(), first.shape().batch_of(1));
  if (moment.frames.size() > 1) {
    const std::int64_t height = first.shape()[0], width = first.shape()[1];
    message.add("changed", changes.changed, Shape{std::ssize(moment.frames) - 1, height});
    message.add("rows", changes.rows, Shape{std::ssize(changes.rows) / width, width});
  }
  message.add("observation", moment.observation.view());
  message.add("ram", moment.ram, Shape{std::ssize(moment.ram)});
  for (std::size_t i = 0; i < moment.explanations.size(); ++i) {
    const Explanation& explanation = moment.explanations[i];
    message.add(fmt::format("map{}", i), explanation.map.view());
    if (explanation.is_signed)
      message.add(fmt::format("signed{}", i), explanation.signed_map.view());
  }
  if (!moment.estimate.distribution.empty())
    message.add("distribution", moment.estimate.distribution.view());
  if (with_sound && !moment.sound.empty())
    message.add("sound", moment.sound, Shape{std::ssize(moment.sound)});
  return message.finish();
}

}  // namespace

JsonText json_of(const game::GameObject& object) {
  return {{"name", object.name}, {"kind", object.kind},       {"x", object.box.left},
          {"y", object.box.top}, {"width", object.box.width}, {"height", object.box.height}};
}

std::string step_message(const Show& show, const Moment& moment, bool with_sound) {
  return packed(header_of(show, moment, "step"), moment, with_sound);
}

std::string reply_message(const Show& show, const Moment& moment, std::uint64_t id) {
  JsonText header = header_of(show, moment, "reply");
  header["reply"] = id;
  return packed(std::move(header), moment, false);
}

std::string reply_message(const Show& show, const WhatIf& what_if, std::uint64_t id) {
  JsonText header = header_of(show, what_if.edited, "reply");
  header["reply"] = id;
  header["planes"] = what_if.planes;
  header["original"] = JsonText{
      {"values", what_if.original.values}, {"chosen", what_if.original.chosen},
      {"margin", what_if.original.margin}, {"entropy", what_if.original.entropy},
      {"value", what_if.original.value},   {"advantage", json_of(what_if.original.advantage)}};
  return packed(std::move(header), what_if.edited, false);
}

}  // namespace arcadecam::serve
