#include "checkpoint/formats/agilerl.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace arcadecam::checkpoint {
namespace {

using pickle::Dict;
using pickle::Document;
using pickle::Value;

// A dict within dicts, or null.
const Dict* dict_at(const Document& document, const Dict& top,
                    std::initializer_list<std::string_view> keys) {
  const Dict* dict = &top;
  for (const std::string_view key : keys) {
    const Value* found = document.find(*dict, key);
    dict = found == nullptr ? nullptr : document.get<Dict>(*found);
    if (dict == nullptr) return nullptr;
  }
  return dict;
}

// One stride per layer: a list of numbers, or of one number for each axis.
std::string strides_of(const Document& document, const Value& value) {
  const auto* list = document.get<pickle::List>(value);
  if (list == nullptr) return {};
  std::vector<std::int64_t> strides;
  for (const Value& item : list->items) {
    const auto* tuple = document.get<pickle::Tuple>(item);
    const Value& last = tuple != nullptr && !tuple->items.empty() ? tuple->items.back() : item;
    const auto* stride = std::get_if<std::int64_t>(&last);
    if (stride == nullptr) return {};
    strides.push_back(*stride);
  }
  return fmt::format("{}", fmt::join(strides, ","));
}

}  // namespace

const Dict* find_agilerl_actor(const Document& document, const Dict& top) {
  return dict_at(document, top, {"network_info", "modules", "actor_state_dict"});
}

void note_agilerl_settings(const Document& document, const Dict& top, Facts& facts) {
  if (const Value* divides = document.find(top, "normalize_images")) {
    if (const bool* flag = std::get_if<bool>(divides))
      facts.set("normalize_images", *flag ? "true" : "false");
  }
  const Dict* made_of = dict_at(document, top, {"network_info", "modules", "actor_init_dict"});
  if (made_of == nullptr) return;
  for (const std::string part : {"encoder", "head"}) {
    const Dict* config = dict_at(document, *made_of, {part + "_config"});
    if (config == nullptr) continue;
    if (const Value* name = document.find(*config, "activation")) {
      if (const auto text = document.text(*name)) facts.set(part + "_activation", *text);
    }
    if (const Value* name = document.find(*config, "output_activation")) {
      if (const auto text = document.text(*name)) facts.set(part + "_output", *text);
    }
    if (const Value* strides = document.find(*config, "stride_size"))
      facts.set("stride_size", strides_of(document, *strides));
  }
}

}  // namespace arcadecam::checkpoint
