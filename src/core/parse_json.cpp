#include "core/parse_json.h"

namespace arcadecam {

nlohmann::json parse_json(std::string_view text, const nlohmann::json::parser_callback_t& keep) {
  return nlohmann::json::parse(text, keep, /*allow_exceptions=*/false);
}

}  // namespace arcadecam
