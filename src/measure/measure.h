#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/explain/method.h"
#include "arcadecam/explain/params.h"
#include "arcadecam/explain/target.h"
#include "measure/state.h"

namespace arcadecam::measure {

class Context;

/// Whether more or less of a statistic is better, or neither.
enum class Direction { kHigher, kLower, kNone };

/// In words: "higher is better", ….
std::string_view words(Direction direction);

/// The unit of differences between the network's outputs.
inline constexpr std::string_view kActionValue = "action value";

/// One number that a measure gives for a state.
struct Statistic {
  std::string_view id, title;
  Direction direction;
  std::string_view unit;  ///< "" for a plain number
};

/// What a measure found out about one map.
struct Finding {
  std::string statistic;  ///< a Statistic's id
  double value;
  /// For findings that are points of a curve: the place on it. Such findings are drawn and
  /// averaged, but are not rows of the results. NaN for plain numbers.
  double at = std::numeric_limits<double>::quiet_NaN();
  /// For findings about a single object: its name. Such findings are listed by themselves and are
  /// not rows of the results; `statistic` says what the number is, and need not be a Statistic's
  /// id. Empty otherwise.
  std::string object{};
};

/// One state's map and what it is a map of. Everything is borrowed.
struct Subject {
  const State& state;
  const explain::Target& target;  ///< every action named
  int action;                     ///< the one asked about
  std::span<const float> values;  ///< the network's, one per action
  double value;                   ///< of the target
  const explain::Attribution& attribution;

  /// H×W, 0…1, as it is shown; zero everywhere where the method says nothing.
  [[nodiscard]] std::span<const float> map() const { return attribution.map.values(); }
  /// The same with the sign kept where the method promises one.
  [[nodiscard]] std::span<const float> signed_map() const {
    return attribution.signed_map.empty() ? map() : attribution.signed_map.values();
  }
};

/// A measure with its parameters. Lives in one thread; buffers are reused. What it finds must
/// depend on the subject, the parameters and the context's random numbers alone, not on what it
/// scored before.
class Scorer {
 public:
  Scorer() = default;
  Scorer(const Scorer&) = delete;
  Scorer& operator=(const Scorer&) = delete;
  virtual ~Scorer() = default;

  /// Appends what this map scores. Nothing, or less than all statistics, where the measure is not
  /// defined for this state.
  virtual void score(Context& context, const Subject& subject, std::vector<Finding>& found);
  /// The same of measures that play (Needs::plays): an episode of that number, 0, 1, ….
  virtual void play(Context& context, std::int64_t episode, std::vector<Finding>& found);
  /// The same of measures that compare states (Needs::all_states): keeps what it needs of a map …
  virtual void remember(const Subject& subject);
  /// … and says what it found once all maps are kept: one list for each, in their order. Forgets
  /// them.
  virtual std::vector<std::vector<Finding>> compare_all();
};

/// What a measure needs beside the map itself.
struct Needs {
  bool passes = false;        ///< runs the network on changed observations
  bool explanations = false;  ///< explains changed observations, or changed networks
  bool game = false;          ///< restores the state in the game (evaluate::GameContext)
  bool plays = false;         ///< plays whole episodes instead of scoring states
  bool all_states = false;    ///< compares the maps of all states instead of scoring each alone
};

/// One measure. One `extern constinit const Measure STEM_entry` per file in measures/; the table is
/// generated.
struct Measure {
  std::string_view id, title, citation;
  std::span<const Statistic> (*statistics)();
  /// The parameters it takes beside common_params().
  std::span<const explain::Param> (*params)();
  Needs needs;
  std::unique_ptr<Scorer> (*make)(const explain::Params& params);
};

/// The measures that need no game, ordered by file name. Functions below take such a table: with a
/// game there are more (evaluate::measures()).
std::span<const Measure* const> measures();

/// Throws Error (usage) listing the known ids when there is no such measure.
const Measure& find_measure(std::string_view id,
                            std::span<const Measure* const> among = measures());

/// Parameters that every measure takes: every=K, only the states 0, K, 2K, … of each episode count.
/// Where a measure has one of the same name, that is meant.
std::span<const explain::Param> common_params();

/// The parameters that a measure takes: its own, and those of common_params() that it has none of
/// the same name of.
std::vector<explain::Param> params_of(const Measure& measure);

/// A measure as asked for.
struct BoundMeasure {
  explain::MethodSpec spec;
  const Measure* measure;
  explain::Params params;
  std::int64_t every;

  /// Whether this state counts.
  [[nodiscard]] bool takes(const State& state) const { return state.rank % every == 0; }
  [[nodiscard]] std::unique_ptr<Scorer> make() const { return measure->make(params); }
};

/// Throws Error (usage) for unknown measures and parameters.
BoundMeasure bind(const explain::MethodSpec& spec,
                  std::span<const Measure* const> among = measures());

/// Reads NAME[:key=value]… separated by commas, or "all": all but those that play, which take
/// long. Throws Error (usage).
std::vector<BoundMeasure> parse_measures(std::string_view text,
                                         std::span<const Measure* const> among = measures());

}  // namespace arcadecam::measure
