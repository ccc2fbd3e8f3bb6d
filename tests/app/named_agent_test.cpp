#include "app/named_agent.h"

#include <gtest/gtest.h>

#include <fstream>

#include "arcadecam/core/error.h"
#include "support/golden.h"

namespace arcadecam::app {
namespace {

TEST(NamedAgents, WhatStandsBeforeTheSignIsTheName) {
  const NamedAgent plain = parse_named_agent("pong"), named = parse_named_agent("late=model.zip"),
                   with_sign = parse_named_agent("10 % noise=a=b.pt"),
                   in_folder = parse_named_agent("runs/lr=0.1/model.pt");
  EXPECT_EQ(plain.name, "pong");
  EXPECT_EQ(plain.agent, "pong");
  EXPECT_EQ(named.name, "late");
  EXPECT_EQ(named.agent, "model.zip");
  EXPECT_EQ(with_sign.name, "10 % noise");
  EXPECT_EQ(with_sign.agent, "a=b.pt");
  EXPECT_EQ(in_folder.name, "runs/lr=0.1/model.pt");
  EXPECT_EQ(in_folder.agent, in_folder.name);
}

TEST(NamedAgents, AFileWithTheSignInItsNameIsThatFile) {
  const test::TemporaryFolder folder;
  const std::string file = (folder.path() / "lr=1.pt").string();
  EXPECT_EQ(parse_named_agent("early=" + file).name, "early");
  EXPECT_EQ(parse_named_agent("early=" + file).agent, file);
  std::ofstream(file) << "x";
  EXPECT_EQ(parse_named_agent(file).agent, file);
}

TEST(NamedAgents, NamesThatNobodyCanReadAreRefused) {
  for (const std::string& text :
       {std::string("=pong"), std::string("late="), std::string(61, 'x') + "=pong",
        std::string("a\nb=pong"), std::string("\x1b[2J=pong")}) {
    EXPECT_THROW(parse_named_agent(text), Error) << text;
  }
}

}  // namespace
}  // namespace arcadecam::app
