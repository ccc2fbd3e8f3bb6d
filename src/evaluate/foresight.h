#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "measure/statistics.h"

namespace arcadecam::evaluate {

/// What was measured of one agent: of each of its variations, episode by episode, the score lost
/// (the game as it is − the variation), all of the same episodes.
struct MeasuredLosses {
  std::vector<std::vector<double>> by_variation;
  /// Per variation, the number of what it touches, from 0 on: those that touch the same thing
  /// have the same forecast and are no independent points. Empty: each touches something else.
  std::vector<std::size_t> touched{};
};

/// Something that may foretell which variation costs most: a method's attention, an object's size.
struct Forecast {
  std::string name;
  /// One value per agent and variation; NaN: nothing is said of it.
  std::vector<std::vector<double>> values;
};

/// How well a forecast orders the variations by the loss that was measured.
struct Foresight {
  std::string name;
  std::int64_t variations = 0;  ///< that it says something of
  std::int64_t things = 0;      ///< that these touch, summed over agents: the independent points
  /// Spearman's rank correlation with the loss, and with the size of the change of the score, up or
  /// down. Of several agents, ranks are taken within each (and divided by how many there are), so
  /// that scores of different games are never compared. NaN where one side is constant.
  double with_loss = 0, with_change = 0;
  /// 95 %: the things that are touched, with all their variations, and episodes are drawn again,
  /// with replacement, within each agent.
  measure::Interval loss_interval{}, change_interval{};
  /// How often forecasts that are dealt to the things at random, within the agents, give a
  /// correlation that is as large or larger in absolute value, the observed one counted.
  double p = 1;
  /// with_loss minus that of the first forecast, from the same draws.
  double minus_first = 0;
  measure::Interval minus_interval{};
};

/// Each forecast's, in their order; the first is what the others are compared with. Throws Error
/// where the numbers of agents, variations and episodes do not fit.
std::vector<Foresight> foresight(std::span<const MeasuredLosses> losses,
                                 std::span<const Forecast> forecasts, std::uint64_t seed,
                                 int draws = 2000);

}  // namespace arcadecam::evaluate
