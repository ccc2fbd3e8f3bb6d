#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "arcadecam/explain/params.h"
#include "episode/trace.h"
#include "serve/show/network.h"

namespace arcadecam::serve {

/// Steps of a recorded run's only episode that pictures are wanted of.
struct RunPictures {
  agent::Agent agent;
  episode::Trace trace;
  std::vector<explain::MethodSpec> methods;
  std::int64_t from, to;  ///< both are among them
  bool still;             ///< one PNG, of `from`
  bool gif;               ///< not MP4
  NetworkOptions network;
};

struct PictureFile {
  std::string name, type, content;
};

/// Plays the run again and draws these steps. Throws Error; also where `goes_on` said no.
PictureFile pictures_of(const RunPictures& wanted, const std::function<bool()>& goes_on);

}  // namespace arcadecam::serve
