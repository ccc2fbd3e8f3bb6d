#include "checkpoint/library_folders.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "arcadecam/core/error.h"
#include "checkpoint/formats/file_formats.h"
#include "core/parse_number.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSavedModel =
    "a SavedModel of TensorFlow, whose operations cannot be read: save the Keras model itself, "
    "model.save('NAME.keras') or model.export('NAME.onnx', format='onnx')";
constexpr std::string_view kRllib =
    "a folder of RLlib: give the file in it that ends in rl_module/default_policy/"
    "module_state.pkl, or policies/default_policy/policy_state.pkl in an older one";
constexpr std::string_view kOrbax =
    "a folder of Orbax, which cannot be read: save the parameters that you restore from it, "
    "open('NAME.msgpack', 'wb').write(flax.serialization.to_bytes(params))";

/// A file that no other library's folder has.
struct FolderMark {
  std::string_view file, what;
};
constexpr std::array kFolderMarks{
    FolderMark{"saved_model.pb", kSavedModel},
    FolderMark{"rllib_checkpoint.json", kRllib},
    FolderMark{"class_and_ctor_args.pkl", kRllib},
    FolderMark{"manifest.ocdbt", kOrbax},
    FolderMark{"_METADATA", kOrbax},
    FolderMark{"_CHECKPOINT_METADATA", kOrbax},
    FolderMark{"default/_METADATA", kOrbax},
};

std::string shown(const fs::path& path) {
  return printable(path.string(), 1000);
}

void refuse_marked(const fs::path& folder, const fs::path& marked) {
  std::error_code ignored;
  for (const FolderMark& mark : kFolderMarks) {
    if (fs::exists(marked / mark.file, ignored))
      throw bad_input("{}: {}", shown(folder), mark.what);
  }
}

void refuse_known_folder(const fs::path& folder) {
  refuse_marked(folder, folder);
  // Managers of checkpoints keep a folder for each step.
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (parse_number<std::int64_t>(entry.path().filename().string()))
      refuse_marked(folder, entry.path());
  }
  throw bad_input("{}: a folder: give the file with the weights that is in it", shown(folder));
}

}  // namespace

void refuse_by_place(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) refuse_known_folder(path);
  const std::string name = path.filename().string();
  const auto* const mark = std::ranges::find(kFolderMarks, name, &FolderMark::file);
  if (mark != kFolderMarks.end()) throw bad_input("{}: part of {}", shown(path), mark->what);
  if (path.extension().string().starts_with(kTensorFlowData.substr(0, 6))) {
    throw bad_input("{}: the data of a TensorFlow checkpoint: give its index, which ends in {}",
                    shown(path), kTensorFlowIndex);
  }
  constexpr std::string_view kOnnxData = ".onnx.data";
  if (name.ends_with(kOnnxData)) {
    const std::string whole = path.string();
    throw bad_input("{}: the weights of an ONNX model: give the model, {}", shown(path),
                    printable(whole.substr(0, whole.size() - kOnnxData.size() + 5), 1000));
  }
}

}  // namespace arcadecam::checkpoint
