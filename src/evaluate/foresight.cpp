#include "evaluate/foresight.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"

namespace arcadecam::evaluate {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// Which variations of an agent count, with whose forecast each, and which of its episodes.
struct Draw {
  std::vector<std::size_t> variations, forecasts, episodes;
};

/// The variations of an agent by what they touch.
using Groups = std::vector<std::vector<std::size_t>>;

Groups groups_of(const MeasuredLosses& agent) {
  Groups groups;
  for (std::size_t variation = 0; variation < agent.by_variation.size(); ++variation) {
    const std::size_t group = agent.touched.empty() ? variation : agent.touched[variation];
    if (groups.size() <= group) groups.resize(group + 1);
    groups[group].push_back(variation);
  }
  std::erase_if(groups, [](const auto& group) { return group.empty(); });
  return groups;
}

std::vector<std::size_t> everything(std::size_t count) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

std::vector<std::size_t> drawn_again(std::size_t count, Random& random) {
  std::vector<std::size_t> drawn(count);
  for (std::size_t& one : drawn) one = static_cast<std::size_t>(random.below(count));
  return drawn;
}

double mean_loss(const std::vector<double>& episodes, const std::vector<std::size_t>& drawn) {
  double sum = 0;
  for (const std::size_t episode : drawn) sum += episodes[episode];
  return sum / static_cast<double>(drawn.size());
}

/// Ranks of one agent's variations, shared out over −1/2 … 1/2.
void add_ranks(std::span<const double> values, std::vector<double>& pooled) {
  const auto n = static_cast<double>(values.size());
  for (const double rank : measure::ranks(values)) pooled.push_back((rank - (n + 1) / 2) / n);
}

enum class Side { kLoss, kChange };

/// The pooled rank correlation over these draws.
double pooled_correlation(std::span<const MeasuredLosses> losses, const Forecast& forecast,
                          std::span<const Draw> draws, Side side) {
  std::vector<double> said, measured;
  for (std::size_t agent = 0; agent < losses.size(); ++agent) {
    std::vector<double> values, means;
    const Draw& draw = draws[agent];
    for (std::size_t i = 0; i < draw.variations.size(); ++i) {
      const double value = forecast.values[agent][draw.forecasts[i]];
      if (std::isnan(value)) continue;
      const double loss = mean_loss(losses[agent].by_variation[draw.variations[i]], draw.episodes);
      values.push_back(value);
      means.push_back(side == Side::kLoss ? loss : std::abs(loss));
    }
    add_ranks(values, said);
    add_ranks(means, measured);
  }
  return said.empty() ? kUndefined : measure::pearson(said, measured);
}

/// 95 % percentile interval, of those that are defined; NaN where fewer than half are.
measure::Interval interval_of(std::vector<double> values) {
  const std::size_t all = values.size();
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty() || 2 * values.size() < all) return {kUndefined, kUndefined};
  std::ranges::sort(values);
  const auto quantile = [&](double share) {
    const double at = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    return std::lerp(values[low], values[std::min(low + 1, values.size() - 1)],
                     at - static_cast<double>(low));
  };
  return {quantile(0.025), quantile(0.975)};
}

void check_fit(std::span<const MeasuredLosses> losses, std::span<const Forecast> forecasts) {
  for (const MeasuredLosses& agent : losses) {
    for (const auto& episodes : agent.by_variation) {
      if (episodes.empty() || episodes.size() != agent.by_variation.front().size())
        throw bad_input("losses of an agent need the same episodes of every variation");
    }
    if (!agent.touched.empty() && agent.touched.size() != agent.by_variation.size())
      throw bad_input("losses of an agent need what each variation touches, or of none");
  }
  for (const Forecast& forecast : forecasts) {
    bool fits = forecast.values.size() == losses.size();
    for (std::size_t agent = 0; fits && agent < losses.size(); ++agent)
      fits = forecast.values[agent].size() == losses[agent].by_variation.size();
    if (!fits)
      throw bad_input("the forecast {} needs a value for each variation of each agent",
                      forecast.name);
  }
}

std::vector<Draw> whole(std::span<const MeasuredLosses> losses) {
  std::vector<Draw> all;
  for (const MeasuredLosses& agent : losses) {
    const auto& variations = agent.by_variation;
    all.push_back({everything(variations.size()), everything(variations.size()),
                   everything(variations.empty() ? 0 : variations.front().size())});
  }
  return all;
}

/// Things and episodes of every agent, with replacement.
std::vector<Draw> resampled(std::span<const MeasuredLosses> losses, Random& random) {
  std::vector<Draw> draws;
  for (const MeasuredLosses& agent : losses) {
    const Groups groups = groups_of(agent);
    Draw draw;
    for (const std::size_t group : drawn_again(groups.size(), random))
      draw.variations.insert(draw.variations.end(), groups[group].begin(), groups[group].end());
    draw.forecasts = draw.variations;
    draw.episodes =
        drawn_again(agent.by_variation.empty() ? 0 : agent.by_variation.front().size(), random);
    draws.push_back(std::move(draw));
  }
  return draws;
}

/// How often forecasts that are dealt to the things at random correlate as much.
double p_of(std::span<const MeasuredLosses> losses, const Forecast& forecast, double observed,
            std::uint64_t seed, int draws) {
  if (std::isnan(observed)) return 1;
  std::vector<Groups> groups;
  for (std::size_t agent = 0; agent < losses.size(); ++agent) {
    groups.push_back(groups_of(losses[agent]));
    // What nothing is said of takes no part.
    std::erase_if(groups.back(), [&](const std::vector<std::size_t>& group) {
      return std::isnan(forecast.values[agent][group.front()]);
    });
  }
  std::vector<Draw> dealt = whole(losses);
  Random random(derive_seed(seed, 2, Stream::kMethod));
  std::int64_t reached = 1;
  for (int i = 0; i < draws; ++i) {
    for (std::size_t agent = 0; agent < groups.size(); ++agent) {
      std::vector<std::size_t> order = everything(groups[agent].size());
      for (std::size_t left = order.size(); left > 1; --left)
        std::swap(order[left - 1], order[static_cast<std::size_t>(random.below(left))]);
      for (std::size_t group = 0; group < order.size(); ++group) {
        for (const std::size_t variation : groups[agent][group])
          dealt[agent].forecasts[variation] = groups[agent][order[group]].front();
      }
    }
    const double one = pooled_correlation(losses, forecast, dealt, Side::kLoss);
    reached += std::abs(one) >= std::abs(observed) - 1e-12 ? 1 : 0;
  }
  return static_cast<double>(reached) / static_cast<double>(draws + 1);
}

}  // namespace

std::vector<Foresight> foresight(std::span<const MeasuredLosses> losses,
                                 std::span<const Forecast> forecasts, std::uint64_t seed,
                                 int draws) {
  check_fit(losses, forecasts);
  const std::vector<Draw> all = whole(losses);
  // The same draws for every forecast, so that they can be compared.
  Random random(derive_seed(seed, 1, Stream::kMethod));
  std::vector<std::vector<Draw>> again;
  for (int draw = 0; draw < draws; ++draw) again.push_back(resampled(losses, random));
  std::vector<Foresight> result;
  std::vector<double> first;
  for (const Forecast& forecast : forecasts) {
    Foresight one;
    one.name = forecast.name;
    for (std::size_t agent = 0; agent < losses.size(); ++agent) {
      const std::vector<double>& values = forecast.values[agent];
      one.variations += std::ranges::count_if(values, [](double v) { return !std::isnan(v); });
      one.things += std::ranges::count_if(groups_of(losses[agent]), [&](const auto& group) {
        return !std::isnan(values[group.front()]);
      });
    }
    one.with_loss = pooled_correlation(losses, forecast, all, Side::kLoss);
    one.with_change = pooled_correlation(losses, forecast, all, Side::kChange);
    std::vector<double> with_loss, with_change, minus;
    for (std::size_t i = 0; i < again.size(); ++i) {
      with_loss.push_back(pooled_correlation(losses, forecast, again[i], Side::kLoss));
      with_change.push_back(pooled_correlation(losses, forecast, again[i], Side::kChange));
      if (!first.empty()) minus.push_back(with_loss[i] - first[i]);
    }
    one.p = p_of(losses, forecast, one.with_loss, seed, draws);
    if (first.empty()) {
      first = with_loss;
      one.minus_interval = {0, 0};
    } else {
      one.minus_first = one.with_loss - result.front().with_loss;
      one.minus_interval = interval_of(std::move(minus));
    }
    one.loss_interval = interval_of(std::move(with_loss));
    one.change_interval = interval_of(std::move(with_change));
    result.push_back(std::move(one));
  }
  return result;
}

}  // namespace arcadecam::evaluate
