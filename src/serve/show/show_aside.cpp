// What a show answers without changing the game.
#include <algorithm>
#include <utility>

#include "arcadecam/core/error.h"
#include "episode/run_info.h"
#include "serve/show/show.h"

namespace arcadecam::serve {

Course& Show::aside(const Timeline& line, std::int64_t step) {
  if (!aside_) aside_ = std::make_unique<Course>(agent_);
  aside_->restore(way_to(line, step));
  replay(*aside_, line, step);
  return *aside_;
}

Course& Show::course_at(std::int64_t step) {
  require_step(step);
  return step == course_.beside().step ? course_ : aside(line(), step);
}

WhatIf Show::what_if(std::int64_t step, const Edits& edits, std::span<const Tile> tiles) {
  const Course& course = course_at(step);
  const game::Environment& environment = course.environment();
  std::unique_ptr<Questions> own;
  if (!tiles.empty()) own = network_.questions(tiles);
  Questions& questions = own ? *own : *questions_;
  game::Redrawn redrawn = editor().show(environment, edits.objects, edits.bytes);
  WhatIf result;
  std::vector<game::ObservedObject> objects;
  result.original = network_.estimate(network_.no_questions(), seen_in(course));
  result.planes = redrawn.planes;
  ShownStep& edited = result.edited;
  if (has_objects_) {
    edited.objects = editor().objects(environment, redrawn);
    objects = editor().observed(environment, redrawn);
  }
  const Seen seen{redrawn.observation.view(), course.beside().memory.view(), objects};
  edited.estimate = network_.estimate(questions, seen);
  edited.step = step;
  edited.episode = episode_;
  edited.last = line().last();
  edited.branch = line().number();
  edited.over = environment.over();
  edited.human = human_;
  edited.action = edited.estimate.chosen;
  edited.score = course.beside().score;
  edited.lives = environment.lives();
  edited.explanations = network_.explain(questions, seen, edited.estimate, edited.action);
  edited.frames.push_back(redrawn.screen.empty() ? copy_of(environment.emulator().screen())
                                                 : std::move(redrawn.screen));
  edited.observation = std::move(redrawn.observation);
  std::ranges::copy(environment.emulator().ram(), edited.ram.begin());
  for (const game::RamByte& byte : edits.bytes) edited.ram.at(byte.index) = byte.value;
  return result;
}

ShownStep Show::explained(std::int64_t step, std::span<const Tile> tiles) {
  const std::unique_ptr<Questions> questions = network_.questions(tiles);
  const Course& course = course_at(step);
  const game::Environment& environment = course.environment();
  const std::vector<game::ObservedObject> objects = objects_in(course);
  const Seen seen = seen_in(course, objects);
  ShownStep result;
  result.estimate = network_.estimate(*questions, seen);
  Random random = course.beside().random;
  const agent::Decision decided = network_.decide(result.estimate.values, random);
  result.action = known_decision(step).value_or(decided).action;
  result.greedy = result.action == result.estimate.chosen;
  result.explanations = network_.explain(*questions, seen, result.estimate, result.action);
  result.step = step;
  result.episode = episode_;
  result.last = line().last();
  result.branch = line().number();
  result.over = environment.over();
  result.human = step < line().last() ? line().move(step).human : human_;
  result.score = course.beside().score;
  result.lives = environment.lives();
  if (step > line().first()) result.reward = line().move(step - 1).reward;
  if (has_objects_) result.objects = environment.screen_objects();
  result.frames.push_back(copy_of(environment.emulator().screen()));
  result.observation = copy_of(environment.observation());
  std::ranges::copy(environment.emulator().ram(), result.ram.begin());
  return result;
}

std::vector<EditableObject> Show::objects(std::int64_t step) {
  if (!has_objects_) return {};
  const game::Environment& environment = course_at(step).environment();
  std::vector<EditableObject> result;
  for (game::GameObject& object : environment.screen_objects())
    result.push_back({std::move(object), {}});
  for (game::PossibleEdit& edit : editor().possible(environment)) {
    const auto at = std::ranges::find_if(
        result, [&](const EditableObject& one) { return one.object.name == edit.object; });
    if (at != result.end())
      at->edits.push_back(std::move(edit));
    else  // not to be seen now, but it can be put into the picture
      result.push_back({{edit.object, "", {}}, {edit}});
  }
  return result;
}

std::vector<PixelCause> Show::causes_of_pixel(std::int64_t step, int x, int y) {
  const game::Environment& environment = course_at(step).environment();
  const Shape screen = environment.emulator().screen().shape();
  if (x >= screen[1] || y >= screen[0]) {
    throw bad_usage("the screen has {} columns and {} lines, from 0", screen[1], screen[0]);
  }
  std::vector<PixelCause> result;
  for (const auto& [byte, by] : editor().bytes_behind(environment, x, y))
    result.push_back({byte, environment.emulator().ram()[byte], by});
  return result;
}

std::vector<int> Show::rewards(const Timeline& line, std::int64_t from, std::int64_t steps) {
  std::vector<int> result;
  const std::int64_t played = std::min(line.last(), from + steps);
  for (std::int64_t step = from; step < played; ++step) result.push_back(line.move(step).reward);
  if (played == from + steps) return result;
  Course& course = aside(line, line.last());
  while (std::ssize(result) < steps && !course.environment().over()) {
    Tensor next;
    const Estimate estimate = network_.estimate(network_.no_questions(), seen_in(course), &next);
    const agent::Decision decision = network_.decide(estimate.values, course.beside().random);
    result.push_back(course.play(decision.action).reward);
    if (network_.remembers()) course.remember(std::move(next));
  }
  return result;
}

BranchComparison Show::compare(std::int64_t steps) {
  if (!on_branch()) throw bad_usage("there is no branch to compare: edit the game and branch");
  const std::int64_t fork = line().first();
  return {rewards(timelines_[timelines_.size() - 2], fork, steps), rewards(line(), fork, steps)};
}

episode::RunInfo Show::info() const {
  episode::RunOptions run;
  run.seed = followed_ ? followed_->seed : options_.seed;
  run.policy = options_.network.policy;
  run.engine = options_.network.engine;
  run.precision = options_.network.precision;
  episode::RunInfo info = episode::run_info(agent_, run, course_.environment());
  if (followed_) info.policy = followed_->policy;
  return info;
}

Excerpt Show::excerpt(std::int64_t from, std::int64_t to) const {
  const Timeline& line = this->line();
  if (line.moves().empty()) throw bad_usage("nothing was played here yet: play a step first");
  if (from < line.first() || to >= line.last() || from > to) {
    throw bad_usage("steps {} to {} were played {} and can be kept, not {} to {}", line.first(),
                    line.last() - 1, on_branch() ? "on this branch" : "in this game", from, to);
  }
  return line.excerpt(from, to);
}

episode::Trace Show::trace() const {
  const Timeline& trunk = timelines_.front();
  if (trunk.moves().empty()) throw bad_usage("nothing was played yet");
  const bool follows = followed_ && episode_ < std::ssize(followed_->episodes);
  episode::Trace trace = episode::trace_of(info());
  episode::TracedEpisode& traced = trace.episodes.emplace_back();
  const auto number = static_cast<std::uint64_t>(episode_);
  traced.number = episode_;
  traced.random_seed = game::emulator_seed(trace.seed, number);
  traced.noops = game::random_noops(trace.protocol, trace.seed, number);
  if (follows) {
    const episode::TracedEpisode& source = followed_->episodes[static_cast<std::size_t>(episode_)];
    traced.number = source.number;
    traced.random_seed = source.random_seed;
    traced.noops = source.noops;
  }
  for (const Move& move : trunk.moves()) traced.actions.push_back({move.action, move.greedy});
  traced.score = static_cast<std::int64_t>(trunk.moves().back().score);
  traced.truncated = !trunk.moves().back().ended;
  const auto steps = std::ssize(trunk.moves());
  for (std::int64_t i = 0; i < episode::checksum_count(steps); ++i) {
    const auto end = static_cast<std::size_t>(episode::checksum_end(i, steps));
    traced.checksums.push_back(trunk.moves()[end - 1].checksum);
  }
  return trace;
}

}  // namespace arcadecam::serve
