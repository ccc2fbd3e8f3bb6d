#pragma once

#include <filesystem>
#include <memory>

#include "arcadecam/core/files.h"
#include "episode/sink.h"

namespace arcadecam::episode {

/// steps.csv: one row per decision. Columns: episode, step, action, action_name, greedy (0/1), q0…,
/// margin (to the runner-up), reward, score, lives, last, explained_action, then of every method
/// NAME.says_nothing (1: the map is zero) and NAME.weight.LAYER, and FullGrad's relative residual
/// as NAME.residual.
class CsvSink final : public Sink {
 public:
  explicit CsvSink(const std::filesystem::path& file) : file_(file) {}

  [[nodiscard]] Detail wants(std::int64_t /*index*/) const override { return Detail::kNumbers; }

 private:
  void on_begin(const RunInfo& info) override;
  void on_step(const Step& step) override;
  void on_end(const Summary& summary) override;

  void write_header(const Step& first);

  OutputFile file_;
  RunInfo info_;
  bool header_written_ = false;
};

}  // namespace arcadecam::episode
