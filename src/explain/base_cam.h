#pragma once

#include <memory>
#include <string_view>

#include "arcadecam/explain/method.h"
#include "arcadecam/explain/params.h"

namespace arcadecam::explain {

/// The parameter "base" of methods that are made of another CAM's finished maps.
constexpr Param base_param(std::string_view default_value) {
  return {"base", default_value,
          "whose maps are joined: gradcam, gradcam++, xgradcam, hirescam, layercam, "
          "gradcam-elementwise, eigencam, eigengradcam, segeigencam, fem or kpcacam"};
}

/// The CAM named by "base" on one layer, hooked and placed as "at" and "place" of `params` say;
/// `layer` as a CAM's parameter. Throws Error (usage) for what is no such CAM or layer.
std::unique_ptr<Explainer> make_base(const nn::Graph& graph, const Params& params,
                                     std::string_view layer);

/// What the base says of this sample, as pytorch-grad-cam finishes a map: 0…1 at the input's size.
/// But where its numbers, cut off at zero, are the same everywhere to 1e-3 of their size, the map
/// is zero: the reference's scalings would make a picture of their rounding. `buffer` is
/// overwritten.
const Tensor& finished_map(Explainer& base, const Query& query, Attribution& buffer);

}  // namespace arcadecam::explain
