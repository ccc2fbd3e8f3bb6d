#include <fmt/format.h>

#include <set>

#include "app/report/trajectory_page.h"
#include "arcadecam/core/files.h"
#include "measure/statistics.h"
#include "sweep/csv.h"

namespace arcadecam::app {
namespace {

using sweep::csv_line;
using sweep::csv_number;

/// The fields that say which quantity a row is about.
sweep::CsvFields fields_of(const sweep::TrackedQuantity& quantity) {
  return {quantity.game, quantity.method, quantity.name, quantity.object};
}

std::string row_of(const TrajectoryPart& part, const sweep::CsvFields& more) {
  sweep::CsvFields fields = fields_of(part.quantity);
  fields.insert(fields.end(), more.begin(), more.end());
  return csv_line(fields) + "\n";
}

}  // namespace

std::vector<TrajectoryPart> trajectory_parts(
    const std::map<sweep::TrackedQuantity, sweep::History>& histories, int lag, double alpha,
    std::uint64_t seed) {
  std::vector<TrajectoryPart> parts;
  std::map<std::string, std::vector<std::size_t>> tested;
  for (const auto& [quantity, history] : histories) {
    TrajectoryPart part{quantity, sweep::points_of(history, seed), {}, {}, 1};
    std::vector<double> means;
    for (const sweep::TrajectoryPoint& point : part.points) means.push_back(point.mean);
    part.changes = sweep::change_points(means, seed, alpha);
    const auto score = histories.find({quantity.game, "", "", "score"});
    if (!quantity.object.empty() && score != histories.end()) {
      part.lead = sweep::lead_lag(history, score->second, lag, seed);
      if (part.lead.runs > 0) tested[quantity.game].push_back(parts.size());
    }
    parts.push_back(std::move(part));
  }
  for (const auto& [game, indices] : tested) {
    std::vector<double> p;
    for (const std::size_t i : indices) p.push_back(parts[i].lead.p);
    const std::vector<double> corrected = measure::holm(p);
    for (std::size_t i = 0; i < indices.size(); ++i) parts[indices[i]].corrected = corrected[i];
  }
  return parts;
}

void write_trajectory_tables(const std::filesystem::path& folder,
                             const std::vector<TrajectoryPart>& parts) {
  OutputFile points(folder / "trajectory.csv"), changes(folder / "changes.csv"),
      leads(folder / "leads.csv");
  points.write("game,method,quantity,object,step,runs,mean,low,high\n");
  changes.write("game,method,quantity,object,step,before,after,p\n");
  leads.write("game,method,quantity,object,lead,correlation,p,p_holm,runs\n");
  for (const TrajectoryPart& part : parts) {
    for (const sweep::TrajectoryPoint& point : part.points) {
      points.write(
          row_of(part, {std::to_string(point.step), std::to_string(point.runs),
                        csv_number(point.mean), csv_number(point.low), csv_number(point.high)}));
    }
    for (const sweep::ChangePoint& change : part.changes) {
      changes.write(
          row_of(part, {std::to_string(part.points[change.at].step), csv_number(change.before),
                        csv_number(change.after), csv_number(change.p)}));
    }
    if (part.lead.runs == 0) continue;
    leads.write(row_of(part, {std::to_string(part.lead.lead), csv_number(part.lead.correlation),
                              csv_number(part.lead.p), csv_number(part.corrected),
                              std::to_string(part.lead.runs)}));
  }
  points.commit();
  changes.commit();
  leads.commit();
}

}  // namespace arcadecam::app
