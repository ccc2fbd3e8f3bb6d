#pragma once

#include <filesystem>
#include <vector>

#include "arcadecam/core/npz_writer.h"
#include "episode/sink.h"

namespace arcadecam::episode {

/// maps.npz: one float32 array [T,84,84] a method under the method's name as given, values 0…1 as
/// displayed; beside them `values` [T,actions], `actions`, `explained_actions`, `episodes`, `steps`
/// int64 [T], and `provenance`, a text of "keyword: value" lines.
class MapsSink final : public Sink {
 public:
  explicit MapsSink(const std::filesystem::path& file) : writer_(file) {}

  [[nodiscard]] Detail wants(std::int64_t /*index*/) const override { return Detail::kMaps; }

 private:
  void on_begin(const RunInfo& info) override;
  void on_step(const Step& step) override;
  void on_end(const Summary& summary) override;

  NpzWriter writer_;
  std::vector<std::string> keys_;
};

}  // namespace arcadecam::episode
