#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/options/agent_options.h"
#include "app/protocol_note.h"
#include "arcadecam/core/error.h"

namespace arcadecam::app {
namespace {

struct CheckOptions {
  PlayOptions play;
  std::vector<std::string> protocols;
};

/// How many parts of the two protocols differ.
int distance(const atari::Protocol& a, const atari::Protocol& b) {
  const auto differs = [](const auto& x, const auto& y) { return x == y ? 0 : 1; };
  return differs(a.sticky_probability, b.sticky_probability) +
         differs(a.noops_below, b.noops_below) + differs(a.pixels.grey, b.pixels.grey) +
         differs(a.pixels.pool, b.pixels.pool) + differs(a.pixels.filter, b.pixels.filter) +
         differs(a.frame_skip, b.frame_skip) +
         differs(a.first_plane_fills_stack, b.first_plane_fills_stack) + differs(a.fire, b.fire) +
         differs(a.restarts_after_life, b.restarts_after_life) +
         differs(a.noops_after_life, b.noops_after_life) +
         differs(a.life_ends_episode, b.life_ends_episode) + differs(a.ending, b.ending);
}

/// What the network takes, and what part of the screen that is, stays.
void take_window(atari::Protocol& to, const atari::Protocol& from) {
  const atari::Pixels compared = to.pixels;
  to.stack = from.stack;
  to.pixels = from.pixels;
  if (from.pixels.planes() == 1) to.pixels.grey = compared.grey;
  to.pixels.pool = compared.pool;
  to.pixels.filter = compared.filter;
}

/// The agent's protocol first, then those asked for or its nearest neighbours.
std::vector<atari::Protocol> protocols_of(const agent::Agent& agent, const CheckOptions& options) {
  constexpr std::size_t kNeighbours = 3;
  std::vector<atari::Protocol> result{agent.protocol};
  std::vector<atari::Protocol> others;
  for (const std::string& name : options.protocols) {
    note_protocol(name);
    others.push_back(atari::find_protocol(name));
  }
  if (others.empty()) {
    others = atari::protocols();
    std::ranges::stable_sort(
        others, {}, [&](const atari::Protocol& other) { return distance(result[0], other); });
  }
  std::erase_if(others, [&](const atari::Protocol& other) { return other.name == result[0].name; });
  if (options.protocols.empty()) others.resize(std::min(others.size(), kNeighbours));
  result.insert(result.end(), others.begin(), others.end());
  return result;
}

/// Two-sided 95 % quantile of Student's t.
double student(std::size_t freedom) {
  static constexpr std::array<double, 30> kTable{
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
      2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
      2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  return freedom <= kTable.size() ? kTable.at(freedom - 1) : 2.0;
}

struct Score {
  std::string protocol;
  double mean, margin;
};

void conclude(std::vector<Score> scores) {
  const std::string own = scores.front().protocol;
  std::ranges::stable_sort(scores, std::greater{}, &Score::mean);
  const Score& best = scores.front();
  const bool apart = std::all_of(scores.begin() + 1, scores.end(), [&](const Score& other) {
    return best.mean - best.margin > other.mean + other.margin;
  });
  if (!apart) {
    fmt::print(
        "The intervals overlap: these episodes do not tell the protocols apart (more --episodes "
        "may).\n");
  } else if (best.protocol == own) {
    fmt::print("It plays best under '{}', the protocol it is taken for.\n", own);
  } else {
    fmt::print(
        "It plays better under '{}' than under '{}', which it is taken for: give --protocol {}.\n",
        best.protocol, own, best.protocol);
  }
}

void compare_protocols(const CheckOptions& options) {
  agent::Agent agent = options.play.load();
  const episode::RunOptions wanted = options.play.run_options();
  if (wanted.episodes < 2) throw bad_usage("an interval needs at least two episodes");
  const atari::Protocol own = agent.protocol;
  const bool full_action_set = agent.protocol.full_action_set;
  const Interrupt interrupt;
  std::vector<Score> scores;
  fmt::print("{:<28}{:>10}   {}\n", "protocol", "mean", "95 % interval");
  for (const atari::Protocol& protocol : protocols_of(agent, options)) {
    agent.protocol = protocol;
    take_window(agent.protocol, own);
    agent.protocol.full_action_set = full_action_set;
    options.play.switches.set(agent.protocol);
    episode::RunOptions run = wanted;
    // --steps holds for each episode here, so that every episode counts alike.
    const std::int64_t longest = options.play.steps;
    run.max_steps = episode::RunOptions{}.max_steps;
    std::vector<double> played;
    for (std::int64_t episode = 0; episode < wanted.episodes; ++episode) {
      run.episodes = 1;
      run.seed = wanted.seed + static_cast<std::uint64_t>(episode);
      double score = 0;
      run.on_step = [&](const episode::Step& step) {
        score = step.score;
        return !interrupt.requested() && (longest == 0 || step.index + 1 < longest);
      };
      episode::run(agent, run, {});
      if (interrupt.requested()) {
        interrupt.stop(
            "stopped early: only the protocols above were played to the end; nothing was written");
      }
      played.push_back(score);
    }
    double mean = 0, squares = 0;
    for (const double score : played) mean += score / static_cast<double>(played.size());
    for (const double score : played) squares += (score - mean) * (score - mean);
    const auto count = static_cast<double>(played.size());
    const double margin = student(played.size() - 1) * std::sqrt(squares / (count - 1) / count);
    scores.push_back({protocol.name, mean, margin});
    fmt::print("{:<20}{:>10.2f}   {:.2f} … {:.2f}{}\n", protocol.name, mean, mean - margin,
               mean + margin, scores.size() == 1 ? "   (taken for)" : "");
    std::fflush(stdout);
  }
  if (scores.size() > 1) conclude(std::move(scores));
}

void define_check(Arguments& command) {
  auto options = std::make_shared<CheckOptions>();
  options->play.episodes = 5;
  options->play.define(command);
  command
      .add_option("--protocols", options->protocols,
                  "the protocols to compare with (default: the three nearest presets)")
      ->delimiter(',')
      ->type_name("NAMES");
  command.footer(
      "Plays the agent under the protocol it is taken for and under others, and prints the mean "
      "score\n"
      "and its 95 % interval (Student's t) for each: an agent that was trained under another "
      "protocol\n"
      "scores better there. --steps limits each episode.");
  command.callback([options] { compare_protocols(*options); });
}

}  // namespace

extern constinit const Command check_entry{
    "check", "Find out from its scores under which protocol an agent was trained", define_check};

}  // namespace arcadecam::app
