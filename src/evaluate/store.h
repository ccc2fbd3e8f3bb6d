#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "measure/measure.h"

namespace arcadecam::evaluate {

/// A piece of work that is done and recorded as a whole: one measure on the maps of one method in
/// some states of one episode, or in all states.
struct Unit {
  std::string agent, method, measure;
  std::int64_t part = 0;  ///< which states: the same part means the same ones

  // clang-tidy 14 takes the comparison with 0 for one with a null pointer.
  friend auto operator<=>(const Unit&, const Unit&) = default;  // NOLINT(modernize-use-nullptr)
};

/// A finding and where it belongs.
struct Row {
  std::int64_t episode = 0;
  std::int64_t step = -1;  ///< −1: the whole episode
  measure::Finding finding;

  /// Neither a point of a curve nor about a single object.
  [[nodiscard]] bool is_number() const;
};

/// What a unit cost. Differs from run to run.
struct Cost {
  std::string agent, method, what;  ///< a measure, or "map": the explanations themselves
  double seconds = 0;               ///< of processor time
  std::int64_t states = 0;
};

/// What was found out so far, in an SQLite file: a unit is there wholly or not at all, whenever the
/// process ends. May be used by several threads.
class Store {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;

  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  [[nodiscard]] virtual bool has(const Unit& unit) const = 0;
  /// Records a unit; one that is there already stays as it is. Findings must be finite.
  virtual void put(const Unit& unit, const std::vector<Row>& rows, double seconds,
                   std::int64_t states) = 0;
  /// Records what explaining cost.
  virtual void put_map_cost(const Cost& cost) = 0;

  /// All rows of these units (Unit::part aside), ordered by episode and step, then as found.
  [[nodiscard]] virtual std::vector<Row> rows(const std::string& agent, const std::string& method,
                                              const std::string& measure) const = 0;
  /// Which units there are (part 0 of each), in the order in which the first of their parts came.
  [[nodiscard]] virtual std::vector<Unit> recorded() const = 0;
  /// Summed over parts, ordered by agent, method and what.
  [[nodiscard]] virtual std::vector<Cost> costs() const = 0;
};

/// Opens the file or makes it. Throws Error when it is not ours, belongs to a running process, or
/// was made with other settings (naming the first that differs and both values).
std::unique_ptr<Store> open_store(const std::filesystem::path& file,
                                  const Store::Settings& settings);

/// What the module "store" offers (core/module.h): SQLite. open_store() is the way to it.
struct StoreModule {
  std::unique_ptr<Store> (*open)(const std::filesystem::path& file,
                                 const Store::Settings& settings);
};

}  // namespace arcadecam::evaluate
