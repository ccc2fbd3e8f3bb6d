#include "episode/maps_sink.h"

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::episode {

void MapsSink::on_begin(const RunInfo& info) {
  std::string provenance;
  for (const auto& [key, value] : info.provenance())
    provenance += fmt::format("{}: {}\n", key, value);
  writer_.add_text("provenance", provenance);
  for (const auto& method : info.methods) {
    const std::string key = method.text();
    if (std::ranges::find(keys_, key) != keys_.end())
      throw bad_usage("method '{}' is named twice", key);
    keys_.push_back(key);
  }
}

void MapsSink::on_step(const Step& step) {
  const auto number = [&](const char* key, std::int64_t value) {
    writer_.append(key, BasicTensorView<const std::int64_t>(&value, Shape{}));
  };
  number("episodes", step.episode);
  number("steps", step.index);
  number("actions", step.decision.action);
  number("explained_actions", step.explained_action);
  writer_.append("values", TensorView(step.values.data(), Shape{std::ssize(step.values)}));
  for (std::size_t m = 0; m < step.attributions.size(); ++m) {
    writer_.append(keys_[m], step.attributions[m]->map.view());
  }
}

void MapsSink::on_end(const Summary&) {
  writer_.commit();
}

}  // namespace arcadecam::episode
