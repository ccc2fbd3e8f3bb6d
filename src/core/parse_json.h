#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace arcadecam {

/// The text as JSON's library reads it; is_discarded() where it is no JSON, or where `keep`, which
/// is asked about each value and key with its depth, dropped all of it. `keep` may throw Error.
/// (The library's parser takes seconds to compile: it stays in the source of this function.)
nlohmann::json parse_json(std::string_view text, const nlohmann::json::parser_callback_t& keep);

}  // namespace arcadecam
