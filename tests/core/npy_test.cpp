#include "arcadecam/core/npy.h"

#include <gtest/gtest.h>

#include <fstream>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npz_writer.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

TEST(Npy, WritesWhatItReads) {
  const Tensor tensor(Shape{2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
  const std::string file = to_npy<float>(tensor.view());
  EXPECT_EQ(file.size() % 64, 24U) << "a header of 128 bytes, then 24 bytes of data";
  const auto read = std::get<Tensor>(parse_npy(bytes_of(file), "test"));
  EXPECT_EQ(read.shape(), tensor.shape());
  EXPECT_TRUE(std::equal(read.values().begin(), read.values().end(), tensor.values().begin()));
}

TEST(Npy, ReadsScalarsAndEmptyArrays) {
  for (const Shape& shape : {Shape{}, Shape{0}, Shape{1}, Shape{3, 0, 2}}) {
    const BasicTensor<std::int64_t> tensor(shape);
    const auto read = parse_npy(bytes_of(to_npy<std::int64_t>(tensor.view())), "test");
    EXPECT_EQ(shape_of(read), shape) << to_string(shape);
  }
}

TEST(Npy, RefusesDamagedAndForeignFiles) {
  const Tensor tensor(Shape{4});
  const std::string good = to_npy<float>(tensor.view());
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return bytes_of(text.replace(text.find(from), from.size(), to));
  };
  for (const auto& bytes :
       {bytes_of(""), bytes_of("\x93NUMPY"), bytes_of(good.substr(0, 60)),
        bytes_of(good.substr(0, good.size() - 1)), bytes_of(good + "x"), replaced("False", "True "),
        replaced("<f4", ">f4"), replaced("<f4", "|O "), replaced("(4,)", "(5,)"),
        replaced("(4,)", "(-4)"), replaced("'shape'", "'shope'")}) {
    EXPECT_THROW((void)parse_npy(bytes, "test"), Error);
  }
  // A length that would overflow.
  EXPECT_THROW((void)parse_npy(replaced("(4,), }  ", "(99999999999999999999,)"), "test"), Error);
}

TEST(Npy, ConvertsOnlyWhatFits) {
  const NpyArray integers = BasicTensor<std::int64_t>(Shape{2}, std::vector<std::int64_t>{1, 300});
  EXPECT_EQ(convert<float>(integers, "a").data()[1], 300);
  EXPECT_THROW((void)convert<std::uint8_t>(integers, "a"), Error);
  const NpyArray reals = Tensor(Shape{1}, std::vector<float>{1.5F});
  EXPECT_THROW((void)convert<std::int64_t>(reals, "a"), Error);
}

TEST(Npy, DoesNotTakeTrueAndFalseForNumbers) {
  std::string file =
      to_npy<std::uint8_t>(ByteTensor(Shape{3}, std::vector<std::uint8_t>{0, 1, 7}).view());
  file.replace(file.find("|u1"), 3, "|b1");
  const NpyArray array = parse_npy(bytes_of(file), "test");
  EXPECT_EQ(dtype_of(array), "bool");
  EXPECT_EQ(dtype_of(NpyArray(ByteTensor(Shape{1}))), "uint8");
  EXPECT_EQ(std::get_if<ByteTensor>(&array), nullptr) << "no grey levels";
  const ByteTensor bytes = convert<std::uint8_t>(array, "a");
  EXPECT_EQ(bytes.data()[2], 1) << "true, whatever the file's byte";
  EXPECT_THROW((void)convert<std::int64_t>(array, "a"), Error);
  EXPECT_THROW((void)convert<float>(array, "a"), Error);
}

TEST(Npz, GrowsRowByRowAndIsTheSameTwice) {
  const test::TemporaryFolder folder;
  const auto write = [&](const std::string& name) {
    NpzWriter writer(folder.path() / name);
    const Tensor row(Shape{2}, std::vector<float>{1, 2});
    for (std::int64_t i = 0; i < 300; ++i) {
      writer.append("rows", row.view());
      writer.append("steps", BasicTensorView<const std::int64_t>(&i, Shape{}));
    }
    writer.add("whole", row.view());
    writer.add_text("text", "Grad-CAM → ok");
    const Tensor longer(Shape{3});
    EXPECT_THROW(writer.append("rows", longer.view()), Error);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / name)) << "not under its final name yet";
    writer.commit();
    return read_file(folder.path() / name);
  };
  EXPECT_EQ(write("a.npz"), write("b.npz"));
  // The text is UTF-32, which the reader does not know: read the rest.
  EXPECT_THROW((void)read_npz(folder.path() / "a.npz"), Error);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    files += entry.exists() ? 1 : 0;
  EXPECT_EQ(files, 2) << "no temporary file is left";
}

TEST(Npz, ReadsGoldenArraysAndRefusesLargeMembers) {
  const auto file = test::golden_dir() / "nets" / "dueling.npz";
  EXPECT_EQ(shape_of(read_npz(file).at("value.0.weight")), (Shape{32, 784}));
  EXPECT_THROW((void)read_npz(file, 1000), Error);
  EXPECT_THROW((void)read_npz(test::golden_dir() / "README.md"), Error);
}

}  // namespace
}  // namespace arcadecam
