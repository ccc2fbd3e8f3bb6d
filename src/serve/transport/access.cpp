#include "serve/transport/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "arcadecam/core/error.h"

namespace arcadecam::serve {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

/// The name of "name:port", "[::1]" of "[::1]:80"; nothing where it is neither.
std::optional<std::string> name_of(std::string_view host) {
  std::string_view port;
  std::string_view name = host;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    name = host.substr(0, end + 1);
    port = host.substr(end + 1);
  } else if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
    name = host.substr(0, colon);
    port = host.substr(colon);
  }
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!port.empty() &&
      (port[0] != ':' || port.size() > 6 || !std::ranges::all_of(port.substr(1), is_digit)))
    return std::nullopt;
  if (name.empty()) return std::nullopt;
  return lower(name);
}

bool is_ip_address(std::string_view name) {
  if (name.starts_with('[')) return true;
  return std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool listens_everywhere(const Access& access) {
  return access.address == "0.0.0.0" || access.address == "::";
}

bool is_ours(const Access& access, const std::string& name) {
  if (name == "localhost" || name == "127.0.0.1" || name == "[::1]") return true;
  if (name == access.address || name == "[" + access.address + "]") return true;
  if (listens_everywhere(access) && is_ip_address(name)) return true;
  return std::ranges::any_of(access.hosts,
                             [&](const std::string& host) { return lower(host) == name; });
}

/// Takes the same time wherever the two differ.
bool same_secret(std::string_view given, std::string_view secret) {
  if (given.size() != secret.size()) return false;
  unsigned different = 0;
  for (std::size_t i = 0; i < secret.size(); ++i)
    different |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(secret[i]);
  return different == 0;
}

std::string_view cookie_value(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view one = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(name) && one.substr(name.size()).starts_with('='))
      return one.substr(name.size() + 1);
  }
  return {};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                       hex_digit(text[i + 2]) >= 0;
    if (coded) {
      result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

}  // namespace

bool Access::is_local() const {
  return address.starts_with("127.") || address == "::1";
}

Verdict judge(const Access& access, const Credentials& credentials) {
  const auto name = name_of(credentials.host);
  if (!name || !is_ours(access, *name)) return Verdict::kWrongHost;
  if (!credentials.origin.empty() &&
      lower(credentials.origin) != "http://" + lower(credentials.host))
    return Verdict::kWrongOrigin;
  if (access.token.empty()) return Verdict::kWelcome;
  const bool known = same_secret(query_value(credentials.target, kTokenName), access.token) ||
                     same_secret(cookie_value(credentials.cookie, kCookieName), access.token);
  return known ? Verdict::kWelcome : Verdict::kNoToken;
}

std::string_view reason(Verdict verdict) {
  switch (verdict) {
    case Verdict::kWelcome:
      return "";
    case Verdict::kWrongHost:
      return "this server is not called by that name: open the address that it printed";
    case Verdict::kWrongOrigin:
      return "the page of another site may not use this server";
    case Verdict::kNoToken:
      return "the token is missing: open the whole link that was printed";
  }
  return "";
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

std::string query_value(std::string_view target, std::string_view name) {
  const std::size_t start = target.find('?');
  std::string_view rest = start == std::string_view::npos ? "" : target.substr(start + 1);
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (one.starts_with(name) && one.substr(name.size()).starts_with('='))
      return percent_decoded(one.substr(name.size() + 1));
  }
  return {};
}

std::string random_token() {
  std::ifstream random("/dev/urandom", std::ios::binary);
  std::string token;
  for (int i = 0; i < 16; ++i) {
    const int byte = random.get();
    if (!random) throw bad_input("/dev/urandom gives no random bytes: no token can be made");
    token += fmt::format("{:02x}", byte);
  }
  return token;
}

}  // namespace arcadecam::serve
