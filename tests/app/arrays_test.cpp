// Numbers beside pictures: arrays.npz of compare and figure, several methods and float states of
// map, chosen steps of explain.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

using test::arcadecam;
using test::contains;
using test::Result;

using Arrays = std::map<std::string, NpyArray>;

/// The arrays of numbers in a .npz file of ours, whose members are stored as they are.
Arrays arrays_in(const fs::path& file) {
  const std::vector<std::uint8_t> bytes = read_file(file);
  const auto number = [&](std::size_t at, int count) {
    std::uint64_t value = 0;
    for (int i = count - 1; i >= 0; --i)
      value = value << 8U | bytes.at(at + static_cast<std::size_t>(i));
    return value;
  };
  constexpr std::uint64_t kLocalHeader = 0x04034b50;
  Arrays arrays;
  for (std::size_t at = 0; number(at, 4) == kLocalHeader;) {
    const std::size_t size = number(at + 18, 4), name_size = number(at + 26, 2);
    const std::size_t data = at + 30 + name_size + number(at + 28, 2);
    std::string name(bytes.begin() + static_cast<std::ptrdiff_t>(at + 30),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at + 30 + name_size));
    name.resize(name.size() - std::string_view(".npy").size());
    if (name != "provenance")
      arrays.emplace(name, parse_npy(std::span(bytes).subspan(data, size), name));
    at = data + size;
  }
  return arrays;
}

template <typename T>
const BasicTensor<T>& array_of(const Arrays& arrays, const std::string& key) {
  return std::get<BasicTensor<T>>(arrays.at(key));
}

TEST(Arrays, AreWhatTheProgramsOtherCommandsSayOfTheSameStates) {
  const test::TemporaryFolder folder;
  const std::string to = folder.path().string() + "/";
  for (const std::string command : {"figure pong --steps-at 3,5 --formats svg --no-values",
                                    "compare pong --states 2 --video-steps 0 --no-layers "
                                    "--steps 8 --formats svg"}) {
    const std::string out = to + command.substr(0, 6);
    const Result result =
        arcadecam(command + " --methods gradcam,input-x-gradient --arrays --out " + out);
    ASSERT_EQ(result.code, 0) << result.text;
    const Arrays arrays = arrays_in(out + "/arrays.npz");
    EXPECT_EQ(array_of<std::uint8_t>(arrays, "states").shape(), (Shape{2, 4, 84, 84}));
    EXPECT_EQ(array_of<float>(arrays, "gradcam").shape(), (Shape{2, 84, 84}));
    EXPECT_EQ(array_of<float>(arrays, "raw:gradcam").shape().rank(), 3);
    EXPECT_EQ(array_of<float>(arrays, "signed:input-x-gradient").shape(), (Shape{2, 84, 84}));
    // The same states by `map` of the same agent.
    write_npy<std::uint8_t>(to + "states.npy", array_of<std::uint8_t>(arrays, "states").view());
    const Result mapped = arcadecam("map pong --states " + to + "states.npy --out " + to +
                                    "maps.npy --method gradcam --values " + to + "values.npy");
    ASSERT_EQ(mapped.code, 0) << mapped.text;
    const auto maps = std::get<Tensor>(read_npy(to + "maps.npy"));
    const auto values = std::get<Tensor>(read_npy(to + "values.npy"));
    // A batch of two rounds a little otherwise than one state after the other.
    const auto near = [](const Tensor& a, const Tensor& b) {
      return a.shape() == b.shape() &&
             std::ranges::equal(a.values(), b.values(),
                                [](float x, float y) { return std::abs(x - y) < 1e-3F; });
    };
    EXPECT_TRUE(near(maps, array_of<float>(arrays, "gradcam")));
    EXPECT_TRUE(near(values, array_of<float>(arrays, "values")));
  }
  const Arrays figure = arrays_in(to + "figure/arrays.npz");
  EXPECT_EQ(array_of<std::int64_t>(figure, "steps").data()[1], 5);
}

TEST(Arrays, ASecondRunGivesTheSameBytes) {
  const test::TemporaryFolder folder;
  const std::string to = folder.path().string() + "/";
  for (const char* name : {"a", "b"}) {
    ASSERT_EQ(
        arcadecam("figure pong --steps-at 3 --methods gradcam --arrays --out " + to + name).code,
        0);
  }
  for (const char* file : {"arrays.npz", "figure.png", "figure.svg", "figure.pdf"})
    EXPECT_EQ(read_file(to + "a/" + file), read_file(to + "b/" + file)) << file;
}

TEST(Figure, IsAsWideOnPaperAsAskedFor) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  ASSERT_EQ(arcadecam("figure pong --steps-at 3 --methods sobel --width-mm 85 --out " + out).code,
            0);
  const auto svg = read_file(out + "/figure.svg");
  EXPECT_TRUE(contains({svg.begin(), svg.end()}, " width=\"85.000mm\" "));
  const auto pdf = read_file(out + "/figure.pdf");
  // 85 mm are 240.94 points.
  EXPECT_TRUE(contains({pdf.begin(), pdf.end()}, "/MediaBox [ 0 0 240.9"));
  EXPECT_EQ(arcadecam("figure pong --steps-at 3 --width-mm 0 --out " + out + "/x").code, 2);
}

TEST(Map, SeveralMethodsAreOneArrayEach) {
  const test::TemporaryFolder folder;
  const std::string to = folder.path().string() + "/";
  const std::string network = (test::golden_dir() / "nets/dueling.gz").string();
  const auto states = test::GoldenArrays("explain/dueling.npz").get<std::uint8_t>("states");
  write_npy<std::uint8_t>(to + "bytes.npy", states.view());
  const std::string map = "map " + network + " --method gradcam,input-x-gradient --states " + to;
  const Result refused = arcadecam(map + "bytes.npy --out " + to + "maps.npy");
  EXPECT_EQ(refused.code, 2) << refused.text;
  EXPECT_TRUE(contains(refused.text, "need a file NAME.npz")) << refused.text;
  ASSERT_EQ(arcadecam(map + "bytes.npy --out " + to + "maps.npz").code, 0);
  const Arrays both = read_npz(to + "maps.npz");
  ASSERT_EQ(both.size(), 2U);
  ASSERT_EQ(arcadecam("map " + network + " --method input-x-gradient --states " + to +
                      "bytes.npy --out " + to + "one.npy")
                .code,
            0);
  EXPECT_TRUE(std::ranges::equal(std::get<Tensor>(read_npy(to + "one.npy")).values(),
                                 array_of<float>(both, "input-x-gradient").values()));
  EXPECT_EQ(arcadecam("map " + network + " --method sobel,sobel --states " + to +
                      "bytes.npy --out " + to + "x.npz")
                .code,
            2);
}

TEST(Map, StatesMayBeFloats) {
  const test::TemporaryFolder folder;
  const std::string to = folder.path().string() + "/";
  const std::string network = (test::golden_dir() / "nets/dueling.gz").string();
  const auto states = test::GoldenArrays("explain/dueling.npz").get<std::uint8_t>("states");
  Tensor floats(states.shape()), divided(states.shape());
  BasicTensor<double> doubles(states.shape());
  for (std::int64_t i = 0; i < states.size(); ++i) {
    floats.data()[i] = states.data()[i];
    doubles.data()[i] = states.data()[i];
    divided.data()[i] = static_cast<float>(states.data()[i]) / 255;
  }
  write_npy<std::uint8_t>(to + "bytes.npy", states.view());
  write_npy<float>(to + "floats.npy", floats.view());
  write_npy<double>(to + "doubles.npy", doubles.view());
  write_npy<float>(to + "divided.npy", divided.view());
  const auto run = [&](const std::string& name) {
    return arcadecam("map " + network + " --method gradcam --states " + to + name + ".npy --out " +
                     to + name + "_maps.npy");
  };
  for (const char* name : {"bytes", "floats", "doubles"}) {
    const Result result = run(name);
    EXPECT_EQ(result.code, 0) << result.text;
    EXPECT_FALSE(contains(result.text, "between 0 and 1")) << result.text;
  }
  const Tensor of_bytes = std::get<Tensor>(read_npy(to + "bytes_maps.npy"));
  for (const char* name : {"floats", "doubles"}) {
    const Tensor maps = std::get<Tensor>(read_npy(to + std::string(name) + "_maps.npy"));
    for (std::int64_t i = 0; i < maps.size(); ++i)
      ASSERT_NEAR(maps.data()[i], of_bytes.data()[i], 1e-4) << name;
  }
  const Result dark = run("divided");
  EXPECT_EQ(dark.code, 0) << dark.text;
  EXPECT_TRUE(contains(dark.text, "all values lie between 0 and 1")) << dark.text;
  floats.data()[7] = std::numeric_limits<float>::quiet_NaN();
  write_npy<float>(to + "floats.npy", floats.view());
  const Result endless = run("floats");
  EXPECT_EQ(endless.code, 1);
  EXPECT_TRUE(contains(endless.text, "not finite (NaN or infinite); expected pixels from 0 to 255"))
      << endless.text;
  write_npy<std::int64_t>(to + "floats.npy", BasicTensor<std::int64_t>(states.shape()).view());
  const Result whole = run("floats");
  EXPECT_EQ(whole.code, 1);
  EXPECT_TRUE(contains(whole.text, "uint8 or float (0 to 255), found int64")) << whole.text;
  EXPECT_FALSE(contains(whole.text, "numpy.transpose")) << whole.text;
  const Shape& first = states.shape();
  write_npy<std::uint8_t>(to + "last.npy",
                          ByteTensor(Shape{first[0], first[2], first[3], first[1]}).view());
  const Result last = run("last");
  EXPECT_EQ(last.code, 1);
  EXPECT_TRUE(contains(last.text, "numpy.transpose(states, (0, 3, 1, 2)) puts them first"))
      << last.text;
}

TEST(Explain, OnlyStepsHoldsThoseAlone) {
  const test::TemporaryFolder folder;
  const std::string to = folder.path().string() + "/";
  const std::string explain =
      "explain pong --steps 30 --methods gradcam --no-video --no-gif --still-every 1 "
      "--still-height 210 --seed 3 ";
  ASSERT_EQ(arcadecam(explain + "--out " + to + "all").code, 0);
  const Result chosen = arcadecam(explain + "--only-steps 4,10-12,99 --out " + to + "some");
  ASSERT_EQ(chosen.code, 0) << chosen.text;
  EXPECT_TRUE(
      contains(chosen.text, "--only-steps 0:99: episode 0 of the run has 30 steps; left out"))
      << chosen.text;
  EXPECT_TRUE(contains(chosen.text, "4 decisions explained")) << chosen.text;
  const Arrays all = arrays_in(to + "all/maps.npz"), some = arrays_in(to + "some/maps.npz");
  const auto& steps = array_of<std::int64_t>(some, "steps");
  ASSERT_EQ(steps.size(), 4);
  const std::array<std::int64_t, 4> asked{4, 10, 11, 12};
  EXPECT_TRUE(std::ranges::equal(steps.values(), asked));
  for (std::int64_t i = 0; i < 4; ++i) {
    const auto expected = array_of<float>(all, "gradcam")[asked[static_cast<std::size_t>(i)]];
    EXPECT_TRUE(std::ranges::equal(array_of<float>(some, "gradcam")[i].values(), expected.values()))
        << i;
  }
  EXPECT_TRUE(fs::exists(to + "some/stills/e0000_s000010_gradcam.png"));
  EXPECT_FALSE(fs::exists(to + "some/stills/e0000_s000009_gradcam.png"));
  EXPECT_EQ(read_file(to + "all/trace.jsonl.gz"), read_file(to + "some/trace.jsonl.gz"))
      << "the whole run is recorded";
  // That of a recorded run too; and what the run has not is an error.
  EXPECT_EQ(arcadecam("explain pong --trace " + to +
                      "all/trace.jsonl.gz --methods gradcam "
                      "--no-video --no-gif --only-steps 0:5 --out " +
                      to + "traced")
                .code,
            0);
  const Result none = arcadecam(explain + "--only-steps 31 --out " + to + "none");
  EXPECT_EQ(none.code, 2);
  EXPECT_TRUE(contains(none.text, "the run is kept: `arcadecam explain AGENT --trace "))
      << none.text;
  EXPECT_EQ(arcadecam("explain pong --trace " + to + "all/trace.jsonl.gz --only-steps 31 --out " +
                      to + "none3")
                .code,
            2);
  EXPECT_FALSE(fs::exists(to + "none3")) << "steps of a given run are looked up first";
  EXPECT_EQ(arcadecam(explain + "--only-steps 5-2 --out " + to + "none2").code, 2);
}

}  // namespace
}  // namespace arcadecam
