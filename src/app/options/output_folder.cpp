#include "app/options/output_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/options/tried_output.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/json_fields.h"
#include "core/json_text.h"
#include "episode/trace.h"

namespace arcadecam::app {
namespace {

namespace fs = std::filesystem;

constexpr const char *kManifest = "arcadecam.json", *kMadeBy = "ArcadeCAM",
                     *kTrace = "trace.jsonl.gz", *kStillsFolder = "stills/",
                     *kEvaluation = "evaluation.sqlite";
constexpr std::uint64_t kLargestManifest = std::uint64_t{1} << 20;

/// What one run left.
struct Entry {
  std::string command;
  OutputFiles files;
};

/// What runs of ours left in a folder.
struct Contents {
  std::vector<Entry> entries;
  bool foreign_manifest = false;  ///< a file of the manifest's name that is none

  [[nodiscard]] bool lists(const std::string& file) const {
    return std::ranges::any_of(entries, [&](const Entry& entry) {
      return std::ranges::find(entry.files, file) != entry.files.end();
    });
  }
};

/// A name in the folder, nothing that leads out of it.
bool is_plain(const std::string& name) {
  return name == kStillsFolder ||
         (!name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
          name.find('\0') == std::string::npos);
}

/// The names of all files that runs without a manifest left.
OutputFiles names_before_manifests() {
  OutputFiles names{"video.mp4",      "clip.gif",    "maps.npz", "steps.csv",  "objects.csv",
                    "highlights.mp4", "compare.mp4", kTrace,     kStillsFolder};
  for (const char* stem : {"highlights", "compare", "layers", "figure"}) {
    for (const char* format : {".png", ".svg", ".pdf"}) names.push_back(std::string(stem) + format);
  }
  return names;
}

bool is_trace(const fs::path& file) {
  try {
    (void)episode::read_trace(file);
    return true;
  } catch (const Error&) {
    return false;
  }
}

Contents contents_of(const fs::path& folder) {
  Contents contents;
  const fs::path manifest = folder / kManifest;
  if (!fs::exists(fs::symlink_status(manifest))) {
    if (fs::is_regular_file(folder / kEvaluation))
      contents.entries.push_back({"evaluate", {kEvaluation}});
    else if (fs::is_regular_file(folder / kTrace) && is_trace(folder / kTrace))
      contents.entries.push_back({"an earlier version", names_before_manifests()});
    return contents;
  }
  try {
    const auto bytes = read_file(manifest, kLargestManifest);
    const JsonValue json =
        parse_json_lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    JsonFields fields(json);
    contents.foreign_manifest = fields.text("made_by") != kMadeBy;
    for (const JsonValue& value : items_of(fields.at("runs", "a list"))) {
      JsonFields run(value);
      Entry& entry = contents.entries.emplace_back(Entry{run.text("command"), {}});
      for (const JsonValue& name : items_of(run.at("files", "a list"))) {
        if (is_plain(whole_text_of(name))) entry.files.push_back(whole_text_of(name));
      }
    }
  } catch (const std::exception&) {
    contents.foreign_manifest = true;
  }
  if (contents.foreign_manifest) contents.entries.clear();
  return contents;
}

void write_manifest(const fs::path& folder, const std::vector<Entry>& entries) {
  JsonText json{{"made_by", kMadeBy}, {"runs", JsonText::array()}};
  for (const Entry& entry : entries)
    json["runs"].push_back(JsonText{{"command", entry.command}, {"files", entry.files}});
  OutputFile file(folder / kManifest);
  file.write(json.dump(2) + "\n");
  file.commit();
}

/// Whether `text` begins so; what was looked for is taken off.
bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_digits(std::string_view& text, std::size_t least) {
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(count);
  return count >= least;
}

/// "e0000_s000012_NAME.png", and "….png.ANYTHING.tmp" as a run that was killed had begun it.
bool is_still(std::string_view name) {
  if (!(take(name, 'e') && take_digits(name, 4) && take(name, '_') && take(name, 's') &&
        take_digits(name, 6) && take(name, '_')))
    return false;
  const std::size_t end = name.find(".png", 1);
  return end != std::string_view::npos &&
         (name.ends_with(".png") ||
          (name.ends_with(".tmp") && name.find(".png.", 1) != std::string_view::npos));
}

/// Pictures as StillsSink names them, and what a run that was killed had begun of one.
std::vector<fs::path> stills_in(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::is_directory(fs::symlink_status(folder))) return found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_still(entry.path().filename().string())) found.push_back(entry.path());
  }
  return found;
}

/// The files of this name that are there: the file itself, or the pictures of "stills/".
std::vector<fs::path> present(const fs::path& folder, const std::string& name) {
  if (name == kStillsFolder) return stills_in(folder / "stills");
  if (fs::exists(fs::symlink_status(folder / name))) return {folder / name};
  return {};
}

/// Removes files and what a run that was killed had begun of them; never a folder's other content.
void remove_files(const fs::path& folder, const OutputFiles& names) {
  std::vector<fs::path> doomed;
  for (const std::string& name : names) {
    for (fs::path& file : present(folder, name)) doomed.push_back(std::move(file));
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string other = entry.path().filename().string();
      if (other.starts_with(name + ".") && other.ends_with(".tmp")) doomed.push_back(entry.path());
    }
  }
  for (const fs::path& file : doomed) {
    std::error_code error;
    if (fs::is_directory(fs::symlink_status(file))) continue;
    fs::remove(file, error);
    if (error) throw bad_input("{}: cannot be removed: {}", file.string(), error.message());
  }
  std::error_code not_empty;
  if (std::ranges::find(names, kStillsFolder) != names.end())
    fs::remove(folder / "stills", not_empty);
}

/// Removes what runs that were killed had begun of these files. (Of stills, whose names nobody
/// knows yet, remove_files() does.)
void remove_abandoned(const fs::path& folder, const OutputFiles& files) {
  for (const std::string& name : files) {
    if (name != kStillsFolder) app::remove_abandoned(folder / name);
  }
}

/// Throws Error where a name is taken by something that no run of ours left.
void refuse_foreign(const fs::path& folder, const Contents& contents, const OutputFiles& files) {
  for (const std::string& name : files) {
    const fs::path file = folder / (name == kStillsFolder ? "stills" : name);
    const auto status = fs::symlink_status(file);
    if (!fs::exists(status)) continue;
    const bool right_kind = fs::is_directory(status) == (name == kStillsFolder);
    // A folder stills/ may be there: other pictures in it stay.
    if (right_kind && (contents.lists(name) || (name == kStillsFolder && stills_in(file).empty())))
      continue;
    throw bad_usage(
        "{}: is there already, and no run of ArcadeCAM left it: move it away or give another "
        "folder",
        file.string());
  }
  if (contents.foreign_manifest) {
    throw bad_usage("{}: is no manifest of ours: move it away or give another folder",
                    (folder / kManifest).string());
  }
}

/// The first file of these runs that is there, or an empty path.
fs::path first_present(const fs::path& folder, const std::vector<Entry>& entries,
                       std::string& command) {
  for (const Entry& entry : entries) {
    for (const std::string& name : entry.files) {
      const auto found = present(folder, name);
      if (found.empty()) continue;
      command = entry.command;
      return found.front();
    }
  }
  return {};
}

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code missing;
  return fs::equivalent(a, b, missing) && !missing;
}

}  // namespace

void OutputFolder::define(Arguments& command, const std::string& help, const std::string& name) {
  name_ = name;
  option_ = command.add_option(name, path_, help)->type_name("DIR");
  command.add_flag(
      "--overwrite", overwrite_,
      "first remove what an earlier run left in " + name +
          " (nothing else, and never an evaluation); without this option such a folder is refused");
}

void OutputFolder::prepare(std::string_view command, const OutputFiles& files,
                           const fs::path& trace) const {
  const fs::path folder = path_;
  std::vector<Entry> kept;
  if (fs::is_directory(folder)) {
    const Contents contents = contents_of(folder);
    refuse_foreign(folder, contents, files);
    if (contents.lists(kEvaluation) && fs::exists(folder / kEvaluation)) {
      throw bad_usage("{}: holds an evaluation, which nothing overwrites: give another folder",
                      folder.string());
    }
    const bool own = !trace.empty() && same_file(trace, folder / kTrace);
    // Beside its own run a command may write whatever is not there yet.
    const bool beside = own && std::ranges::all_of(files, [&](const std::string& name) {
                          return name == kTrace || present(folder, name).empty();
                        });
    std::string left_by;
    const fs::path left = first_present(folder, contents.entries, left_by);
    if (!left.empty() && !beside && !overwrite_) {
      throw bad_usage(
          "{}: holds what an earlier run left ({}, by {}): give another {}, or --overwrite to "
          "remove it first",
          folder.string(), left.lexically_relative(folder).string(), left_by, name_);
    }
    if (beside) {
      kept = contents.entries;
    } else {
      for (Entry entry : contents.entries) {
        if (own) std::erase(entry.files, kTrace);
        remove_files(folder, entry.files);
      }
    }
  }
  make_folder(folder);
  remove_abandoned(folder, files);
  kept.push_back({std::string(command), files});
  write_manifest(folder, kept);
}

void prepare_to_continue(const fs::path& folder, std::string_view command,
                         const OutputFiles& files) {
  if (fs::is_directory(folder)) {
    const Contents contents = contents_of(folder);
    for (const Entry& entry : contents.entries) {
      std::string left_by;
      const fs::path left = first_present(folder, {entry}, left_by);
      if (entry.command == command || left.empty()) continue;
      throw bad_usage("{}: holds what another command left ({}, by {}): give another folder",
                      folder.string(), left.lexically_relative(folder).string(), left_by);
    }
    if (contents.entries.empty()) refuse_foreign(folder, contents, files);
  }
  make_folder(folder);
  remove_abandoned(folder, files);
  write_manifest(folder, {{std::string(command), files}});
}

}  // namespace arcadecam::app
