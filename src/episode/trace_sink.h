#pragma once

#include <filesystem>

#include "episode/sink.h"
#include "episode/trace.h"

namespace arcadecam::episode {

/// Records a run as a trace (docs/traces.md): a byte or less a step, however long a step takes.
/// Throws Error for training episodes, which do not depend on seed and number alone.
class TraceSink final : public Sink {
 public:
  explicit TraceSink(std::filesystem::path file) : file_(std::move(file)) {}

  [[nodiscard]] Detail wants(std::int64_t /*index*/) const override { return Detail::kNumbers; }

 private:
  void on_begin(const RunInfo& info) override;
  void on_step(const Step& step) override;
  void on_end(const Summary& summary) override;

  std::filesystem::path file_;
  Trace trace_;
};

}  // namespace arcadecam::episode
