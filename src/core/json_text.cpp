#include "core/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace arcadecam {
namespace {

std::string dumped(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Most texts stand in JSON as they are; the library's way takes a microsecond for each.
std::string written(std::string_view text) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  if (!std::ranges::all_of(text, is_plain)) return dumped(nlohmann::json(text));
  std::string result;
  result.reserve(text.size() + 2);
  result += '"';
  result += text;
  result += '"';
  return result;
}

void new_line(std::string& text, int indent, int depth) {
  if (indent < 0) return;
  text += '\n';
  text.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(depth), ' ');
}

}  // namespace

JsonText::JsonText(double value) : scalar_(dumped(nlohmann::json(value))) {}

JsonText::JsonText(std::string_view text) : scalar_(written(text)) {}

JsonText::JsonText(std::initializer_list<JsonMember> members) : kind_(Kind::kObject) {
  for (const JsonMember& member : members) {
    names_.push_back(member.name);
    items_.push_back(member.value);
  }
}

JsonText JsonText::array(std::initializer_list<JsonText> items) {
  JsonText result;
  result.kind_ = Kind::kArray;
  result.items_ = items;
  return result;
}

JsonText JsonText::object() {
  JsonText result;
  result.kind_ = Kind::kObject;
  return result;
}

JsonText& JsonText::push_back(JsonText value) {
  if (is_null()) kind_ = Kind::kArray;
  return items_.emplace_back(std::move(value));
}

JsonText& JsonText::operator[](std::string_view name) {
  if (is_null()) kind_ = Kind::kObject;
  const auto found = std::ranges::find(names_, name);
  if (found != names_.end()) return items_[static_cast<std::size_t>(found - names_.begin())];
  names_.emplace_back(name);
  return items_.emplace_back();
}

std::string JsonText::dump(int indent) const {
  std::string text;
  append_to(text, indent, 0);
  return text;
}

void JsonText::append_to(std::string& text, int indent, int depth) const {
  if (kind_ == Kind::kScalar) {
    text += scalar_;
    return;
  }
  const bool list = kind_ == Kind::kArray;
  const std::size_t size = items_.size();
  text += list ? '[' : '{';
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) text += ',';
    new_line(text, indent, depth + 1);
    if (!list) text += written(names_[i]) + (indent < 0 ? ":" : ": ");
    items_[i].append_to(text, indent, depth + 1);
  }
  if (size > 0) new_line(text, indent, depth);
  text += list ? ']' : '}';
}

bool operator==(const JsonText& a, const JsonText& b) {
  return a.dump() == b.dump();
}

}  // namespace arcadecam
