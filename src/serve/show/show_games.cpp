// The games of a show: the present one and those before it.
#include <algorithm>
#include <utility>

#include "arcadecam/core/error.h"
#include "serve/show/show.h"

namespace arcadecam::serve {
namespace {

PlayedGame played_game(int number, std::uint64_t seed, std::int64_t episode,
                       const Timeline& trunk) {
  const bool begun = !trunk.moves().empty();
  return {number,
          seed,
          episode,
          std::ssize(trunk.moves()),
          begun ? trunk.moves().back().score : 0,
          begun && trunk.moves().back().over,
          trunk.by_hand()};
}

}  // namespace

std::vector<PlayedGame> Show::games() const {
  std::vector<PlayedGame> games;
  for (const Earlier& one : earlier_)
    games.push_back(played_game(one.number, one.seed, one.episode, one.trunk));
  games.push_back(played_game(game_, options_.seed, episode_, timelines_.front()));
  std::ranges::sort(games, {}, &PlayedGame::number);
  return games;
}

std::size_t Show::states() const {
  std::size_t all = 0;
  for (const Earlier& one : earlier_) all += one.trunk.kept();
  for (const Timeline& one : timelines_) all += one.kept();
  return all;
}

void Show::thin() {
  std::size_t all = states();
  while (all > options_.most_states) {
    Timeline* longest = &timelines_.front();
    const auto look = [&](Timeline& one) {
      if (one.kept() > longest->kept()) longest = &one;
    };
    for (Earlier& one : earlier_) look(one.trunk);
    for (Timeline& one : timelines_) look(one);
    const std::size_t before = longest->kept();
    if (before < 2) return;
    longest->thin(before - 1);
    all -= before - longest->kept();
  }
}

std::vector<Stretch> Show::way() const {
  std::vector<Stretch> way;
  for (const Timeline& one : timelines_) way.push_back({one.first(), one.edits(), one.by_hand()});
  return way;
}

void Show::put_away() {
  Timeline& trunk = timelines_.front();
  if (trunk.moves().empty()) return;
  trunk.thin(kMostKeptEach);
  earlier_.push_back({game_, options_.seed, episode_, followed_, std::move(trunk)});
  std::ranges::sort(earlier_, {}, &Earlier::number);
  if (earlier_.size() > kMostGames) earlier_.erase(earlier_.begin());
}

void Show::reset(std::optional<std::uint64_t> seed, std::int64_t episode) {
  std::int64_t last = episode_;
  for (const Earlier& one : earlier_) {
    if (one.seed == options_.seed && one.followed == followed_) last = std::max(last, one.episode);
  }
  put_away();
  // Where a lost life ends a training episode the next one goes on with the game: with the present
  // one, not with an older one.
  if (seed || last != episode_) course_.leave_game();
  if (seed) {
    options_.seed = *seed;
    followed_.reset();
  }
  episode_ = seed ? episode : last + 1;
  begin();
}

void Show::go_to_game(int number) {
  if (number == game_) return seek(line().last());
  const auto at = std::ranges::find(earlier_, number, &Earlier::number);
  if (at == earlier_.end()) {
    throw bad_usage("game {} is not kept: the present one and the newest {} before it are", number,
                    kMostGames);
  }
  Earlier game = std::move(*at);
  earlier_.erase(at);
  put_away();
  timelines_.clear();
  timelines_.push_back(std::move(game.trunk));
  branches_ = 0;
  game_ = game.number;
  options_.seed = game.seed;
  episode_ = game.episode;
  followed_ = std::move(game.followed);
  // The state is another game's.
  course_.restore(way_to(line(), line().last()));
  seek(line().last());
}

}  // namespace arcadecam::serve
