#include "episode/csv_sink.h"

#include "arcadecam/core/error.h"

namespace arcadecam::episode {
namespace {

/// A CSV field (RFC 4180): quoted where it must be.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace

void CsvSink::on_begin(const RunInfo& info) {
  info_ = info;
}

void CsvSink::write_header(const Step& first) {
  std::string line = "episode,step,action,action_name,greedy";
  const std::string_view output = info_.is_policy() ? info_.output_word() : "q";
  for (std::size_t a = 0; a < first.values.size(); ++a) line += fmt::format(",{}{}", output, a);
  if (info_.outputs == nn::OutputKind::kLogits)
    for (std::size_t a = 0; a < first.values.size(); ++a) line += fmt::format(",probability{}", a);
  line += ",margin,reward,score,lives,last,explained_action,target";
  for (std::size_t m = 0; m < first.attributions.size(); ++m) {
    const std::string name = info_.methods[m].text();
    line += "," + field(name + ".says_nothing");
    for (const auto& layer : first.attributions[m]->layers)
      line += "," + field(name + ".weight." + layer.layer);
    if (first.attributions[m]->completeness) line += "," + field(name + ".residual");
  }
  file_.write(line + "\n");
}

void CsvSink::on_step(const Step& step) {
  if (!header_written_) write_header(step);
  header_written_ = true;
  const auto action = static_cast<std::size_t>(step.decision.action);
  std::string line =
      fmt::format("{},{},{},{},{}", step.episode, step.index, step.decision.action,
                  atari::kActionNames[static_cast<std::size_t>(info_.actions[action])],
                  static_cast<int>(step.decision.greedy));
  for (const float value : step.values) line += fmt::format(",{}", value);
  if (info_.outputs == nn::OutputKind::kLogits)
    for (const double share : agent::action_probabilities(step.values, info_.outputs))
      line += fmt::format(",{:.7g}", share);
  line +=
      fmt::format(",{:.7g},{},{},{},{},{},{}", step.margin(), step.reward, step.score, step.lives,
                  static_cast<int>(step.last), step.explained_action, field(info_.target));
  for (const explain::Attribution* attribution : step.attributions) {
    line += fmt::format(",{}", static_cast<int>(attribution->says_nothing()));
    for (const auto& layer : attribution->layers) line += fmt::format(",{:.7g}", layer.weight);
    if (attribution->completeness)
      line += fmt::format(",{:.3g}", attribution->completeness->relative_residual());
  }
  file_.write(line + "\n");
}

void CsvSink::on_end(const Summary&) {
  file_.commit();
}

}  // namespace arcadecam::episode
