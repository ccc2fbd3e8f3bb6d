#include "serve/show/show.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <utility>

#include "arcadecam/core/error.h"
#include "core/parse_number.h"

namespace arcadecam::serve {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

agent::Agent taken_over(agent::Agent agent, const std::optional<episode::Trace>& trace) {
  if (!trace) return agent;
  if (trace->game != agent.game.name) {
    throw bad_usage("the recorded run is of {}, and the agent plays {}", trace->game,
                    agent.game.name);
  }
  agent.protocol = trace->protocol;
  return agent;
}

}  // namespace

Show::Show(agent::Agent agent, const ShowOptions& options, std::optional<episode::Trace> follow)
    : agent_(taken_over(std::move(agent), follow)),
      options_(options),
      followed_(follow ? std::make_shared<const episode::Trace>(std::move(*follow)) : nullptr),
      network_(agent_, options.network),
      questions_(network_.questions({})),
      course_(agent_),
      has_objects_(game::find_object_table(agent_.game, agent_.protocol) != nullptr),
      human_(options.human) {
  const auto actions = course_.environment().actions();
  if (agent_.graph->actions() != std::ssize(actions)) {
    throw bad_input("{}: the network has {} actions, but {} is played with {}", agent_.name,
                    agent_.graph->actions(), agent_.game.title, actions.size());
  }
  begin();
}

void Show::begin() {
  timelines_.clear();
  branches_ = 0;
  game_ = std::max(game_, earlier_.empty() ? 0 : earlier_.back().number) + 1;
  const bool follows = followed_ && episode_ < std::ssize(followed_->episodes);
  if (follows)
    course_.begin(followed_->seed, followed_->episodes[static_cast<std::size_t>(episode_)]);
  else
    course_.begin(options_.seed, episode_);
  timelines_.emplace_back(0, course_.save());
  thin();
  arrive(0, false);
}

std::vector<game::ObservedObject> Show::objects_in(const Course& course) const {
  return has_objects_ ? course.environment().objects() : std::vector<game::ObservedObject>();
}

std::optional<agent::Decision> Show::known_decision(std::int64_t step) const {
  if (step < line().last())
    return agent::Decision{line().move(step).action, line().move(step).greedy};
  if (!followed_ || on_branch() || human_ || episode_ >= std::ssize(followed_->episodes))
    return std::nullopt;
  const auto& actions = followed_->episodes[static_cast<std::size_t>(episode_)].actions;
  if (step >= std::ssize(actions)) return std::nullopt;
  const episode::TracedAction& action = actions[static_cast<std::size_t>(step)];
  return agent::Decision{action.action, action.greedy};
}

void Show::arrive(double reward, bool lost_life, std::vector<ByteTensor> frames) {
  const auto begin = Clock::now();
  const game::Environment& environment = course_.environment();
  ShownStep now;
  const std::vector<game::ObservedObject> objects = objects_in(course_);
  const Seen seen = seen_in(course_, objects);
  now.estimate = network_.estimate(*questions_, seen, &remembered_);
  after_ = course_.beside().random;
  decision_ = network_.decide(now.estimate.values, after_);
  now.step = course_.beside().step;
  const agent::Decision decision = known_decision(now.step).value_or(decision_);
  now.action = decision.action;
  now.greedy = decision.action == now.estimate.chosen;
  now.explanations = network_.explain(*questions_, seen, now.estimate, now.action);
  now.explain_milliseconds = milliseconds_since(begin);
  now.episode = episode_;
  now.last = line().last();
  now.branch = line().number();
  now.over = environment.over();
  now.human = now.step < line().last() ? line().move(now.step).human : human_;
  now.reward = reward;
  now.score = course_.beside().score;
  now.lives = environment.lives();
  now.lost_life = lost_life;
  if (has_objects_) now.objects = environment.screen_objects();
  now.frames = std::move(frames);
  if (now.frames.empty()) now.frames.push_back(copy_of(environment.emulator().screen()));
  now.observation = copy_of(environment.observation());
  std::ranges::copy(environment.emulator().ram(), now.ram.begin());
  timelines_.back().add(
      now.step, {static_cast<float>(now.estimate.value), static_cast<float>(now.estimate.margin),
                 static_cast<float>(
                     now.estimate.advantage.value_or(std::numeric_limits<double>::quiet_NaN()))});
  course_.environment().give_back(std::move(moment_.frames));
  moment_ = std::move(now);
}

void Show::advance() {
  const auto begin = Clock::now();
  const std::int64_t step = moment_.step;
  Timeline& line = timelines_.back();
  const bool known = step < line.last();
  const bool by_hand = human_ && !known;
  const agent::Decision decision = by_hand
                                       ? agent::Decision{held_, held_ == moment_.estimate.chosen}
                                       : known_decision(step).value_or(decision_);
  const int lives = course_.environment().lives();
  const game::StepResult result = course_.play(decision.action);
  Beside& beside = course_.beside();
  beside.random = after_;
  if (network_.remembers()) course_.remember(remembered_);
  if (!known) {
    line.add(Move{static_cast<std::uint8_t>(decision.action), decision.greedy, by_hand,
                  course_.environment().over(), result.done() && !result.truncated, result.reward,
                  course_.environment().lives(), beside.score, beside.checksum.value()});
    if (line.wants(beside.step) && !course_.environment().over()) {
      line.keep(course_.save(false));
      thin();
    }
  }
  const double played = milliseconds_since(begin);
  arrive(result.reward, course_.environment().lives() < lives, course_.environment().take_frames());
  moment_.play_milliseconds = played;
  const game::Environment& environment = course_.environment();
  moment_.sound.assign(environment.sound().begin(), environment.sound().end());
}

const Cursor& Show::way_to(const Timeline& line, std::int64_t step) const {
  return line.before(std::max(line.first(), step - agent_.protocol.stack));
}

void Show::replay(Course& course, const Timeline& line, std::int64_t step) {
  while (course.beside().step < step)
    network_.play_known(course, line.move(course.beside().step).action);
}

void Show::require_step(std::int64_t step) const {
  if (step >= line().first() && step <= line().last()) return;
  throw bad_usage("step {} was not played {}: there are {} to {}", step,
                  on_branch() ? "on this branch" : "in this episode", line().first(),
                  line().last());
}

void Show::seek(std::int64_t step) {
  require_step(step);
  const Cursor& before = way_to(line(), step);
  const std::int64_t here = course_.beside().step;
  if (here > step || here < before.beside.step) course_.restore(before);
  replay(course_, line(), step);
  const Timeline& line = this->line();
  // Where a branch begins nothing was brought by it.
  const int reward = step > line.first() ? line.move(step - 1).reward : 0;
  const bool lost =
      step > line.first() + 1 && line.move(step - 1).lives < line.move(step - 2).lives;
  arrive(reward, lost);
}

void Show::ask(std::span<const Tile> tiles) {
  questions_ = network_.questions(tiles);
  const ShownStep before = std::move(moment_);
  arrive(before.reward, before.lost_life);
}

void Show::leave(const Edits& edits) {
  if (timelines_.size() >= kMostTimelines) {
    throw bad_usage("a branch of a branch has at most {} branches under it: return to the trunk",
                    kMostTimelines - 1);
  }
  timelines_.emplace_back(++branches_, course_.save(), edits);
  thin();
}

void Show::take() {
  if (moment_.step < line().last()) leave({});
  human_ = true;
  held_ = 0;
  arrive(moment_.reward, moment_.lost_life);
}

void Show::hand_back() {
  human_ = false;
  arrive(moment_.reward, moment_.lost_life);
}

void Show::hold(const std::string& action) {
  const auto names = agent::action_names(agent_);
  int number = 0;
  const auto found = std::ranges::find(names, action);
  if (found != names.end()) {
    number = static_cast<int>(found - names.begin());
  } else {
    const auto parsed = parse_number<int>(action);
    if (!parsed || *parsed < 0 || *parsed >= std::ssize(names)) {
      throw bad_usage("'{}' is no action of this game, which has {}", action,
                      fmt::join(names, ", "));
    }
    number = *parsed;
  }
  held_ = number;
}

void Show::branch(const Edits& edits) {
  if (moment_.over) throw bad_usage("the episode is over: seek to a step before its end");
  const Cursor before = course_.save();
  editor().write(course_.environment(), edits.objects, edits.bytes);
  try {
    leave(edits);
  } catch (const Error&) {
    course_.restore(before);
    throw;
  }
  arrive(0, false);
}

void Show::return_to_trunk() {
  if (!on_branch()) throw bad_usage("this is the trunk");
  const std::int64_t fork = timelines_[1].first();
  timelines_.erase(timelines_.begin() + 1, timelines_.end());
  // The state is another timeline's.
  course_.restore(way_to(line(), fork));
  seek(fork);
}

game::Editor& Show::editor() {
  if (!editor_) {
    editor_ = std::make_unique<game::Editor>(agent_.game, agent_.protocol, std::filesystem::path(),
                                             game::Editor::Objects::kIfKnown);
  }
  return *editor_;
}

}  // namespace arcadecam::serve
