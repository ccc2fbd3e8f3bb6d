#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "episode/sink.h"
#include "render/scale.h"

namespace arcadecam::render {

/// Value ranges of an episode's maps so far, one per method: by the episode's number, then by the
/// step from which they hold. The last ones are those of the whole episode.
using EpisodeRanges = std::map<std::int64_t, std::map<std::int64_t, std::vector<Range>>>;

/// How the maps of a run become values 0…1 for pictures.
struct MapDisplay {
  ColorScale scale{};
  /// One per method: whether its signed map is shown, with zero in the middle (for methods that
  /// promise signs: evidence for and against). Empty: none is.
  std::vector<bool> with_signs{};
  /// What ColorScale::Kind::kEpisode needs, and kRunning where not every step is scaled: see
  /// RangesSink.
  std::shared_ptr<const EpisodeRanges> ranges{};

  [[nodiscard]] bool signs_of(std::size_t method) const {
    return method < with_signs.size() && with_signs[method];
  }
};

/// One method's map of one step as it is shown.
struct ShownMap {
  TensorView values;  ///< 0…1, the input's size; with signs ½ stands for zero
  Range range;        ///< the values that 0 and 1 stand for
  bool nothing;       ///< zero everywhere, whatever the scale
};

/// Scales the maps of a run's steps, in the run's order. Ranges with signs are symmetric around
/// zero.
class MapScaler {
 public:
  explicit MapScaler(MapDisplay display = {}) : display_(std::move(display)) {}

  /// Takes the next step; the results are valid until the next call or the step's end. Throws Error
  /// when the episode's range is needed and not known.
  const std::vector<ShownMap>& scale(const episode::Step& step);
  [[nodiscard]] const MapDisplay& display() const noexcept { return display_; }

 private:
  /// The values before any scaling.
  TensorView unscaled(const explain::Attribution& attribution, std::size_t method);
  /// The one of display_.ranges: that of the episode's steps up to `until`.
  [[nodiscard]] Range known_range(const episode::Step& step, std::size_t method,
                                  std::int64_t until) const;
  [[nodiscard]] Range range_of(const episode::Step& step, std::size_t method, TensorView values,
                               Range own);

  MapDisplay display_;
  std::vector<ShownMap> shown_;
  std::vector<Tensor> buffers_;
  std::vector<Range> running_;  ///< of the episode so far
  std::vector<float> sorted_;
};

/// The value ranges of a run's maps, for a second pass with ColorScale::Kind::kEpisode or kRunning.
class RangesSink final : public episode::Sink {
 public:
  /// Only the signs of `display` matter here.
  explicit RangesSink(MapDisplay display);
  [[nodiscard]] std::shared_ptr<const EpisodeRanges> ranges() const { return ranges_; }
  [[nodiscard]] episode::Detail wants(std::int64_t) const override {
    return episode::Detail::kArrays;
  }

 private:
  void on_begin(const episode::RunInfo&) override {}
  void on_step(const episode::Step& step) override;
  void on_end(const episode::Summary&) override {}

  MapScaler scaler_;
  std::shared_ptr<EpisodeRanges> ranges_ = std::make_shared<EpisodeRanges>();
};

}  // namespace arcadecam::render
