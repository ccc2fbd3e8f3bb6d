// A Gaussian in the middle of the picture: how far one gets by never looking at the edge.
#include <algorithm>
#include <array>
#include <cmath>

#include "arcadecam/core/error.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

class Centre final : public Explainer {
 public:
  Centre(const nn::Graph& graph, const Params& params) : gaussian_(plane_of(graph.shape(0))) {
    const double width = params.number("width");
    if (!(width > 0)) throw bad_usage("method centre: width={}: expected more than 0", width);
    const std::int64_t rows = gaussian_.shape()[0], columns = gaussian_.shape()[1];
    // Distance from the middle in standard deviations, of pixel centres.
    const auto distance = [width](std::int64_t at, std::int64_t size) {
      return (static_cast<double>(at) + 0.5 - static_cast<double>(size) / 2) /
             (width * static_cast<double>(size));
    };
    for (std::int64_t y = 0; y < rows; ++y) {
      for (std::int64_t x = 0; x < columns; ++x) {
        const double dy = distance(y, rows), dx = distance(x, columns);
        gaussian_.data()[y * columns + x] =
            static_cast<float>(std::exp(-0.5 * (dy * dy + dx * dx)));
      }
    }
  }

  void explain(const Query& /*query*/, Attribution& result) override {
    result.raw.resize(gaussian_.shape());
    std::ranges::copy(gaussian_.values(), result.raw.data());
    raw_as_map(result);
    result.layers.clear();
  }

 private:
  Tensor gaussian_;
};

std::span<const Param> centre_params() {
  static constexpr std::array<Param, 1> kParams{
      {{"width", "0.25", "standard deviation as a share of the picture's height and width"}}};
  return kParams;
}

}  // namespace

extern constinit const Method centre_entry{
    "centre",
    "baseline: a Gaussian in the middle of the picture",
    "the centre bias of saliency benchmarks: Judd et al. 2012, MIT-CSAIL-TR-2012-001",
    centre_params,
    {.uses_decision = false},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<Centre>(graph, params);
    }};

}  // namespace arcadecam::explain
