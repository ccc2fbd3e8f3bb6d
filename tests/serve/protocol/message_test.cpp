#include "serve/protocol/message.h"

#include <gtest/gtest.h>

#include <cstring>

#include "serve/message_reader.h"

namespace arcadecam::serve {
namespace {

TEST(BinaryMessage, HoldsItsHeaderAndItsArraysAtMultiplesOfFour) {
  BinaryMessage message(R"({"event":"step"})");
  const std::vector<std::uint8_t> bytes{1, 2, 3, 4, 5};
  const Tensor floats(Shape{2, 2}, std::vector<float>{0, 1.5F, -2, 3});
  message.add("bytes", bytes, Shape{5});
  message.add("floats", floats.view());
  const std::string text = message.finish();
  const ReadMessage read(text);
  EXPECT_EQ(text.size() % 4, 0U);
  EXPECT_EQ(read.header["event"], "step");
  EXPECT_EQ(read.header["arrays"][1]["offset"], 8);
  EXPECT_EQ(read.header["arrays"][1]["type"], "f4");
  EXPECT_EQ(read.header["arrays"][1]["shape"], (std::vector<int>{2, 2}));
  EXPECT_EQ(read.bytes("bytes"), bytes);
  EXPECT_EQ(read.floats("floats"), (std::vector<float>{0, 1.5F, -2, 3}));
}

TEST(FrameChanges, SayOnlyTheRowsThatDiffer) {
  const std::vector<ByteTensor> frames{
      ByteTensor(Shape{3, 2}, std::vector<std::uint8_t>{1, 1, 2, 2, 3, 3}),
      ByteTensor(Shape{3, 2}, std::vector<std::uint8_t>{1, 1, 2, 9, 3, 3}),
      ByteTensor(Shape{3, 2}, std::vector<std::uint8_t>{7, 7, 2, 9, 8, 3})};
  const FrameChanges changes = changes_between(frames);
  EXPECT_EQ(changes.changed, (std::vector<std::uint8_t>{0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(changes.rows, (std::vector<std::uint8_t>{2, 9, 7, 7, 8, 3}));
  EXPECT_TRUE(changes_between(std::span(frames).first(1)).changed.empty());
}

}  // namespace
}  // namespace arcadecam::serve
