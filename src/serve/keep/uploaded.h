#pragma once

#include <memory>
#include <string>

#include "serve/show/show.h"

namespace arcadecam::serve {

/// The show of an uploaded file: another agent's checkpoint (of the present game, where the file
/// does not say its own), or a recorded run, which the present agent explains. `words`: what the
/// browser calls the file, for people alone. Throws Error where it is neither.
std::unique_ptr<Show> uploaded_show(const std::string& content, const std::string& words,
                                    const Show& now);

}  // namespace arcadecam::serve
