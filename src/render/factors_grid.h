#pragma once

#include <deque>
#include <string>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "episode/moments_sink.h"
#include "render/grid.h"
#include "render/look.h"

namespace arcadecam::render {

/// Factors of a layer's channels as they are shown: maps N×K×H×W of the observation's size, 0…1,
/// one N a moment, and of each factor its share of what all account for and its strongest channels.
struct ShownFactors {
  Tensor maps;
  std::vector<double> shares;
  std::vector<std::vector<std::int64_t>> channels;
  std::string layer;
};

/// How many factors have a colour of their own.
std::size_t most_factors();

/// The game; all factors on it, each in its own colour, at every pixel the one that is largest
/// there; then each alone, all on one scale. The bars at the foot say which colour is which.
Grid factors_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                  const ShownFactors& factors, const Look& look);

}  // namespace arcadecam::render
