// Traces, packed or as text: any bytes are read or refused; what is read is written and read again
// as the same trace.
#include "episode/trace.h"

#include <stdexcept>

#include "arcadecam/core/error.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  try {
    const episode::Trace trace = episode::parse_trace({data, size});
    if (episode::parse_trace_text(episode::trace_text(trace)) != trace)
      throw std::logic_error("another trace after writing and reading");
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
