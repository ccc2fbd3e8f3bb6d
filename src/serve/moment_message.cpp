#include "serve/moment_message.h"

#include <fmt/format.h>

#include <chrono>

#include "agent/agent.h"
#include "core/json_writer.h"
#include "serve/protocol/message.h"

namespace arcadecam::serve {
namespace {

void write(JsonWriter& json, std::string_view name, const std::optional<double>& number) {
  if (number) return json.member(name, *number);
  json.name(name);
  json.null();
}

void write(JsonWriter& json, const Explanation& explanation) {
  json.begin_object();
  json.member("method", explanation.method);
  json.member("target", explanation.target);
  json.member("explains", explanation.explains);
  json.member("action", explanation.action);
  json.member("low", explanation.low);
  json.member("high", explanation.high);
  json.member("signed", explanation.is_signed);
  json.member("warnings", explanation.warnings);
  json.name("layers");
  json.begin_array();
  for (const explain::LayerWeight& layer : explanation.layers) {
    json.begin_object();
    json.member("name", layer.layer);
    json.member("weight", layer.weight);
    json.end_object();
  }
  json.end_array();
  json.name("shares");
  json.begin_object();
  for (const ObjectShare& share : explanation.shares) json.member(share.object, share.share);
  json.end_object();
  json.end_object();
}

void write(JsonWriter& json, const game::GameObject& object) {
  json.begin_object();
  json.member("name", object.name);
  json.member("kind", object.kind);
  json.member("x", object.box.left);
  json.member("y", object.box.top);
  json.member("width", object.box.width);
  json.member("height", object.box.height);
  json.end_object();
}

/// What the network says: `values`, `chosen`, `margin`, `entropy`, `value`, `advantage`.
void write(JsonWriter& json, const Estimate& estimate) {
  json.member("values", estimate.values);
  json.member("chosen", estimate.chosen);
  json.member("margin", estimate.margin);
  json.member("entropy", estimate.entropy);
  json.member("value", estimate.value);
  write(json, "advantage", estimate.advantage);
}

/// A message's header without the brace that ends it.
void write(JsonWriter& json, const Show& show, const ShownStep& moment, const char* event) {
  const auto sent = std::chrono::duration<double, std::milli>(
      std::chrono::system_clock::now().time_since_epoch());
  json.begin_object();
  json.member("event", event);
  json.member("episode", moment.episode);
  json.member("step", moment.step);
  json.member("last", moment.last);
  json.member("branch", moment.branch);
  json.member("over", moment.over);
  json.member("human", moment.human);
  if (moment.over) {
    for (const char* const name : {"action", "action_name"}) {
      json.name(name);
      json.null();
    }
  } else {
    const auto names = agent::action_names(show.agent());
    json.member("action", moment.action);
    json.member("action_name", names[static_cast<std::size_t>(moment.action)]);
  }
  json.member("greedy", moment.greedy);
  json.member("reward", moment.reward);
  json.member("score", moment.score);
  json.member("lives", moment.lives);
  json.member("lost_life", moment.lost_life);
  write(json, moment.estimate);
  json.name("tiles");
  json.begin_array();
  for (const Explanation& explanation : moment.explanations) write(json, explanation);
  json.end_array();
  json.name("objects");
  json.begin_array();
  for (const game::GameObject& object : moment.objects) write(json, object);
  json.end_array();
  json.name("milliseconds");
  json.begin_object();
  json.member("play", moment.play_milliseconds);
  json.member("explain", moment.explain_milliseconds);
  json.end_object();
  json.member("sent", sent.count());
}

std::string packed(std::string header, const ShownStep& moment, bool with_sound) {
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

std::string step_message(const Show& show, const ShownStep& moment, bool with_sound) {
  std::string header;
  JsonWriter json(header);
  write(json, show, moment, "step");
  json.end_object();
  return packed(std::move(header), moment, with_sound);
}

std::string reply_message(const Show& show, const ShownStep& moment, std::uint64_t id) {
  std::string header;
  JsonWriter json(header);
  write(json, show, moment, "reply");
  json.member("reply", static_cast<std::int64_t>(id));
  json.end_object();
  return packed(std::move(header), moment, false);
}

std::string reply_message(const Show& show, const WhatIf& what_if, std::uint64_t id) {
  std::string header;
  JsonWriter json(header);
  write(json, show, what_if.edited, "reply");
  json.member("reply", static_cast<std::int64_t>(id));
  json.member("planes", what_if.planes);
  json.name("original");
  json.begin_object();
  write(json, what_if.original);
  json.end_object();
  json.end_object();
  return packed(std::move(header), what_if.edited, false);
}

}  // namespace arcadecam::serve
