#include "serve/protocol/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "arcadecam/core/error.h"
#include "core/json_fields.h"

namespace arcadecam::serve {
namespace {

constexpr double kLargestWhole = 9007199254740992;  // 2^53: a double holds all below
constexpr int kLastStep = 100'000'000, kLastEpisode = 1'000'000'000;

std::uint64_t whole(const JsonValue& value) {
  const auto* number = std::get_if<double>(&value.value);
  if (number == nullptr || !(*number >= 0 && *number <= kLargestWhole) ||
      *number != std::floor(*number))
    throw wrong(value, "a whole number from 0 to 2^53");
  return static_cast<std::uint64_t>(*number);
}

std::int64_t step_number(JsonFields& fields, const char* key) {
  return fields.integer(key, 0, kLastStep);
}

/// A list of 1 (`least`) to `most` things.
const JsonValue::Items& items(JsonFields& fields, const char* key, std::size_t least,
                              std::size_t most) {
  const JsonValue& value = fields.at(key, "a list");
  const JsonValue::Items& found = items_of(value);
  if (found.size() < least || found.size() > most) {
    throw wrong(value, fmt::format("a list of {} to {} things", least, most),
                fmt::format("{} of them", found.size()));
  }
  return found;
}

void read_tiles(JsonFields& fields, Request& request, std::size_t least) {
  if (least == 0 && fields.find("tiles") == nullptr) return;
  for (const JsonValue& item : items(fields, "tiles", least, Request::kMostTiles)) {
    JsonFields tile(item);
    Tile& read = request.tiles.emplace_back(Tile{tile.text("method")});
    if (auto target = tile.text_if("target")) read.target = *target;
    tile.finish();
  }
}

game::Edit object_edit(JsonFields& fields) {
  game::Edit edit{fields.text("object")};
  int changes = 0;
  if (const JsonValue* place = fields.find("place")) {
    const JsonValue::Items& at = items_of(*place);
    std::array<double, 2> numbers{};
    if (at.size() != 2) throw wrong(*place, "a column and a line");
    for (std::size_t i = 0; i < 2; ++i) {
      const auto* number = std::get_if<double>(&at[i].value);
      if (number == nullptr || !(std::abs(*number) <= 1000) || *number != std::floor(*number))
        throw wrong(at[i], "a whole number from -1000 to 1000");
      numbers.at(i) = *number;
    }
    edit.change = game::Change::kPlace;
    edit.x = static_cast<int>(numbers[0]);
    edit.y = static_cast<int>(numbers[1]);
    ++changes;
  }
  if (fields.find("recolour") != nullptr) {
    edit.change = game::Change::kRecolour;
    edit.colour = fields.integer("recolour", 0, 255);
    ++changes;
  }
  if (fields.boolean("remove", false)) {
    edit.change = game::Change::kRemove;
    ++changes;
  }
  if (fields.boolean("rewrite", false)) {
    edit.change = game::Change::kRewrite;
    ++changes;
  }
  if (changes != 1) throw wrong(fields.self(), "one of place, remove, recolour and rewrite");
  return edit;
}

void read_edits(JsonFields& fields, Request& request) {
  for (const JsonValue& item : items(fields, "edits", 0, Request::kMostEdits)) {
    JsonFields edit(item);
    if (edit.find("byte") != nullptr) {
      request.edits.bytes.push_back({static_cast<std::uint8_t>(edit.integer("byte", 0, 127)),
                                     static_cast<std::uint8_t>(edit.integer("value", 0, 255))});
    } else {
      request.edits.objects.push_back(object_edit(edit));
    }
    edit.finish();
  }
}

/// An action, by its name or its number.
std::string action_text(JsonFields& fields) {
  const JsonValue& value = fields.at("action", "an action's name or number");
  if (std::holds_alternative<double>(value.value))
    return fmt::format("{}", fields.integer("action", 0, 17));
  return text_of(value);
}

struct Kind {
  std::string_view name;
  Does does;
  bool needs_control;
  void (*read)(JsonFields& fields, Request& request);
};

void nothing(JsonFields&, Request&) {}
void read_step(JsonFields& fields, Request& request) {
  request.step = step_number(fields, "step");
}
void read_client(JsonFields& fields, Request& request) {
  request.text = fields.text("client");
}
void read_range(JsonFields& fields, Request& request) {
  request.step = step_number(fields, "from");
  request.to = step_number(fields, "to");
  if (request.to < request.step) throw wrong(fields.self(), "'from' before 'to'", "the contrary");
}
void read_steps(JsonFields& fields, Request& request) {
  request.steps = fields.integer("steps", 1, static_cast<int>(Request::kMostSteps), 1);
}
void read_speed(JsonFields& fields, Request& request) {
  request.times = static_cast<double>(fields.real("times", 0, 20));
  if (request.times != 0 && request.times < 0.0999)
    throw wrong(*fields.find("times"), "0 (as fast as it goes) or 0.1 to 20");
}
void read_conditions(JsonFields& fields, Request& request) {
  for (const JsonValue& item : items(fields, "conditions", 0, Request::kMostConditions))
    request.conditions.push_back(text_of(item));
}
void read_seed(JsonFields& fields, Request& request) {
  if (const JsonValue* seed = fields.find("seed")) request.seed = whole(*seed);
  // Without a seed the next episode is meant.
  if (request.seed) request.step = fields.integer("episode", 0, kLastEpisode, 0);
}
void read_game(JsonFields& fields, Request& request) {
  request.step = fields.integer("game", 1, kLastEpisode);
}
void read_bookmark(JsonFields& fields, Request& request) {
  read_step(fields, request);
  const std::string& text = whole_text_of(fields.at("text", "a text"));
  constexpr std::size_t kLongest = 200;
  if (text.size() > kLongest) throw wrong(*fields.find("text"), "a text of at most 200 bytes");
  request.text = text;
}
void read_clip(JsonFields& fields, Request& request) {
  read_range(fields, request);
  request.text = fields.text_if("format").value_or("mp4");
  if (request.text != "mp4" && request.text != "gif")
    throw wrong(*fields.find("format"), "mp4 or gif");
}
void read_version(JsonFields& fields, Request&) {
  (void)fields.integer("version", 1, 1);
}
void read_what_if(JsonFields& fields, Request& request) {
  read_step(fields, request);
  read_edits(fields, request);
  read_tiles(fields, request, 0);
}

constexpr std::array kKinds{
    Kind{"hello", Does::kHello, false, read_version},
    Kind{"play", Does::kPlay, true, nothing},
    Kind{"pause", Does::kPause, true, nothing},
    Kind{"step", Does::kStep, true, read_steps},
    Kind{"speed", Does::kSpeed, true, read_speed},
    Kind{"seek", Does::kSeek, true, read_step},
    Kind{"tiles", Does::kTiles, true, [](JsonFields& f, Request& r) { read_tiles(f, r, 1); }},
    Kind{"breakpoints", Does::kBreakpoints, true, read_conditions},
    Kind{"reset", Does::kReset, true, read_seed},
    Kind{"game", Does::kGame, true, read_game},
    Kind{"take", Does::kTake, true, nothing},
    Kind{"act", Does::kAct, true, [](JsonFields& f, Request& r) { r.text = action_text(f); }},
    Kind{"hand_back", Does::kHandBack, true, nothing},
    Kind{"branch", Does::kBranch, true, read_edits},
    Kind{"return_to_trunk", Does::kReturnToTrunk, true, nothing},
    Kind{"bookmark", Does::kBookmark, true, read_bookmark},
    Kind{"load", Does::kLoad, true, [](JsonFields& f, Request& r) { r.text = f.text("upload"); }},
    Kind{"give", Does::kGive, true, read_client},
    Kind{"control", Does::kControl, false,
         [](JsonFields& f, Request& r) { r.on = f.boolean("take", true); }},
    Kind{"what_if", Does::kWhatIf, false, read_what_if},
    Kind{"explain", Does::kExplain, false,
         [](JsonFields& f, Request& r) {
           read_step(f, r);
           read_tiles(f, r, 1);
         }},
    Kind{"objects", Does::kObjects, false, read_step},
    Kind{"pixel", Does::kPixel, false,
         [](JsonFields& f, Request& r) {
           read_step(f, r);
           r.x = f.integer("x", 0, 1000);
           r.y = f.integer("y", 0, 1000);
         }},
    Kind{"compare_branches", Does::kCompareBranches, false, read_steps},
    Kind{"curve", Does::kCurve, false,
         [](JsonFields& f, Request& r) { r.step = step_number(f, "from"); }},
    Kind{"clip", Does::kClip, false, read_clip},
    Kind{"still", Does::kStill, false, read_step},
    Kind{"trace", Does::kTrace, false, nothing},
    Kind{"sound", Does::kSound, false,
         [](JsonFields& f, Request& r) { r.on = f.boolean("on", true); }},
};

}  // namespace

JsonText json_of(const Edits& edits) {
  JsonText list = JsonText::array();
  for (const game::Edit& edit : edits.objects) {
    JsonText one{{"object", edit.object}};
    if (edit.change == game::Change::kPlace) {
      JsonText place = JsonText::array();
      place.push_back(edit.x);
      place.push_back(edit.y);
      one["place"] = std::move(place);
    } else if (edit.change == game::Change::kRecolour) {
      one["recolour"] = edit.colour;
    } else {
      one[edit.change == game::Change::kRemove ? "remove" : "rewrite"] = true;
    }
    list.push_back(std::move(one));
  }
  for (const game::RamByte& byte : edits.bytes) {
    list.push_back(
        JsonText{{"byte", static_cast<int>(byte.index)}, {"value", static_cast<int>(byte.value)}});
  }
  return list;
}

Request parse_request(std::string_view text, std::optional<std::uint64_t>& id) {
  const JsonValue value = parse_json_lines(text);
  JsonFields fields(value);
  Request request;
  request.id = whole(fields.at("id", "a whole number"));
  id = request.id;
  const std::string name = fields.text("do");
  const auto kind = std::ranges::find(kKinds, name, &Kind::name);
  if (kind == kKinds.end()) throw wrong(*fields.find("do"), "the name of a request", name);
  request.does = kind->does;
  request.needs_control = kind->needs_control;
  kind->read(fields, request);
  fields.finish();
  return request;
}

}  // namespace arcadecam::serve
