#include "app/protocol_note.h"

#include <fmt/format.h>

#include "atari/protocol.h"

namespace arcadecam::app {

void note_protocol(std::string_view name) {
  const std::string_view note = atari::note_on_name(name);
  if (!note.empty()) fmt::print(stderr, "note: {}\n", note);
}

void note_protocol(const episode::Trace& trace) {
  if (trace.old_protocol_name.empty()) return;
  fmt::print(stderr, "note: {}: its protocol '{}' is called '{}' now\n", trace.file,
             trace.old_protocol_name, trace.protocol.name);
}

}  // namespace arcadecam::app
