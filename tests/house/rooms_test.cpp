// Which room may include which (CONTRIBUTING.md says it), and which library is known in which room
// (this file says it).
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "house/sources.h"

namespace arcadecam::house {
namespace {

using Rooms = std::set<std::string>;

/// Who may include whom, as CONTRIBUTING.md's map of the folders says it.
struct Map {
  /// Room → the other rooms whose headers it may include.
  std::map<std::string, Rooms> rooms;
  /// Folder inside a room ("checkpoint/onnx") → the folders of the same room whose headers it may
  /// include; the room's own folder is named like the room.
  std::map<std::string, Rooms> folders;
};

/// The row of a folder of src/, or nothing: its path below src and what it may include.
std::optional<std::pair<std::string, std::string>> row_in(const std::string& line) {
  static const std::regex pattern(R"(^\| `src/([a-z_/]+)/` \|.*\| ([^|]*) \|$)");
  std::smatch match;
  if (!std::regex_match(line, match, pattern)) return std::nullopt;
  return std::pair{match[1].str(), match[2].str()};
}

Rooms names_in(const std::string& cell) {
  static const std::regex name("[a-z_/]+");
  return {std::sregex_token_iterator(cell.begin(), cell.end(), name), {}};
}

Map read_map() {
  Map map;
  for (const auto& [number, line] : lines_of(content_of(project() / "CONTRIBUTING.md"))) {
    const auto row = row_in(line);
    if (!row) continue;
    const bool whole_room = row->first.find('/') == std::string::npos;
    (whole_room ? map.rooms : map.folders)[row->first] = names_in(row->second);
  }
  for (auto& [room, others] : map.rooms) {
    if (!others.contains("all")) continue;
    others.clear();
    for (const auto& [other, unused] : map.rooms) others.insert(other);
  }
  return map;
}

const Map& table() {
  static const Map map = read_map();
  return map;
}

const std::map<std::string, Rooms>& rooms() {
  return table().rooms;
}

/// The folder of a source below src, "nn/onednn" of "src/nn/onednn/plan.h". Public headers belong
/// to their room's own folder.
std::string folder_of(const std::string& path) {
  if (!path.starts_with("src/")) return room_of(path);
  return path.substr(4, path.rfind('/') - 4);
}

/// Whether a folder may include another one of the same room. A folder that the map does not list
/// (one of a table's entries) may include its room's own folder alone.
bool allowed_inside(const std::string& room, const std::string& from, const std::string& to) {
  if (from == to || from == room) return true;
  const auto row = table().folders.find(from);
  return row == table().folders.end() ? to == room : row->second.contains(to);
}

/// Start of a library's header → the rooms that may include it. Standard headers (no dot, no
/// slash) and fmt are everywhere.
const std::vector<std::pair<std::string, Rooms>>& libraries() {
  static const std::vector<std::pair<std::string, Rooms>> table{
      {"Eigen/", {"core", "nn", "explain", "measure"}},
      {"oneapi/dnnl/", {"nn"}},
      {"omp.h", {"nn"}},
      {"immintrin.h", {"core", "nn"}},
      {"cpuid.h", {"core"}},
      {"zlib.h", {"core", "checkpoint", "episode", "game"}},
      {"nettle/", {"core"}},
      {"sys/", {"core"}},
      {"unistd.h", {"core", "app"}},
      {"fcntl.h", {"core"}},
      {"dlfcn.h", {"core"}},
      {"gif_lib.h", {"render"}},
      {"sqlite3.h", {"evaluate", "sweep"}},
      {"toml++/", {"sweep"}},
      {"ale/", {"game"}},
      {"opencv2/", {}},
      {"png.h", {"picture"}},
      {"freetype/", {"render"}},
      {"cairo", {"render"}},
      {"libavcodec/", {"render"}},
      {"libavformat/", {"render"}},
      {"libavutil/", {"render"}},
      {"libswresample/", {"render"}},
      {"nlohmann/", {"core", "checkpoint", "agent", "episode", "app"}},
      {"CLI/", {"app"}},
      {"boost/", {"serve"}},
  };
  return table;
}

/// Rooms whose headers are public; such a header may have only standard headers, fmt and public
/// headers.
const Rooms kPublicRooms{"core", "nn", "checkpoint", "explain"};

struct Include {
  std::string name;
  bool angled;
};

std::optional<Include> include_in(const std::string& line) {
  static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::smatch match;
  if (!std::regex_search(line, match, pattern)) return std::nullopt;
  return Include{match[2], match[1] == "<"};
}

bool is_standard_or_fmt(const std::string& name) {
  return name.starts_with("fmt/") || name.find_first_of("./") == std::string::npos;
}

/// The rooms that may know the library that a header belongs to, or null when it is none of the
/// table.
const Rooms* rooms_that_know(const std::string& header) {
  for (const auto& [start, allowed] : libraries()) {
    if (header.starts_with(start)) return &allowed;
  }
  return nullptr;
}

/// What is wrong with an include in a source, or nothing.
std::string rooms_objection(const std::string& path, const Include& include) {
  const std::string room = room_of(path);
  const bool in_public_header = path.starts_with("include/");
  const Rooms* knowing = rooms_that_know(include.name);
  if (in_public_header &&
      (knowing != nullptr || (include.angled && !is_standard_or_fmt(include.name)))) {
    return "a public header includes nothing but standard headers, fmt and public headers";
  }
  if (knowing != nullptr) {
    return knowing->contains(room) ? "" : "room " + room + " must not know this library";
  }
  if (include.angled) {
    return is_standard_or_fmt(include.name) ? "" : "no room is listed for this library";
  }
  const bool names_public_header = include.name.starts_with("arcadecam/");
  if (in_public_header && !names_public_header) return "a public header includes a private one";
  const std::string target =
      room_of(names_public_header ? "include/" + include.name : "src/" + include.name);
  if (target.empty()) return "an include names its room's folder";
  if (!rooms().contains(target)) return "room " + target + " is not in the table";
  if (in_public_header && !kPublicRooms.contains(target))
    return "room " + target + " is not public";
  if (target == room) {
    const std::string from = folder_of(path);
    const std::string to =
        folder_of(names_public_header ? "include/" + include.name : "src/" + include.name);
    return allowed_inside(room, from, to) ? ""
                                          : "folder " + from + " must not include folder " + to;
  }
  if (rooms().at(room).contains(target)) return {};
  return "room " + room + " must not include room " + target;
}

TEST(Rooms, TheRuleFindsWhatItIsFor) {
  const auto object = [](const std::string& path, const std::string& line) {
    return rooms_objection(path, include_in(line).value());
  };
  EXPECT_EQ(object("src/game/a.cpp", "#include <ale/ale_interface.hpp>"), "");
  EXPECT_EQ(object("src/agent/a.cpp", "#include <ale/ale_interface.hpp>"),
            "room agent must not know this library");
  EXPECT_EQ(object("src/nn/a.cpp", "#include <oneapi/dnnl/dnnl.hpp>"), "");
  EXPECT_EQ(object("src/explain/a.cpp", "  #  include <oneapi/dnnl/dnnl.hpp>"),
            "room explain must not know this library");
  EXPECT_EQ(object("src/agent/a.cpp", "#include \"ale/ale_interface.hpp\""),
            "room agent must not know this library");
  EXPECT_EQ(object("src/nn/a.cpp", "#include <torch/torch.h>"),
            "no room is listed for this library");
  EXPECT_EQ(object("include/arcadecam/core/a.h", "#include <opencv2/core.hpp>"),
            "a public header includes nothing but standard headers, fmt and public headers");
  EXPECT_EQ(object("include/arcadecam/core/a.h", "#include <vector>"), "");
  EXPECT_EQ(object("include/arcadecam/nn/a.h", "#include \"nn/checks.h\""),
            "a public header includes a private one");
  EXPECT_EQ(object("src/explain/a.cpp", "#include \"arcadecam/nn/graph.h\""), "");
  EXPECT_EQ(object("src/explain/a.cpp", "#include \"game/environment.h\""),
            "room explain must not include room game");
  EXPECT_EQ(object("src/core/a.cpp", "#include \"arcadecam/nn/graph.h\""),
            "room core must not include room nn");
  EXPECT_EQ(object("src/nn/a.cpp", "#include \"checks.h\""), "an include names its room's folder");
  EXPECT_EQ(object("src/picture/a.cpp", "#include \"atari/pixels.h\""), "");
  EXPECT_EQ(object("src/picture/a.cpp", "#include <opencv2/imgproc.hpp>"),
            "room picture must not know this library");
  EXPECT_EQ(object("src/atari/a.cpp", "#include <ale/ale_interface.hpp>"),
            "room atari must not know this library");
  EXPECT_EQ(object("src/atari/a.cpp", "#include \"game/emulator.h\""),
            "room atari must not include room game");
}

/// A room and all that it includes by way of others.
Rooms reached_from(const std::string& room) {
  Rooms reached{room};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const std::string& from : Rooms(reached)) {
      const Rooms& others = rooms().at(from);
      reached.insert(others.begin(), others.end());
    }
  }
  return reached;
}

// What ARCADECAM_PLAY=OFF builds.
TEST(Rooms, SomeNeedNoGame) {
  EXPECT_EQ(reached_from("picture"), (Rooms{"picture", "atari", "core"}));
  EXPECT_TRUE(reached_from("evaluate").contains("game"));
  for (const char* room : {"core", "nn", "checkpoint", "explain", "atari", "picture", "profile"}) {
    for (const std::string& reached : reached_from(room)) {
      EXPECT_FALSE(Rooms({"game", "agent", "episode", "render"}).contains(reached)) << room;
      for (const char* header : {"ale/ale_interface.hpp", "opencv2/core.hpp"})
        EXPECT_FALSE(rooms_that_know(header)->contains(reached)) << room << ": " << header;
    }
  }
}

TEST(Rooms, TheRuleKnowsTheWallsInsideARoom) {
  const auto object = [](const std::string& path, const std::string& line) {
    return rooms_objection(path, include_in(line).value());
  };
  EXPECT_EQ(object("src/checkpoint/onnx/a.cpp", "#include \"checkpoint/formats/dtype.h\""), "");
  EXPECT_EQ(object("src/checkpoint/load.cpp", "#include \"checkpoint/formats/dtype.h\""), "");
  EXPECT_EQ(object("src/checkpoint/building/a.cpp", "#include \"checkpoint/formats/dtype.h\""),
            "folder checkpoint/building must not include folder checkpoint/formats");
  EXPECT_EQ(object("src/nn/kernels/a.cpp", "#include \"nn/onednn/plan.h\""),
            "folder nn/kernels must not include folder nn/onednn");
  EXPECT_EQ(object("src/explain/methods/a.cpp", "#include \"explain/bias.h\""), "");
}

TEST(Rooms, TheMapListsEveryFolderOfTheRoomsThatHaveCorners) {
  ASSERT_GT(rooms().size(), 8U);
  for (const char* room : {"checkpoint", "nn", "app"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(project() / "src" / room)) {
      if (!entry.is_directory()) continue;
      const std::string folder =
          std::filesystem::relative(entry.path(), project() / "src").generic_string();
      EXPECT_TRUE(table().folders.contains(folder)) << folder << " has no row in CONTRIBUTING.md";
    }
  }
  for (const auto& [folder, others] : table().folders) {
    EXPECT_TRUE(std::filesystem::is_directory(project() / "src" / folder)) << folder;
    for (const std::string& other : others) {
      EXPECT_TRUE(std::filesystem::is_directory(project() / "src" / other))
          << folder << ": " << other;
    }
  }
}

TEST(Rooms, EveryFolderOfSourcesIsARoom) {
  for (const auto& entry : std::filesystem::directory_iterator(project() / "src")) {
    if (entry.is_directory()) {
      EXPECT_TRUE(rooms().contains(entry.path().filename().string())) << entry.path();
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(project() / "include/arcadecam")) {
    EXPECT_TRUE(kPublicRooms.contains(entry.path().filename().string())) << entry.path();
  }
}

TEST(Rooms, IncludesGoOnlyWhereTheTableLetsThem) {
  const auto sources = sources_below({"src", "include"});
  ASSERT_GT(sources.size(), 20U);
  for (const Source& source : sources) {
    ASSERT_TRUE(rooms().contains(room_of(source.path))) << source.path;
    for (const auto& [number, line] : lines_of(source.text)) {
      const auto include = include_in(line);
      if (!include) continue;
      EXPECT_EQ(rooms_objection(source.path, *include), "")
          << source.path << ':' << number << ": " << line;
    }
  }
}

}  // namespace
}  // namespace arcadecam::house
