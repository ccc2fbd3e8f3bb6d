#pragma once

#include <filesystem>

#include "arcadecam/core/files.h"
#include "episode/sink.h"

namespace arcadecam::episode {

/// objects.csv, of methods that ask objects: one row per object that is seen, decision and
/// method. Columns: episode, step, method, object, kind, score (what the explained value loses
/// without it), left, top, width, height (on the newest plane, pixels of 84×84).
class ObjectsSink final : public Sink {
 public:
  explicit ObjectsSink(const std::filesystem::path& file) : file_(file) {}

  [[nodiscard]] Detail wants(std::int64_t /*index*/) const override { return Detail::kNumbers; }

 private:
  void on_begin(const RunInfo& info) override;
  void on_step(const Step& step) override;
  void on_end(const Summary& summary) override;

  OutputFile file_;
  RunInfo info_;
};

}  // namespace arcadecam::episode
