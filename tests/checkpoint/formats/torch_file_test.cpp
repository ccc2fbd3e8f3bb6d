#include "checkpoint/formats/torch_file.h"

#include <gtest/gtest.h>

#include <string>

#include "checkpoint/formats/archives.h"
#include "checkpoint/formats/read_state.h"

namespace arcadecam::checkpoint {
namespace {

using namespace std::string_literals;
using test::error_of;

const InflateLimits kTorchLimits{std::uint64_t{1} << 30};

// {'w': a tensor of two float32 elements of the storage 'k' of two}; `view`: its view metadata.
std::string weights(const std::string& view = "") {
  return "}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n(("
         "X\x07\0\0\0storagectorch\nFloatStorage\n"
         "X\x01\0\0\0kX\x03\0\0\0cpuK\x02"s +
         view + "tQK\x00K\x02\x85K\x01\x85\x89}tRs."s;
}

const std::string kElements = "\0\0\x80\x3f\0\0\0\xc0"s;  // 1, −2

struct Archive {
  Bytes bytes;
  explicit Archive(const test::Members& members) : bytes(test::zip(members)) {}
  TorchFile open() const { return open_torch_zip(ZipArchive(bytes, kTorchLimits)); }
};

std::vector<float> read_w(TorchFile& file) {
  const ReadState state = read_state(file, 1000);
  const nn::Weights weights = state.state.find("w");
  return {weights->values().begin(), weights->values().end()};
}

TEST(TorchZip, AnyRootAndNoByteOrder) {
  const Archive archive(
      test::Members{{"any root 1.2/data.pkl", weights()}, {"any root 1.2/data/k", kElements}});
  TorchFile file = archive.open();
  EXPECT_EQ(file.container, "torch zip");
  EXPECT_EQ(read_w(file), (std::vector<float>{1, -2}));
}

TEST(TorchZip, ByteOrders) {
  const auto with_order = [](const std::string& order) {
    return Archive(
        test::Members{{"a/data.pkl", weights()}, {"a/byteorder", order}, {"a/data/k", kElements}});
  };
  const Archive archive = with_order("little");
  TorchFile little = archive.open();
  EXPECT_EQ(read_w(little), (std::vector<float>{1, -2}));
  EXPECT_TRUE(with_order("big").open().big_endian);
  EXPECT_NE(error_of([&] { with_order("middle").open(); }).find("byte order is 'middle'"),
            std::string::npos);
}

std::string refused_zip(const test::Members& members) {
  return error_of([&] { Archive(members).open(); });
}

TEST(TorchZip, StructureErrors) {
  const auto says = [](const test::Members& members, const std::string& words) {
    return refused_zip(members).find(words) != std::string::npos;
  };
  EXPECT_TRUE(says(test::Members{{"data.pkl", "N."}}, "without a data.pkl in a folder"));
  EXPECT_TRUE(says(test::Members{{"a/data.pkl", "N."}, {"b/data.pkl", "N."}}, "several data.pkl"));
  EXPECT_TRUE(says(test::Members{{"a/data.pkl", "N.x"}}, "1 bytes follow"));
  EXPECT_TRUE(says(test::Members{{"a/data.pkl", "N."}, {"a/constants.pkl", "N."}}, "TorchScript"));
}

// torch's legacy format around `content`.
std::string legacy(const std::string& content, const std::string& keys = "](X\x01\0\0\0ke."s,
                   const std::string& count = "\x02\0\0\0\0\0\0\0"s,
                   const std::string& elements = kElements,
                   const std::string& little_endian = "\x88"s) {
  return "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}X\x0d\0\0\0little_endian"s +
         little_endian + "s." + content + keys + count + elements;
}

std::string refused_archive(const std::string& bytes) {
  return error_of([&] { open_torch_legacy(test::view_of(bytes)); });
}

TEST(TorchLegacy, ReadsItsStorages) {
  const std::string bytes = legacy(weights());
  TorchFile file = open_torch_legacy(test::view_of(bytes));
  EXPECT_EQ(file.container, "torch legacy");
  EXPECT_EQ(read_w(file), (std::vector<float>{1, -2}));
}

TEST(TorchLegacy, StorageViewsAreFollowed) {
  // A storage of two elements seen through a view of its second one.
  std::string content = weights("X\x01\0\0\0vK\x01K\x01\x87"s);
  const std::size_t size = content.find("K\x02\x85"s);
  content.replace(size, 3, "K\x01\x85"s);
  const std::string bytes = legacy(content);
  TorchFile file = open_torch_legacy(test::view_of(bytes));
  EXPECT_EQ(read_w(file), (std::vector<float>{-2}));
  EXPECT_NE(
      refused_archive(legacy(weights("X\x01\0\0\0vK\x02K\x01\x87"s))).find("of a storage of 2"),
      std::string::npos);
}

TEST(TorchLegacy, EveryCutIsNoticed) {
  const std::string whole = legacy(weights());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(refused_archive(whole.substr(0, length)), "") << length;
  }
}

TEST(TorchLegacy, StructureErrors) {
  EXPECT_NE(refused_archive("\x80\x02K\x01."s).find("a bare pickle"), std::string::npos);
  EXPECT_NE(refused_archive(legacy(weights()) + "x").find("1 bytes follow the last storage"),
            std::string::npos);
  EXPECT_NE(
      refused_archive(legacy(weights(), "](X\x01\0\0\0ze."s)).find("names one that no tensor uses"),
      std::string::npos);
  EXPECT_NE(refused_archive(legacy(weights(), "](X\x01\0\0\0ke."s, "\x03\0\0\0\0\0\0\0"s))
                .find("holds 3 elements; expected 2"),
            std::string::npos);
  EXPECT_NE(refused_archive(
                legacy(weights(), "](X\x01\0\0\0ke."s, "\x02\0\0\0\0\0\0\0"s, kElements, "\x89"s))
                .find("big-endian"),
            std::string::npos);
}

TEST(TorchLegacy, AStorageThatIsNotInTheFileIsMissed) {
  const std::string bytes = legacy(weights(), "]."s, "", "");
  TorchFile file = open_torch_legacy(test::view_of(bytes));
  EXPECT_NE(error_of([&] { read_state(file, 1000); }).find("'k' is not in the file"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
