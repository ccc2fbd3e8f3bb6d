#pragma once

#include "core/json_text.h"
#include "serve/show/show.h"

namespace arcadecam::serve {

/// What a client is told first: all that stays as it is while this agent is played
/// (docs/viewer.md, `hello`), without what is the client's own.
JsonText description_of(const Show& show);

}  // namespace arcadecam::serve
