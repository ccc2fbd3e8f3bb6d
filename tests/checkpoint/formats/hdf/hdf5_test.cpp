// HDF5 files that h5py wrote (scripts/golden/keras_agents.py), whole and broken.
#include "checkpoint/formats/hdf/hdf5.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "arcadecam/core/files.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/formats/flat_tensors.h"
#include "checkpoint/keras/keras_weights.h"
#include "core/gzip.h"
#include "support/golden.h"

namespace arcadecam::checkpoint {
namespace {

using test::error_of;

constexpr InflateLimits kHdfLimits{std::uint64_t{1} << 26};

Bytes hdf_file(const std::string& file) {
  return gunzip(read_file(test::golden_dir() / "agents" / file), kHdfLimits);
}

const hdf5::Dataset& dataset(const hdf5::Contents& contents, const std::string& path) {
  const auto found = std::ranges::find(contents.datasets, path, &hdf5::Dataset::path);
  if (found == contents.datasets.end()) throw bad_input("no '{}'", path);
  return *found;
}

// Where `value` lies as 64 bits, little-endian.
std::vector<std::size_t> places_of(const Bytes& bytes, std::uint64_t value) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at + 8 <= bytes.size(); ++at) {
    std::uint64_t here = 0;
    std::memcpy(&here, bytes.data() + at, 8);
    if (here == value) places.push_back(at);
  }
  return places;
}

std::size_t place_of(const Bytes& bytes, std::string_view text, std::size_t from = 0) {
  const auto found = std::search(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(),
                                 text.begin(), text.end());
  return static_cast<std::size_t>(found - bytes.begin());
}

void put(Bytes& bytes, std::size_t at, std::uint64_t value) {
  std::memcpy(bytes.data() + at, &value, 8);
}

class Hdf5Files : public testing::TestWithParam<const char*> {};

// Superblocks 0, 2 and 3, both kinds of groups, all layouts.
TEST_P(Hdf5Files, HoldWhatH5pyPutIntoThem) {
  const Bytes bytes = hdf_file(GetParam());
  const hdf5::Contents contents = hdf5::read(bytes, kHdfLimits);
  const test::GoldenArrays arrays("agents/hdf5.npz");
  for (const auto& [path, key] :
       {std::pair("plain/float32", "float32"), std::pair("packed/one", "packed"),
        std::pair("packed/several", "packed"), std::pair("packed/unpacked", "chunks"),
        std::pair("compact", "compact")}) {
    const nn::Weights found = keras::tensor_of(dataset(contents, path));
    const auto expected = arrays.get<float>(key);
    EXPECT_EQ(found->shape(), expected.shape()) << path;
    EXPECT_TRUE(std::ranges::equal(found->values(), expected.values())) << path;
  }
  const auto doubles = arrays.get<double>("float64");
  const nn::Weights rounded = keras::tensor_of(dataset(contents, "plain/float64"));
  for (std::int64_t i = 0; i < doubles.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(rounded->values()[at], static_cast<float>(doubles.values()[at]));
  }
  EXPECT_EQ(dataset(contents, "plain/float16").dtype, DType::kFloat16);
  EXPECT_EQ(dataset(contents, "whole").dtype, DType::kInt64);
  EXPECT_EQ(contents.texts.at("@note"), "a text");
  const nn::Weights last = keras::tensor_of(dataset(contents, "many/array_6"));
  EXPECT_EQ(last->values()[1], 6);
}

TEST_P(Hdf5Files, CutOffAnywhereAreRefused) {
  const Bytes bytes = hdf_file(GetParam());
  for (std::size_t size = 9; size < bytes.size(); size += 61) {
    EXPECT_NE(error_of([&] { hdf5::read(ByteView(bytes).first(size), kHdfLimits); }), "") << size;
  }
}

// Whatever a byte becomes, it is read or refused, and nothing larger than the file pays for.
TEST_P(Hdf5Files, ChangedAnywhereAreReadOrRefused) {
  const Bytes bytes = hdf_file(GetParam());
  for (std::size_t at = 8; at < bytes.size(); at += 17) {
    for (const int mask : {0xFF, 0x01, 0x80}) {
      Bytes changed = bytes;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ mask);
      error_of([&] {
        const hdf5::Contents contents = hdf5::read(changed, kHdfLimits);
        std::size_t held = 0;
        for (const auto& found : contents.datasets) held += found.bytes.size();
        EXPECT_LE(held, 100 * bytes.size() + InflateLimits::kHarmlessBytes);
      });
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Hdf5Files,
                         testing::Values("hdf5_earliest.h5", "hdf5_v108.h5", "hdf5_latest.h5"),
                         [](const auto& test) {
                           const std::string name = test.param;
                           return name.substr(0, name.find('.'));
                         });

// scripts/golden/hdf5_dense.py
TEST(Hdf5Dense, ManyNamesAreReadFromTheirHeap) {
  const Bytes bytes = hdf_file("hdf5_dense.h5");  // what is read refers to them
  const hdf5::Contents contents = hdf5::read(bytes, kHdfLimits);
  EXPECT_EQ(contents.datasets.size(), 9U + 60U + 50U);
  for (const auto& [group, count] :
       {std::pair("some", 9), std::pair("many", 60), std::pair("ordered", 50)}) {
    for (int i = 0; i < count; ++i) {
      const nn::Weights found =
          keras::tensor_of(dataset(contents, fmt::format("{}/array_{}", group, i)));
      ASSERT_EQ(found->shape(), Shape({2}));
      EXPECT_EQ(found->values()[0], static_cast<float>(i));
      EXPECT_EQ(found->values()[1], static_cast<float>(-i));
    }
  }
  for (int i = 0; i < 12; ++i)
    EXPECT_EQ(contents.texts.at(fmt::format("@note_{}", i)), fmt::format("text {}", i));
}

TEST(Hdf5Dense, CutOffOrChangedAnywhereItIsReadOrRefused) {
  const Bytes bytes = hdf_file("hdf5_dense.h5");
  for (std::size_t size = 9; size < bytes.size(); size += 613)
    EXPECT_NE(error_of([&] { hdf5::read(ByteView(bytes).first(size), kHdfLimits); }), "") << size;
  for (const char* signature : {"FRHP", "FHIB", "FHDB", "BTHD", "BTIN", "BTLF"}) {
    const std::size_t begin = place_of(bytes, signature);
    ASSERT_LT(begin, bytes.size()) << signature;
    for (std::size_t at = begin; at < std::min(begin + 160, bytes.size()); ++at) {
      for (const int value : {0, 1, 0x7F, 0xFF}) {
        Bytes changed = bytes;
        changed[at] = static_cast<std::uint8_t>(value);
        error_of(
            [&] { EXPECT_LE(hdf5::read(changed, kHdfLimits).datasets.size(), 9U + 60U + 50U); });
      }
    }
  }
}

TEST(Hdf5Dense, ATreeThatIsItsOwnBranchIsRefused) {
  const Bytes bytes = hdf_file("hdf5_dense.h5");
  const std::size_t node = place_of(bytes, "BTIN");
  int refused = 0;
  for (std::size_t at = node + 6; at < node + 160; ++at) {
    Bytes changed = bytes;
    put(changed, at, node);  // wherever its children's places are
    if (!error_of([&] { hdf5::read(changed, kHdfLimits); }).empty()) ++refused;
  }
  EXPECT_GT(refused, 0);
}

TEST(Hdf5, AGroupThatHoldsItselfIsRefused) {
  Bytes bytes = hdf_file("hdf5_earliest.h5");
  std::uint64_t root = 0;
  std::memcpy(&root, bytes.data() + 64, 8);  // the root group's header
  const std::size_t table = place_of(bytes, "SNOD");
  put(bytes, table + 16, root);  // of the first name in the first table
  EXPECT_NE(
      error_of([&] { hdf5::read(bytes, kHdfLimits); }).find("a second name of something else"),
      std::string::npos);
}

TEST(Hdf5, ATreeThatIsItsOwnBranchIsRefused) {
  Bytes bytes = hdf_file("hdf5_earliest.h5");
  for (std::size_t at = place_of(bytes, "TREE"); at < bytes.size();
       at = place_of(bytes, "TREE", at + 1)) {
    Bytes changed = bytes;
    changed[at + 5] = 1;            // no leaf any more
    put(changed, at + 24 + 8, at);  // its first child where it is a group's
    EXPECT_NE(error_of([&] { hdf5::read(changed, kHdfLimits); }), "") << at;
  }
}

// Where it is no extent (but what an array may grow to, say), nothing changes.
TEST(Hdf5, ExtentsThatTheFileDoesNotHoldAreRefused) {
  const Bytes bytes = hdf_file("hdf5_v108.h5");
  const auto extents_of = [](const hdf5::Contents& contents) {
    std::vector<std::vector<std::int64_t>> extents;
    for (const hdf5::Dataset& found : contents.datasets) extents.push_back(found.extents);
    return extents;
  };
  const auto whole = extents_of(hdf5::read(bytes, kHdfLimits));
  int refused = 0;
  for (const std::uint64_t extent : {std::uint64_t{33}, std::uint64_t{21}, std::uint64_t{7}}) {
    for (const std::size_t at : places_of(bytes, extent)) {
      for (const std::uint64_t claimed :
           {std::uint64_t{1} << 40, std::uint64_t{1} << 62, ~std::uint64_t{0}, extent + 1000}) {
        Bytes changed = bytes;
        put(changed, at, claimed);
        const std::string message = error_of([&] {
          EXPECT_EQ(extents_of(hdf5::read(changed, kHdfLimits)), whole) << at << claimed;
        });
        if (!message.empty()) ++refused;
      }
    }
  }
  EXPECT_GE(refused, 4 * 5);
}

TEST(Hdf5, WhatIsNoHdf5IsToldApart) {
  EXPECT_FALSE(hdf5::is_hdf5({}));
  EXPECT_FALSE(hdf5::is_hdf5(test::view_of("HDF")));
  EXPECT_TRUE(hdf5::is_hdf5(hdf_file("hdf5_latest.h5")));
}

}  // namespace
}  // namespace arcadecam::checkpoint
