#include "profile/described_protocol.h"

#include <fmt/ranges.h>

#include <vector>

#include "arcadecam/core/error.h"
#include "atari/action.h"
#include "atari/protocol_fields.h"
#include "checkpoint/convention.h"

namespace arcadecam::profile {
namespace {

using atari::Protocol;
using checkpoint::ProtocolSetting;

// Neither room may include the other.
static_assert(checkpoint::kMostActions == std::int64_t{atari::kActionNames.size()});

void apply(Protocol& protocol, const ProtocolSetting& setting) {
  const atari::ProtocolField* field = atari::find_protocol_field(setting.name);
  if (field == nullptr || !field->described) {
    std::vector<std::string_view> known;
    for (const atari::ProtocolField& one : atari::protocol_fields()) {
      if (one.described) known.push_back(one.name);
    }
    throw bad_input("{}: expected base or one of {}, found \"{}\"", setting.where,
                    fmt::join(known, ", "), setting.name);
  }
  try {
    field->set(protocol, setting.value);
  } catch (const Error& error) {
    throw bad_input("{}: {}", setting.where, error.what());
  }
}

}  // namespace

Protocol protocol_of(const checkpoint::Checkpoint& checkpoint) {
  const Protocol base = atari::find_protocol(checkpoint.protocol.value_or("modern"));
  Protocol protocol = base;
  for (const ProtocolSetting& setting : checkpoint.protocol_settings) apply(protocol, setting);
  if (protocol == base) return base;
  try {
    atari::check(protocol);
  } catch (const Error& error) {  // two settings that do not go together
    throw bad_input("{}: {}", checkpoint.protocol_settings.front().where, error.what());
  }
  protocol.name += " (changed)";
  return protocol;
}

}  // namespace arcadecam::profile
