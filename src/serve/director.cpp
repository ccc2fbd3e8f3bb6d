#include "serve/director.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

#include "agent/agent.h"
#include "arcadecam/core/error.h"
#include "serve/description.h"
#include "serve/moment_message.h"

namespace arcadecam::serve {
namespace {

SharedText shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

constexpr std::chrono::milliseconds kBetweenEpisodes{1500}, kMostBehind{250};
constexpr double kFramesPerSecond = 60;

}  // namespace

Director::Director(std::unique_ptr<Show> show, Outbox& outbox, Keeper& keeper)
    : show_(std::move(show)), outbox_(outbox), keeper_(keeper) {}

void Director::opened(ClientId client) {
  clients_.emplace(client, Client{});
}

void Director::closed(ClientId client) {
  if (clients_.erase(client) == 0) return;
  if (controller_ == client) controller_ = 0;
  tune_sound();
  show_state();
}

void Director::received(ClientId client, std::string_view text) {
  std::optional<std::uint64_t> id;
  try {
    const Request request = parse_request(text, id);
    if (request.does != Does::kHello && !clients_.at(client).greeted)
      throw bad_usage("the first request is hello");
    if (request.needs_control && controller_ != client) {
      throw bad_usage("{} holds the controls: ask for them",
                      controller_ == 0 ? "nobody" : "another client");
    }
    if (auto said = answer(client, request)) reply(client, request.id, std::move(*said));
    if (request.does == Does::kHello) {
      show_state();
      show_step_to(client);
    }
  } catch (const std::exception& error) {  // no memory for what was asked, for example
    refuse(client, id, error.what());
  }
}

void Director::reply(ClientId client, std::uint64_t id, JsonText answer) {
  answer["reply"] = id;
  outbox_.send(client, Queue::kText, shared(answer.dump()));
}

void Director::refuse(ClientId client, std::optional<std::uint64_t> id, std::string_view error) {
  const JsonText text{{"reply", id ? JsonText(*id) : JsonText()}, {"error", error}};
  outbox_.send(client, Queue::kText, shared(text.dump()));
}

std::optional<JsonText> Director::answer(ClientId client, const Request& request) {
  return request.needs_control ? lead(request) : tell(client, request);
}

std::optional<JsonText> Director::lead(const Request& request) {
  bool new_step = false;
  switch (request.does) {
    case Does::kPlay:
      start(std::nullopt);
      break;
    case Does::kStep:
      start(request.steps);
      break;
    case Does::kPause:
      stop({});
      break;
    case Does::kSpeed:
      speed_ = request.times;
      next_ = Clock::now();
      break;
    case Does::kSeek:
      stop({});
      show_->seek(request.step);
      new_step = true;
      break;
    case Does::kTiles:
      show_->ask(request.tiles);
      new_step = true;
      break;
    case Does::kBreakpoints:
      set_conditions(request.conditions);
      break;
    case Does::kReset:
      show_->reset(request.seed, request.step);
      forget_bookmarks();
      stopped_by_.clear();
      new_step = true;
      break;
    case Does::kGame:
      stop({});
      show_->go_to_game(static_cast<int>(request.step));
      new_step = true;
      break;
    case Does::kTake:
      show_->take();
      new_step = true;
      break;
    case Does::kHandBack:
      show_->hand_back();
      new_step = true;
      break;
    case Does::kAct:
      show_->hold(request.text);
      break;
    case Does::kBranch:
      show_->branch(request.edits);
      new_step = true;
      break;
    case Does::kReturnToTrunk:
      stop({});
      show_->return_to_trunk();
      new_step = true;
      break;
    case Does::kBookmark:
      bookmark(request.step, request.text);
      break;
    case Does::kLoad:
      load(request.text);
      new_step = true;
      break;
    case Does::kGive: {
      const auto to = std::ranges::find_if(clients_, [&](const auto& one) {
        return one.second.greeted && std::to_string(one.first) == request.text;
      });
      if (to == clients_.end()) throw bad_usage("there is no client '{}'", request.text);
      controller_ = to->first;
      break;
    }
    default:
      throw bad_usage("that cannot be asked");
  }
  show_state();
  if (new_step) show_step();
  return JsonText::object();
}

void Director::start(std::optional<std::int64_t> steps) {
  steps_left_ = steps;
  playing_ = true;
  stopped_by_.clear();
  next_ = Clock::now();
}

void Director::stop(std::string reason) {
  playing_ = false;
  steps_left_.reset();
  stopped_by_ = std::move(reason);
}

std::optional<Director::Clock::time_point> Director::due() const {
  // Where nobody watches it waits for the next one who does.
  const bool watched =
      std::ranges::any_of(clients_, [](const auto& one) { return one.second.greeted; });
  return playing_ && watched ? std::optional(next_) : std::nullopt;
}

void Director::play() {
  try {
    const bool begins = show_->moment().over;
    if (begins && show_->on_branch()) {
      stop("the game is over on this branch");
      return show_state();
    }
    if (begins) {
      show_->reset(std::nullopt);
      forget_bookmarks();
      show_state();
    } else {
      show_->advance();
    }
    const ShownStep& now = show_->moment();
    show_step();
    if (now.over) show_state();
    const auto interval = std::chrono::duration<double>(
        speed_ > 0 ? show_->agent().protocol.frame_skip / kFramesPerSecond / speed_ : 0);
    next_ += std::chrono::duration_cast<Clock::duration>(interval);
    const auto time = Clock::now();
    if (speed_ == 0 || next_ + kMostBehind < time) next_ = time;
    if (now.over && !steps_left_) next_ = time + kBetweenEpisodes;
    if (std::string reason = met(); !reason.empty()) {
      stop(std::move(reason));
      show_state();
    } else if (steps_left_ && --*steps_left_ <= 0) {
      stop({});
      show_state();
    }
  } catch (const Error& error) {
    stop(error.what());
    announce(JsonText{{"event", "notice"}, {"text", error.what()}});
    show_state();
  }
}

std::string Director::met() const {
  if (conditions_.empty()) return {};
  const ShownStep& now = show_->moment();
  StepFacts facts;
  facts[Quantity::kMargin] = now.estimate.margin;
  facts[Quantity::kEntropy] = now.estimate.entropy;
  facts[Quantity::kValue] = now.estimate.value;
  facts[Quantity::kReward] = now.reward;
  facts[Quantity::kScore] = now.score;
  facts[Quantity::kLives] = now.lives;
  facts[Quantity::kStep] = static_cast<double>(now.step);
  facts[Quantity::kAction] = now.over ? -1 : now.action;
  facts[Quantity::kLostLife] = now.lost_life ? 1 : 0;
  facts[Quantity::kAdvantage] =
      now.estimate.advantage.value_or(std::numeric_limits<double>::quiet_NaN());
  std::vector<Share> shares;
  if (!now.explanations.empty()) {
    for (const ObjectShare& share : now.explanations.front().shares)
      shares.push_back({share.object, share.kind, share.share});
  }
  facts.shares = shares;
  const auto met =
      std::ranges::find_if(conditions_, [&](const Condition& one) { return one.met(facts); });
  return met == conditions_.end() ? std::string() : met->text();
}

void Director::set_conditions(const std::vector<std::string>& texts) {
  const auto names = agent::action_names(show_->agent());
  std::vector<Condition> conditions;
  for (const std::string& text : texts) conditions.push_back(Condition::parse(text, names));
  conditions_ = std::move(conditions);
}

void Director::bookmark(std::int64_t step, const std::string& text) {
  constexpr std::size_t kMost = 200;
  std::vector<Bookmark>& bookmarks = bookmarks_[show_->game()];
  std::erase_if(bookmarks, [&](const Bookmark& one) { return one.step == step; });
  if (text.empty()) return;
  if (bookmarks.size() >= kMost) throw bad_usage("a game has {} bookmarks at most", kMost);
  bookmarks.push_back({step, text});
  std::ranges::sort(bookmarks, {}, &Bookmark::step);
}

void Director::forget_bookmarks() {
  const std::vector<PlayedGame> games = show_->games();
  std::erase_if(bookmarks_, [&](const auto& one) {
    return std::ranges::find(games, one.first, &PlayedGame::number) == games.end();
  });
}

void Director::load(const std::string& upload) {
  std::unique_ptr<Show> loaded = keeper_.load(upload, *show_);
  stop({});
  show_ = std::move(loaded);
  tune_sound();
  conditions_.clear();
  bookmarks_.clear();
  description_.reset();
  ++agent_number_;
}

void Director::tune_sound() {
  show_->turn_sound(
      std::ranges::any_of(clients_, [](const auto& one) { return one.second.sound; }));
}

void Director::show_step() {
  SharedText plain, with_sound;
  for (const auto& [id, client] : clients_) {
    if (!client.greeted) continue;
    SharedText& message = client.sound ? with_sound : plain;
    if (!message) message = shared(step_message(*show_, show_->moment(), client.sound));
    outbox_.send(id, Queue::kStep, message);
  }
}

void Director::show_step_to(ClientId client) {
  outbox_.send(client, Queue::kStep, shared(step_message(*show_, show_->moment(), false)));
}

void Director::show_state() {
  announce(state());
}

void Director::announce(const JsonText& event) {
  const SharedText text = shared(event.dump());
  for (const auto& [id, client] : clients_) {
    if (client.greeted) outbox_.send(id, Queue::kText, text);
  }
}

JsonText Director::state() const {
  const ShownStep& now = show_->moment();
  const auto names = agent::action_names(show_->agent());
  JsonText tiles = JsonText::array(), conditions = JsonText::array(), bookmarks = JsonText::array(),
           clients = JsonText::array();
  for (const Tile& tile : show_->tiles())
    tiles.push_back(JsonText{{"method", tile.method}, {"target", tile.target}});
  for (const Condition& condition : conditions_) conditions.push_back(condition.text());
  if (const auto marked = bookmarks_.find(show_->game()); marked != bookmarks_.end()) {
    for (const Bookmark& one : marked->second)
      bookmarks.push_back(JsonText{{"step", one.step}, {"text", one.text}});
  }
  for (const auto& [id, client] : clients_) {
    if (client.greeted) clients.push_back(std::to_string(id));
  }
  return {{"event", "state"},
          {"playing", playing_},
          {"speed", speed_},
          {"episode", now.episode},
          {"game", show_->game()},
          {"games", games()},
          {"step", now.step},
          {"first", show_->line().first()},
          {"last", show_->line().last()},
          {"branch", show_->line().number()},
          {"fork", show_->on_branch() ? JsonText(show_->line().first()) : JsonText()},
          {"way", way()},
          {"human", show_->human()},
          {"held", names[static_cast<std::size_t>(show_->held())]},
          {"controller", controller_ == 0 ? JsonText() : JsonText(std::to_string(controller_))},
          {"clients", std::move(clients)},
          {"score", now.score},
          {"lives", now.lives},
          {"tiles", std::move(tiles)},
          {"breakpoints", std::move(conditions)},
          {"bookmarks", std::move(bookmarks)},
          {"seed", show_->seed()},
          {"over", now.over},
          {"stopped_by", stopped_by_},
          {"agent_number", agent_number_}};
}

}  // namespace arcadecam::serve
