#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "atari/protocol.h"

namespace arcadecam::atari {

/// A field of a protocol by the name that files give it, with the values that it may hold. Which of
/// them go together is check()'s to say.
struct ProtocolField {
  struct Switch {
    bool& (*in)(Protocol& protocol);
  };
  struct Whole {
    int& (*in)(Protocol& protocol);
    int least, most;
  };
  /// From 0 to 1.
  struct Share {
    float& (*in)(Protocol& protocol);
  };
  /// One of a list. read() throws Error that names the list for any other.
  struct Word {
    std::string_view (*of)(const Protocol& protocol);
    void (*read)(Protocol& protocol, std::string_view word);
  };

  std::string_view name;  ///< "frame_skip"
  std::variant<Switch, Whole, Share, Word> kind;
  /// Whether a network's description may change it: what the network itself settles it may not.
  bool described = true;

  using Value = std::variant<bool, double, std::string>;
  /// Throws Error "expected a whole number from 1 to 1000, found 0" for a value that it may not
  /// hold.
  void set(Protocol& protocol, const Value& value) const;
};

/// All but the name, `training`, `mode` and `difficulty`.
std::span<const ProtocolField> protocol_fields();
/// The field of that name, or null.
const ProtocolField* find_protocol_field(std::string_view name);

}  // namespace arcadecam::atari
