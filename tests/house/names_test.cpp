// One name has one meaning: no two rooms give the same name to types of their headers.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "house/sources.h"

namespace arcadecam::house {
namespace {

/// Names that two rooms share, with the reason.
const std::map<std::string, std::string> kShared{
    {"Input", "the first node of our graphs, and ONNX's own word in the room that reads ONNX"},
    {"Node", "a node of our graphs, and of ONNX's and pickle's in the room that reads them"},
    {"State", "a recurrent network's memory, and the state of a game that a measure looks at"}};

/// The types that a header defines outside of other types. Our code does not indent what a
/// namespace holds, so these definitions begin a line.
std::vector<std::string> types_in(const std::string& text) {
  static const std::regex pattern(
      R"((?:class|struct|enum class|using) ([A-Z]\w*)(?: final)?(?: ?[:={].*)?)");
  std::vector<std::string> names;
  for (const auto& [number, line] : lines_of(code_of(text))) {
    std::smatch match;
    if (std::regex_match(line, match, pattern)) names.push_back(match[1]);
  }
  return names;
}

/// Name → the headers that define it.
std::map<std::string, std::vector<std::string>> definitions() {
  std::map<std::string, std::vector<std::string>> found;
  for (const Source& source : sources_below({"src", "include"})) {
    if (!source.path.ends_with(".h")) continue;
    for (const std::string& name : types_in(source.text)) found[name].push_back(source.path);
  }
  return found;
}

TEST(Names, TheRuleFindsWhatItIsFor) {
  EXPECT_EQ(types_in("class Plan {\n  struct Inner {\n};\nstruct Step final : Base {\n"
                     "enum class Kind { kA };\nusing Bytes = std::vector<char>;\n"),
            (std::vector<std::string>{"Plan", "Step", "Kind", "Bytes"}));
  EXPECT_TRUE(
      types_in("class Plan;\n// class Step {\n  class Inner {\nusing std::string;\n").empty());
}

TEST(Names, NoTypeHasTheNameOfAnotherRoomsType) {
  const auto found = definitions();
  ASSERT_GT(found.size(), 300U);
  for (const auto& [name, headers] : found) {
    std::set<std::string> rooms;
    std::string places;
    for (const std::string& header : headers) {
      rooms.insert(room_of(header));
      places += " " + header;
    }
    if (kShared.contains(name)) {
      EXPECT_GT(rooms.size(), 1U) << name << " is no longer shared: take it off the list";
    } else {
      EXPECT_EQ(rooms.size(), 1U)
          << name << " is defined in" << places
          << ": give one of them a name that says what it is, or add it to kShared with the reason";
    }
  }
}

}  // namespace
}  // namespace arcadecam::house
