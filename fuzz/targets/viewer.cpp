// What clients of the viewer send: any text is a request or is refused, and so is any condition.
#include <optional>
#include <string_view>
#include <vector>

#include "arcadecam/core/error.h"
#include "serve/protocol/condition.h"
#include "serve/protocol/request.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arcadecam;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string_view> actions{"NOOP", "FIRE"};
  const auto try_condition = [&](std::string_view condition) {
    try {
      (void)serve::Condition::parse(condition, actions).met({});
    } catch (const Error&) {
      return;
    }
  };
  try_condition(text);
  try {
    std::optional<std::uint64_t> id;
    const serve::Request request = serve::parse_request(text, id);
    for (const std::string& condition : request.conditions) try_condition(condition);
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
