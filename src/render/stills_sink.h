#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/worker_thread.h"
#include "episode/sink.h"
#include "render/look.h"

namespace arcadecam::render {

struct StillsOptions {
  std::int64_t every = 50;  ///< a still of every so many steps of an episode, from step 0
  static constexpr std::int64_t kUsualLines = 840;

  std::int64_t lines = kUsualLines;  ///< at least, of a screen: see television_size()
  Look look{};
  bool caption = true;  ///< a strip below the picture: what it shows and what the colours mean
};

/// Overlay stills as PNG, two per method and chosen step: eEEEE_sSSSSSS_METHOD.png, the screen at
/// 4:3 with the map on it and a caption below, and …_METHOD_observation.png, the reference
/// program's additive overlay on the observation where that has 3 or more planes (which takes the
/// map as a Session scales it, whatever the look). They are drawn and written in a thread beside
/// the run; what fails there is thrown by a later call, at the latest by end().
class StillsSink final : public episode::Sink {
 public:
  /// `folder` is made with the first still. Throws Error (usage) for `every` below 1.
  StillsSink(std::filesystem::path folder, const StillsOptions& options);

  [[nodiscard]] episode::Detail wants(std::int64_t index) const override {
    return index % options_.every == 0 ? episode::Detail::kScreen : episode::Detail::kNumbers;
  }

 private:
  void on_begin(const episode::RunInfo& info) override;
  void on_step(const episode::Step& step) override;
  void on_end(const episode::Summary& summary) override;

  struct Still;
  /// Draws and writes a step's pictures; called in the worker's thread.
  void draw(const Still& still) const;

  std::filesystem::path folder_;
  StillsOptions options_;
  episode::RunInfo info_;
  MapScaler scaler_;
  WorkerThread worker_;  ///< ends first: it reads the others
};

}  // namespace arcadecam::render
