#include "checkpoint/formats/pickle/pickle_machine.h"

#include <gtest/gtest.h>

#include <string>

#include "checkpoint/formats/archives.h"

namespace arcadecam::checkpoint::pickle {
namespace {

using namespace std::string_literals;
using test::error_of;

Document parse(const std::string& pickled) {
  ByteReader in(test::view_of(pickled));
  return read(in);
}

std::string described(const std::string& pickled) {
  const Document document = parse(pickled);
  return document.describe(document.root);
}

std::string refused(const std::string& pickled) {
  return error_of([&] { parse(pickled); });
}

testing::AssertionResult says(const std::string& message, const std::string& words) {
  if (message.find(words) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << message << "' lacks '" << words << "'";
}

TEST(Pickle, Numbers) {
  EXPECT_EQ(described("K\x05."s), "5");
  EXPECT_EQ(described("M\x00\x01."s), "256");
  EXPECT_EQ(described("J\xfe\xff\xff\xff."s), "-2");
  EXPECT_EQ(described("I42\n."s), "42");
  EXPECT_EQ(described("I01\n."s), "True");
  EXPECT_EQ(described("L-7L\n."s), "-7");
  EXPECT_EQ(described("F2.5\n."s), "2.5");
  EXPECT_EQ(described("G\x3f\xe0\x00\x00\x00\x00\x00\x00."s), "0.5");
  EXPECT_EQ(described("\x8a\x00."s), "0");
  EXPECT_EQ(described("\x8a\x01\xff."s), "-1");
  EXPECT_EQ(described("\x8a\x02\xff\x00."s), "255");
  EXPECT_EQ(described("\x8a\x0a\x05\0\0\0\0\0\0\0\0\0."s), "5");  // zeros that only fill
  EXPECT_EQ(described("\x8b\x01\x00\x00\x00\x80."s), "-128");
}

TEST(Pickle, IntegersBeyond64BitsAreKept) {
  const Document big = parse("\x8a\x0b\0\0\0\0\0\0\0\0\0\0\x01."s);  // 2^80
  EXPECT_EQ(big.root, Value(BigInteger{0, 1 << 16, false}));
  const Document negative = parse("\x8a\x09\0\0\0\0\0\0\0\0\xff."s);  // −2^64
  EXPECT_EQ(negative.root, Value(BigInteger{0, ~std::uint64_t{0}, false}));
  EXPECT_TRUE(std::get<BigInteger>(parse("L99999999999999999999L\n."s).root).wider_than_128_bits);
}

TEST(Pickle, TextsOfEveryProtocol) {
  EXPECT_EQ(described("S'a\\'b\\x41\\n'\n."s), "'a'bA\\x0a'");
  EXPECT_EQ(described("V\\u00e9x\n."s), "'éx'");
  EXPECT_EQ(described("U\x02"
                      "ab."s),
            "'ab'");
  EXPECT_EQ(described("T\x02\0\0\0ab."s), "'ab'");
  EXPECT_EQ(described("X\x02\0\0\0ab."s), "'ab'");
  EXPECT_EQ(described("\x8c\x02"
                      "ab."s),
            "'ab'");
  EXPECT_EQ(described("\x8d\x02\0\0\0\0\0\0\0ab."s), "'ab'");
  EXPECT_EQ(described("C\x02"
                      "ab."s),
            "2 bytes");
}

TEST(Pickle, Containers) {
  EXPECT_EQ(described(")."s), "tuple of 0");
  EXPECT_EQ(described("K\x01K\x02K\x03\x87."s), "tuple of 3");
  EXPECT_EQ(described("(K\x01K\x02K\x03K\x04t."s), "tuple of 4");
  EXPECT_EQ(described("](K\x01K\x02"
                      "e."s),
            "list of 2");
  EXPECT_EQ(described("(K\x01K\x02l."s), "list of 2");
  EXPECT_EQ(described("}(K\x01K\x02K\x03K\x04u."s), "dict of 2");
  EXPECT_EQ(described("(K\x01K\x02"
                      "d."s),
            "dict of 1");
  EXPECT_EQ(described("\x8f(K\x01\x90."s), "set");
}

TEST(Pickle, ALaterEntryReplacesAnEarlierOneAsInPython) {
  const Document document = parse("}(X\x01\0\0\0aK\x01X\x01\0\0\0aK\x02u."s);
  const auto* dict = document.get<Dict>(document.root);
  ASSERT_NE(dict, nullptr);
  ASSERT_EQ(dict->items.size(), 1U);
  EXPECT_EQ(*document.find(*dict, "a"), Value(std::int64_t{2}));
}

TEST(Pickle, MemoInAllItsForms) {
  EXPECT_EQ(described("K\x05p7\n0g7\n."s), "5");
  EXPECT_EQ(described("K\x05q\x07"
                      "0h\x07."s),
            "5");
  EXPECT_EQ(described("K\x05r\xff\xff\xff\xff"
                      "0j\xff\xff\xff\xff."s),
            "5");
  EXPECT_EQ(described("\x80\x04K\x05\x94"
                      "0h\x00."s),
            "5");
  EXPECT_TRUE(says(refused("h\x00."s), "memo slot 0, which is empty"));
}

TEST(Pickle, OrderedDictsOfBothPythons) {
  EXPECT_EQ(described("ccollections\nOrderedDict\n)R."s), "dict of 0");
  // Python 2: one list of [key, value] lists
  EXPECT_EQ(described("ccollections\nOrderedDict\n(]](X\x01\0\0\0aK\x01"
                      "eatR."s),
            "dict of 1");
  EXPECT_TRUE(says(refused("ccollections\nOrderedDict\nK\x01\x85R."s), "pairs"));
}

// np.float64(3.5) as torch.save and later protocols write it: its bytes are not looked at.
TEST(Pickle, NumbersOfNumPyAreRecognised) {
  const std::string type = "cnumpy\ndtype\n(S'f8'\nI00\nI01\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntb";
  for (const std::string module : {"numpy.core.multiarray", "numpy._core.multiarray"}) {
    const std::string scalar = "c" + module + "\nscalar\n(";
    EXPECT_EQ(described(scalar + type + "c_codecs\nencode\n(S'x'\nS'latin1'\ntRtR."),
              "number of NumPy's");
    EXPECT_TRUE(says(refused(scalar + type + "tR."), "arguments that do not fit it"));
    EXPECT_TRUE(says(refused(scalar + "S'f8'\nS'x'\ntR."), "arguments that do not fit it"));
  }
  EXPECT_TRUE(says(refused("cnumpy\ndtype\n(I8\ntR."), "a dtype without a name"));
}

// What is made of them is left out as well: calls, attributes, items.
TEST(Pickle, WhatTrainingLoopsKeepBesideTheWeightsIsLeftOut) {
  for (const std::string name :
       {"numpy.core.multiarray\n_reconstruct", "numpy._core.multiarray\n_reconstruct",
        "numpy\nndarray", "argparse\nNamespace", "pathlib\nPosixPath", "collections\ndefaultdict",
        "collections\ndeque", "__builtin__\nlist", "builtins\nlist", "copy_reg\n_reconstructor",
        "__main__\nArgs", "gymnasium.spaces.box\nBox", "numpy.random._pickle\n__generator_ctor",
        "torch.nn.modules.activation\nTanh", "torch.optim.adam\nAdam",
        "agilerl.networks.q_networks\nQNetwork", "dill._dill\n_load_type"}) {
    std::string words = "calls " + name + " (not run)";
    words[words.find('\n')] = '.';
    EXPECT_EQ(described("c" + name + "\n."), words);
    EXPECT_EQ(described("c" + name + "\n)R}b."s), words) << "called, with attributes";
    EXPECT_EQ(described("c" + name + "\n)\x81}b."s), words) << "made by NEWOBJ";
    EXPECT_EQ(described("c" + name +
                        "\n)R(K\x01K\x02"
                        "u."s),
              words)
        << "with items";
    EXPECT_EQ(described("c" + name +
                        "\n)R(K\x01K\x02"
                        "e."s),
              words)
        << "with elements";
  }
}

// getattr(class, 'name') of a class that is left out: a schedule in a policy of
// Stable-Baselines3's.
TEST(Pickle, AFunctionOfAClassIsLeftOutLikeTheClass) {
  const std::string policies = "cstable_baselines3.common.policies\nBasePolicy\n";
  EXPECT_EQ(described("c__builtin__\ngetattr\n(" + policies + "S'_dummy_schedule'\ntR."),
            "calls stable_baselines3.common.policies.BasePolicy (not run)");
  for (const std::string& arguments :
       {"(" + policies + "tR.", "(S'a'\nS'b'\ntR."s, "(" + policies + "K\x01tR."s})
    EXPECT_TRUE(says(refused("cbuiltins\ngetattr\n" + arguments), "calls builtins.getattr"));
  EXPECT_TRUE(says(refused("cbuiltins\ngetattr\n)\x81."s), "opcode NEWOBJ"));
}

TEST(Pickle, NothingElseIsCalled) {
  EXPECT_TRUE(says(refused("cos\nsystem\nX\x02\0\0\0ls\x85R."s), "calls os.system"));
  EXPECT_TRUE(says(refused("\x8c\x02os\x8c\x06system\x93."s), "calls os.system"));
  for (const std::string name : {"builtins\ngetattr", "__builtin__\neval", "functools\npartial",
                                 "torch.hub\nload", "numpy\nload", "gymnasium\nmake", "main\nArgs"})
    EXPECT_TRUE(says(refused("c" + name + "\n)R."), "which a state dict does not need")) << name;
  EXPECT_TRUE(says(refused("(ios\nsystem\n."s), "calls os.system"));
  EXPECT_TRUE(says(refused("ccollections\nOrderedDict\n)\x81."s), "opcode NEWOBJ"));
  EXPECT_TRUE(says(refused("(ccollections\nOrderedDict\no."s), "opcode OBJ"));
  EXPECT_TRUE(says(refused("\x82\x01."s), "opcode EXT1"));
  EXPECT_TRUE(says(refused("Pid\n."s), "opcode PERSID"));
  EXPECT_TRUE(says(refused("\x97."s), "opcode NEXT_BUFFER"));
  EXPECT_TRUE(says(refused("ctorch._utils\n_rebuild_sparse_tensor\n."s), "sparse tensor"));
  EXPECT_TRUE(says(refused("ctorch.nn.modules.conv\nConv2d\n."s), "pickled module"));
  EXPECT_TRUE(says(refused("c__builtin__\ngetattr\n."s), "__builtin__.getattr"));
  EXPECT_TRUE(says(refused("cos\n\x1b[2Jx\n."s), "os.\\x1b[2Jx"));
  EXPECT_TRUE(says(refused("ctianshou.algorithm.modelfree.dqn\nDiscreteQLearningPolicy\n."s),
                   "save its weights: torch.save(model.state_dict(), FILE)"));
  EXPECT_TRUE(says(refused("ctorch\nFloatStorage\n)R."s), "torch.FloatStorage with 0 arguments"));
  EXPECT_TRUE(says(refused("K\x01)R."s), "it calls 1"));
  EXPECT_TRUE(says(refused("]}b."s), "sets the attributes of list of 0"));
}

TEST(Pickle, MalformedOnes) {
  EXPECT_TRUE(says(refused(""s), "without its end mark"));
  EXPECT_TRUE(says(refused("."s), "empty stack"));
  EXPECT_TRUE(says(refused("(0."s), "empty stack"));
  EXPECT_TRUE(says(refused("K\x01(0s."s), "empty stack"));
  EXPECT_TRUE(says(refused("K\x01t."s), "mark that was never set"));
  EXPECT_TRUE(says(refused("K\x01K\x02"
                           "a."s),
                   "appends to 1, no list"));
  EXPECT_TRUE(says(refused("]K\x01K\x02s."s), "item of list of 0, no dict"));
  EXPECT_TRUE(says(refused("}(K\x01u."s), "key without a value"));
  EXPECT_TRUE(says(refused("}]K\x01s."s), "a list of 0 as a dict key"));
  EXPECT_TRUE(says(refused("\xff."s), "opcode 0xff"));
  EXPECT_TRUE(says(refused("\x80\x06."s), "pickle protocol 6"));
  EXPECT_TRUE(says(refused("\x95\x10\0\0\0\0\0\0\0."s), "a frame of 16 bytes where 1 are left"));
  EXPECT_TRUE(says(refused("I4x\n."s), "no number"));
  EXPECT_TRUE(says(refused("Sab\n."s), "not quoted"));
  // A mark is a floor: what lies below it is out of reach.
  EXPECT_TRUE(says(refused("K\x01(\x85."s), "empty stack"));
}

TEST(Pickle, SharedAndCircularReferencesCostNothing) {
  std::string laughs = "]q\x00"s;  // 60 levels, each holding the one before ten times
  for (int level = 1; level <= 60; ++level) {
    const std::string before(1, static_cast<char>(level - 1));
    laughs += "](";
    for (int i = 0; i < 10; ++i) laughs += "h" + before;
    laughs += "eq" + std::string(1, static_cast<char>(level));
  }
  EXPECT_EQ(described(laughs + "."), "list of 10");
  EXPECT_EQ(described("]q\x00h\x00"
                      "a."s),
            "list of 1");
}

TEST(Pickle, LimitsHold) {
  EXPECT_TRUE(
      says(refused(std::string(Machine::kDeepest + 1, '(') + "."), "nested deeper than 1000"));
  EXPECT_TRUE(
      says(refused(std::string(Machine::kMostObjects + 1, ']') + "."), "more than 250000 objects"));
  EXPECT_TRUE(
      says(refused(std::string(Machine::kMostSteps + 1, 'N') + "."), "more than 2000000 steps"));
  const std::string key = "}X"s + "\x01\x01\0\0"s + std::string(257, 'k') + "Ns.";
  EXPECT_TRUE(says(refused(key), "a dict key of 257 bytes"));
}

TEST(Pickle, StopsBehindItsEnd) {
  const std::string two = "K\x01.K\x02."s;
  ByteReader in(test::view_of(two));
  EXPECT_EQ(read(in).root, Value(std::int64_t{1}));
  EXPECT_EQ(in.position(), 3U);
  EXPECT_EQ(read(in).root, Value(std::int64_t{2}));
  EXPECT_EQ(in.remaining(), 0U);
}

// A tensor over a storage of 12 float32 elements.
std::string tensor(const std::string& offset, const std::string& size, const std::string& stride) {
  return "ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0kX\x03\0\0\0cpuK\x0ctQ"s +
         offset + size + stride + "\x89}tR."s;
}

TEST(Pickle, TensorsWithinTheirStorage) {
  const Document document = parse(tensor("K\x02"s, "K\x02K\x05\x86"s, "K\x05K\x01\x86"s));
  const auto* record = document.get<TensorRecord>(document.root);
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->shape, (Shape{2, 5}));
  EXPECT_EQ(record->offset, 2);
  EXPECT_EQ(record->strides[0], 5);
  EXPECT_EQ(document.describe(document.root), "tensor float32 2×5");
  EXPECT_EQ(described(tensor("K\x0b"s, ")"s, ")"s)), "tensor float32 scalar");
  EXPECT_EQ(described(tensor("K\x0c"s, "K\x00\x85"s, "K\x01\x85"s)), "tensor float32 0");
}

TEST(Pickle, TensorsBeyondTheirStorage) {
  EXPECT_TRUE(
      says(refused(tensor("K\x03"s, "K\x02K\x05\x86"s, "K\x05K\x01\x86"s)), "reaches beyond"));
  EXPECT_TRUE(says(refused(tensor("K\x0c"s, ")"s, ")"s)), "reaches beyond"));
  const std::string huge = "\x8a\x08\0\0\0\0\0\0\0\x40"s;  // 2^62
  EXPECT_TRUE(
      says(refused(tensor("K\x00"s, "K\x03K\x02\x86"s, huge + huge + "\x86"s)), "reaches beyond"));
  EXPECT_TRUE(says(refused(tensor(huge, "K\x02\x85"s, huge + "\x85"s)), "reaches beyond"));
  EXPECT_TRUE(
      says(refused(tensor("K\x00"s, huge + huge + "\x86"s, "K\x00K\x00\x86"s)), "does not fit"));
  EXPECT_TRUE(
      says(refused(tensor("K\x00"s, "\x8a\x01\xff\x85"s, "K\x01\x85"s)), "dimension is -1"));
  EXPECT_TRUE(says(refused(tensor("K\x00"s, "K\x01\x85"s, ")"s)), "1 dimensions with 0 strides"));
}

}  // namespace
}  // namespace arcadecam::checkpoint::pickle
