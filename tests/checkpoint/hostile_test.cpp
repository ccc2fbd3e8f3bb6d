// Every file of the manifest's list of hostile, corrupt and wrong files gets what the list expects:
// one clear error (or, where that is fine, the right network), with little work, in little memory,
// without a trace.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/error.h"
#include "checkpoint/child.h"
#include "checkpoint/file_names.h"
#include "support/golden.h"
#include "support/sanitized.h"

namespace arcadecam::checkpoint {
namespace {

using test::ChildOutcome;

// AddressSanitizer keeps freed memory for a while.
const double kMostMib = test::is_sanitized() ? 600 : 100;
const double kMostSeconds = test::is_sanitized() ? 10 : 2;

ChildOutcome load_in_child(const std::string& file, const LoadOptions& options) {
  const test::TemporaryFolder folder;
  const ChildOutcome outcome =
      test::run_in_child(folder.path(), [&] { load(test::golden_dir() / file, options); });
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "a file was created";
  return outcome;
}

void expect_clear_error(const ChildOutcome& outcome, const std::string& file) {
  EXPECT_EQ(outcome.end, ChildOutcome::End::kError);
  const std::string name = std::filesystem::path(file).filename().string();
  EXPECT_NE(outcome.message.find(name), std::string::npos) << outcome.message;
  EXPECT_EQ(outcome.message.find('\n'), std::string::npos) << outcome.message;
  EXPECT_LT(outcome.message.size(), 700U) << outcome.message;
}

class Hostile : public testing::TestWithParam<std::string> {};

TEST_P(Hostile, GetsWhatTheManifestExpects) {
  const std::string& file = GetParam();
  const std::string expect = test::manifest()["checkpoints"]["bad"][file]["expect"];
  const ChildOutcome outcome = load_in_child(file, {});
  RecordProperty("message", outcome.message);
  if (expect == "reject") {
    expect_clear_error(outcome, file);
  } else if (expect == "load_or_reject") {
    if (outcome.end != ChildOutcome::End::kDone) expect_clear_error(outcome, file);
  } else {
    ASSERT_EQ(expect, "reject_when_paired_with_a_game");
    EXPECT_EQ(outcome.end, ChildOutcome::End::kDone) << outcome.message;
    LoadOptions with_game;
    with_game.game = "Pong";
    expect_clear_error(load_in_child(file, with_game), file);
  }
  EXPECT_LT(outcome.seconds, kMostSeconds);
  EXPECT_LT(outcome.peak_mib, kMostMib);
}

INSTANTIATE_TEST_SUITE_P(Files, Hostile, testing::ValuesIn(test::checkpoint_files("bad")),
                         test::name_of_file);

// The words that must be in the message of some of them: what was found is named.
TEST(HostileMessages, NameWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> words{
      {"evil_os_system.pt", "calls posix.system, which a state dict does not need"},
      {"evil_os_system_legacy.pt", "calls posix.system"},
      {"evil_eval.gz", "calls __builtin__.eval"},
      {"evil_exec.pt", "calls __builtin__.exec"},
      {"evil_os_system_p4.pt", "calls posix.system"},
      {"evil_inst_opcode.pt", "calls os.system"},
      {"evil_newobj_build.pt", "calls subprocess.Popen"},
      {"evil_in_legacy_header.pt", "calls posix.system"},
      {"evil_bare.pkl", "calls posix.system"},
      {"module_pickled.pt", "torch.nn.modules.container.Sequential"},
      {"trunc_half.gz", "cut off"},
      {"trunc_footer.gz", "cut off"},
      {"crc_wrong.gz", "incorrect data check"},
      {"zip_crc_wrong.pt", "CRC"},
      {"huge_numel.pt", "should hold 1152921504606846976 float32 elements"},
      {"zip_missing_storage.pt", "'archive/data/0' is not in the file"},
      {"zip_short_storage.pt", "'archive/data/0' should hold 512 float32 elements"},
      {"shape_in_channels.pt",
       "'_AtariNet__features.0.weight' has shape 2×3×8×8; expected n×4×8×8"},
      {"shape_bias.pt", "_AtariNet__features.2.bias"},
      {"shape_empty.pt", "_AtariNet__head.2"},
      {"key_missing.pt", "is missing from the state dict"},
      {"key_extra.pt", "tensors that this network does not have"},
      {"key_nostate.pt", "no state dict"},
      {"key_list.pt", "list of"},
      {"c51_wrong_support.pt", "'_AtariNet__head.2' has 6 outputs; expected a multiple of 7 atoms"},
      {"dtype_int64.pt", "is of type int64"},
      {"dtype_complex.pt", "is of type complex64"},
      {"dtype_sparse.pt", "sparse"},
      {"dtype_quantized.pt", "quantised"},
      {"nan_weights.pt", "nan: weights must be finite"},
      {"inf_weights.pt", "inf: weights must be finite"},
      {"negative_stride.pt", "must not be negative"},
      {"many_dims.pt", "5000 dimensions"},
      {"expand_bomb.pt", "repeat those of a storage of 512"},
      {"deep_nesting.pt", "it holds a list of 1; expected a dict"},
      {"pickle_bad_memo.pt", "memo slot"},
      {"pickle_unhashable_key.pt", "list of 0 as a dict key"},
      {"zip_duplicate.pt", "several members of one name"},
      {"empty.pt", "it is empty"},
      {"html_404.gz", "<!DOCTYPE html"},
      {"bomb_double.gz", "gzip within gzip"},
      {"bomb_128MiB.gz", "over 100 times"},
      {"bomb_zip_member.pt", "over 100 times"},
      {"st_offsets.safetensors", "without gap or overlap"},
      {"st_overlap.safetensors", "without gap or overlap"},
      {"st_header_len.safetensors", "its header claims 1152921504606846976 bytes"},
      {"st_json.safetensors", "no JSON object"},
      {"st_deep.safetensors", "nested too deeply"},
      {"evil_sb3.zip", "calls posix.system"},
      {"onnx_garbage.onnx", "cut off or corrupt"},
  };
  for (const auto& [file, word] : words) {
    try {
      load(test::golden_dir() / "checkpoints/bad" / file);
      ADD_FAILURE() << file << " was loaded";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace arcadecam::checkpoint
