#include "app/moment_arrays.h"

#include <algorithm>
#include <string>

#include "arcadecam/core/error.h"
#include "arcadecam/core/npz_writer.h"

namespace arcadecam::app {

void write_arrays(const std::filesystem::path& file, const episode::RunInfo& info,
                  const std::deque<episode::Moment>& moments) {
  for (std::size_t m = 0; m < info.methods.size(); ++m) {
    const std::string name = info.methods[m].text();
    if (std::ranges::count(info.methods, name, &explain::MethodSpec::text) > 1)
      throw bad_usage("method '{}' is named twice", name);
  }
  NpzWriter writer(file);
  std::string provenance;
  for (const auto& [key, value] : info.provenance())
    provenance += fmt::format("{}: {}\n", key, value);
  writer.add_text("provenance", provenance);
  for (const episode::Moment& moment : moments) {
    const episode::Step& step = moment.step;
    const auto number = [&](const char* key, std::int64_t value) {
      writer.append(key, BasicTensorView<const std::int64_t>(&value, Shape{}));
    };
    number("episodes", step.episode);
    number("steps", step.index);
    number("actions", step.decision.action);
    number("explained_actions", step.explained_action);
    writer.append("states", step.observation);
    writer.append("values", TensorView(step.values.data(), Shape{std::ssize(step.values)}));
    for (std::size_t m = 0; m < info.methods.size(); ++m) {
      const explain::Attribution& found = *step.attributions.at(m);
      const std::string name = info.methods[m].text();
      writer.append(name, found.map.view());
      if (!found.raw.empty()) writer.append("raw:" + name, found.raw.view());
      if (!found.signed_map.empty()) writer.append("signed:" + name, found.signed_map.view());
    }
  }
  writer.commit();
}

}  // namespace arcadecam::app
