#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "episode/step.h"
#include "serve/protocol/request.h"
#include "serve/show/network.h"
#include "serve/show/timeline.h"

namespace arcadecam::serve {

enum class PictureKind {
  kVideo,  ///< MP4, with sound
  kGif,
  kStill  ///< PNG of the first step, with the first tile's map
};

/// Steps of a game or of a branch that pictures are wanted of.
struct RunPictures {
  agent::Agent agent;
  episode::RunInfo info;  ///< as Show::info()
  Excerpt excerpt;
  std::int64_t episode;     ///< the number of the game that the steps are of
  std::vector<Tile> tiles;  ///< one or more
  PictureKind kind;
  NetworkOptions network;
};

struct PictureFile {
  std::string name, type, content;
};

/// Plays the steps again and draws them. The name and the pictures' metadata say which steps of
/// which branch they are. Throws Error; also where `goes_on` said no.
PictureFile pictures_of(RunPictures wanted, const std::function<bool()>& goes_on);

}  // namespace arcadecam::serve
