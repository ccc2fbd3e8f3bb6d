#pragma once

#include <string>
#include <string_view>

namespace arcadecam::app {

/// An agent and what tables and pictures call it.
struct NamedAgent {
  std::string name;   ///< as typed, or what stands before '='
  std::string agent;  ///< an embedded agent's name or a file
};

/// "AGENT", or "NAME=AGENT" where no file of the whole text is there and NAME holds no '/'. Throws
/// Error (usage) for an empty name or agent, for names of more than 60 bytes and for names with
/// characters that steer terminals.
NamedAgent parse_named_agent(std::string_view text);

}  // namespace arcadecam::app
