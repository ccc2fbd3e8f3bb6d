#include <array>
#include <bit>
#include <cstring>

#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "game/replay.h"

namespace arcadecam::game {
namespace {

/// An .npy file that is written row by row.
class RowFile {
 public:
  RowFile(const std::filesystem::path& file, const std::string& dtype, const Shape& shape)
      : output_(file) {
    output_.write(npy_header(dtype, shape));
  }

  void append(std::span<const std::uint8_t> bytes) { output_.write(bytes); }

  template <typename Number>
  void append_number(Number number) {
    static_assert(std::endian::native == std::endian::little);
    std::array<std::uint8_t, sizeof(Number)> bytes{};
    std::memcpy(bytes.data(), &number, sizeof(Number));
    output_.write(bytes);
  }

  void commit() { output_.commit(); }

 private:
  OutputFile output_;
};

}  // namespace

struct ReplayWriter::Files {
  Files(const std::filesystem::path& folder, const Environment& environment, std::int64_t rows,
        const ReplayFiles& wanted)
      : observations(folder / "observations.npy", "|u1",
                     environment.newest_plane().shape().batch_of(rows)),
        rewards(folder / "rewards.npy", "<f4", {rows}),
        lives(folder / "lives.npy", "<i8", {rows}),
        dones(folder / "dones.npy", "|u1", {rows}),
        restarts(folder / "restarts.npy", "|u1", {rows}),
        ram(folder / "ram.npy", "|u1", {rows, 128}) {
    if (wanted.stacks) {
      stacks.emplace(folder / "stacks.npy", "|u1",
                     environment.observation().shape().batch_of(rows));
    }
    if (wanted.screens) {
      const Shape screen = environment.emulator().screen().shape();
      screens.emplace(folder / "screens.npy", "|u1", Shape{rows, screen[0], screen[1], 3});
    }
  }

  RowFile observations, rewards, lives, dones, restarts, ram;
  std::optional<RowFile> screens, stacks;
};

ReplayWriter::ReplayWriter(const std::filesystem::path& folder, const Environment& environment,
                           std::int64_t rows, const ReplayFiles& wanted) {
  make_folder(folder);
  files_ = std::make_unique<Files>(folder, environment, rows, wanted);
}

ReplayWriter::~ReplayWriter() = default;

void ReplayWriter::add(const Environment& environment, const StepResult& step) {
  files_->observations.append(environment.newest_plane().values());
  files_->rewards.append_number(static_cast<float>(step.reward));
  files_->lives.append_number(static_cast<std::int64_t>(environment.lives()));
  files_->dones.append_number(static_cast<std::uint8_t>(step.done() ? 1 : 0));
  files_->restarts.append_number(static_cast<std::uint8_t>(environment.stack_change()));
  if (files_->stacks) files_->stacks->append(environment.observation().values());
  files_->ram.append(environment.emulator().ram());
  if (files_->screens) files_->screens->append(environment.emulator().screen_rgb().values());
}

void ReplayWriter::commit() {
  Files& files = *files_;
  for (RowFile* file : {&files.observations, &files.rewards, &files.lives, &files.dones,
                        &files.restarts, &files.ram})
    file->commit();
  for (std::optional<RowFile>* file : {&files.screens, &files.stacks}) {
    if (*file) (*file)->commit();
  }
}

void write_replay(Environment& environment, const Replay& replay,
                  const std::filesystem::path& folder, const ReplayFiles& wanted) {
  ReplayWriter writer(folder, environment, static_cast<std::int64_t>(replay.actions.size()) + 1,
                      wanted);
  play_replay(environment, replay,
              [&](std::int64_t, const Environment& played, const StepResult& step) {
                writer.add(played, step);
              });
  writer.commit();
}

}  // namespace arcadecam::game
