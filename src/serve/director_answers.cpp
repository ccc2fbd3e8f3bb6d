// What a director answers without changing the show.
#include <algorithm>
#include <utility>

#include "agent/agent.h"
#include "arcadecam/core/error.h"
#include "serve/description.h"
#include "serve/director.h"
#include "serve/moment_message.h"

namespace arcadecam::serve {
namespace {

JsonText json_of(const game::Reach& reach) {
  JsonText result = JsonText::array();
  for (const int number : {reach.from, reach.to, reach.step}) result.push_back(number);
  return result;
}

JsonText json_of(const game::PossibleEdit& edit) {
  JsonText result{{"change", game::word(edit.change)}};
  if (edit.change == game::Change::kPlace) {
    result["columns"] = json_of(edit.columns);
    result["lines"] = json_of(edit.lines);
  }
  if (!edit.shown_only.empty()) result["shown_only"] = edit.shown_only;
  return result;
}

JsonText json_of(const std::optional<std::int64_t>& number) {
  return number ? JsonText(*number) : JsonText();
}

int sum_of(const std::vector<int>& rewards) {
  int sum = 0;
  for (const int reward : rewards) sum += reward;
  return sum;
}

}  // namespace

std::optional<JsonText> Director::tell(ClientId client, const Request& request) {
  const auto binary = [&](std::string message) {
    outbox_.send(client, Queue::kBinary, std::make_shared<const std::string>(std::move(message)));
    return std::nullopt;
  };
  switch (request.does) {
    case Does::kHello:
      return hello(client);
    case Does::kControl:
      control(client, request.on);
      return JsonText::object();
    case Does::kWhatIf:
      return binary(reply_message(
          *show_, show_->what_if(request.step, request.edits, request.tiles), request.id));
    case Does::kExplain:
      return binary(
          reply_message(*show_, show_->explained(request.step, request.tiles), request.id));
    case Does::kObjects:
      return objects(request.step);
    case Does::kPixel: {
      JsonText bytes = JsonText::array();
      for (const PixelCause& cause : show_->causes_of_pixel(request.step, request.x, request.y)) {
        bytes.push_back(JsonText{{"byte", static_cast<int>(cause.byte)},
                                 {"value", static_cast<int>(cause.value)},
                                 {"by", cause.by}});
      }
      return JsonText{{"bytes", std::move(bytes)}};
    }
    case Does::kCompareBranches: {
      const BranchComparison compared = show_->compare(request.steps);
      return JsonText{{"from", show_->line().first()},
                      {"trunk", compared.trunk},
                      {"branch", compared.branch},
                      {"trunk_sum", sum_of(compared.trunk)},
                      {"branch_sum", sum_of(compared.branch)}};
    }
    case Does::kCurve:
      return curve(request.step);
    case Does::kSound:
      clients_.at(client).sound = request.on;
      tune_sound();
      return JsonText::object();
    case Does::kClip:
    case Does::kStill:
    case Does::kTrace:
      keeper_.keep(request, *show_,
                   [&outbox = outbox_, client, id = request.id](const std::string& url,
                                                                const std::string& error) {
                     JsonText said{{"reply", id}};
                     if (error.empty())
                       said["url"] = url;
                     else
                       said["error"] = error;
                     outbox.send(client, Queue::kText,
                                 std::make_shared<const std::string>(said.dump()));
                   });
      return std::nullopt;
    default:
      throw bad_usage("that cannot be asked");
  }
}

JsonText Director::hello(ClientId client) {
  clients_.at(client).greeted = true;
  if (controller_ == 0) controller_ = client;
  next_ = std::max(next_, Clock::now());
  if (!description_) description_ = description_of(*show_);
  JsonText answer = *description_;
  answer["client"] = std::to_string(client);
  answer["you_control"] = controller_ == client;
  answer["agent_number"] = agent_number_;
  return answer;
}

void Director::control(ClientId client, bool take) {
  if (take && controller_ != 0 && controller_ != client) {
    const JsonText asked{{"event", "control_asked"}, {"client", std::to_string(client)}};
    outbox_.send(controller_, Queue::kText, std::make_shared<const std::string>(asked.dump()));
    return;
  }
  if (take) controller_ = client;
  if (!take && controller_ == client) controller_ = 0;
  show_state();
}

JsonText Director::curve(std::int64_t from) const {
  const Timeline& line = show_->line();
  const std::int64_t begin = std::max(from, line.first());
  JsonText value = JsonText::array(), margin = JsonText::array(), advantage = JsonText::array(),
           reward = JsonText::array(), lives = JsonText::array(), action = JsonText::array();
  for (std::int64_t step = begin; step < line.first() + std::ssize(line.opinions()); ++step) {
    const Opinion& opinion = line.opinions()[static_cast<std::size_t>(step - line.first())];
    value.push_back(opinion.value);
    margin.push_back(opinion.margin);
    advantage.push_back(opinion.advantage);
  }
  for (std::int64_t step = begin; step < line.last(); ++step) {
    const Move& move = line.move(step);
    reward.push_back(move.reward);
    lives.push_back(move.lives);
    action.push_back(static_cast<int>(move.action));
  }
  return {{"from", begin},
          {"value", std::move(value)},
          {"margin", std::move(margin)},
          {"advantage", std::move(advantage)},
          {"reward", std::move(reward)},
          {"lives", std::move(lives)},
          {"action", std::move(action)}};
}

JsonText Director::games() const {
  JsonText games = JsonText::array();
  for (const PlayedGame& game : show_->games()) {
    games.push_back(JsonText{{"game", game.number},
                             {"seed", game.seed},
                             {"episode", game.episode},
                             {"steps", game.steps},
                             {"score", game.score},
                             {"over", game.over},
                             {"by_hand", json_of(game.by_hand)}});
  }
  return games;
}

JsonText Director::way() const {
  JsonText way = JsonText::array();
  for (const Stretch& stretch : show_->way()) {
    way.push_back(JsonText{{"first", stretch.first},
                           {"edits", serve::json_of(stretch.edits)},
                           {"by_hand", json_of(stretch.by_hand)}});
  }
  return way;
}

JsonText Director::objects(std::int64_t step) {
  JsonText objects = JsonText::array();
  for (const EditableObject& one : show_->objects(step)) {
    JsonText object = serve::json_of(one.object);
    JsonText edits = JsonText::array();
    for (const game::PossibleEdit& edit : one.edits) edits.push_back(json_of(edit));
    object["edits"] = std::move(edits);
    objects.push_back(std::move(object));
  }
  return {{"objects", std::move(objects)}};
}

}  // namespace arcadecam::serve
