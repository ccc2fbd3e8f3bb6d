#pragma once

#include <deque>
#include <filesystem>

#include "episode/moments_sink.h"

namespace arcadecam::app {

/// Writes explained steps as one .npz file, a row per step: `states` (uint8, as the network sees
/// them), `values`, `episodes`, `steps`, `actions`, `explained_actions`; of every method its maps
/// under the method's name (float32, 0…1) and what they were made from under `raw:NAME` and, where
/// it has signs, `signed:NAME`; and `provenance`. Throws Error for a method that is named twice.
void write_arrays(const std::filesystem::path& file, const episode::RunInfo& info,
                  const std::deque<episode::Moment>& moments);

}  // namespace arcadecam::app
