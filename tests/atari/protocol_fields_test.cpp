#include "atari/protocol_fields.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "arcadecam/core/error.h"

namespace arcadecam::atari {
namespace {

std::string refusal(std::string_view name, const ProtocolField::Value& value) {
  Protocol protocol;
  try {
    find_protocol_field(name)->set(protocol, value);
  } catch (const Error& error) {
    EXPECT_EQ(protocol, Protocol{}) << "as it was";
    return error.what();
  }
  return {};
}

TEST(ProtocolFields, EachIsNamedOnce) {
  std::set<std::string_view> names;
  for (const ProtocolField& field : protocol_fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_EQ(find_protocol_field(field.name), &field);
  }
  EXPECT_EQ(find_protocol_field("training"), nullptr);
}

TEST(ProtocolFields, AreSetFromTheValuesThatFilesHold) {
  Protocol protocol;
  find_protocol_field("crop_width")->set(protocol, 512.0);
  find_protocol_field("crop_height")->set(protocol, 0.0);
  find_protocol_field("sticky_probability")->set(protocol, 0.25);
  find_protocol_field("full_action_set")->set(protocol, true);
  find_protocol_field("fire")->set(protocol, std::string("first-frame"));
  EXPECT_EQ(protocol.pixels.crop_width, 512);
  EXPECT_EQ(protocol.pixels.crop_height, 0);
  EXPECT_EQ(protocol.sticky_probability, 0.25F);
  EXPECT_TRUE(protocol.full_action_set);
  EXPECT_EQ(protocol.fire, Protocol::Fire::kFirstFrame);
}

// What is read back is what was set, for every word of every list.
TEST(ProtocolFields, WordsAreReadBack) {
  for (const char* word : {"never", "frame", "step", "two-steps", "first-frame"}) {
    Protocol protocol;
    const ProtocolField& fire = *find_protocol_field("fire");
    fire.set(protocol, std::string(word));
    EXPECT_EQ(std::get<ProtocolField::Word>(fire.kind).of(protocol), word);
  }
}

TEST(ProtocolFields, WhatIsOutOfRangeOrOfAnotherTypeIsRefused) {
  EXPECT_EQ(refusal("crop_top", 513.0), "expected a whole number from 0 to 512, found 513");
  EXPECT_EQ(refusal("height", 0.0), "expected a whole number from 1 to 512, found 0");
  EXPECT_EQ(refusal("frame_skip", 1.5), "expected a whole number from 1 to 1000, found 1.5");
  EXPECT_EQ(refusal("sticky_probability", 1.5), "expected a number from 0 to 1, found 1.5");
  EXPECT_EQ(refusal("stretch", 1.0), "expected true or false, found 1");
  EXPECT_EQ(refusal("pool", true), "expected a text, found true");
  EXPECT_NE(refusal("fire", std::string("twice")).find("'twice' is no way to fire"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::atari
