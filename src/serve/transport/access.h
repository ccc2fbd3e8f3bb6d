#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace arcadecam::serve {

/// Where a server listens and whom it lets in.
struct Access {
  std::string address = "127.0.0.1";    ///< an IP address
  std::uint16_t port = 8765;            ///< 0: any that is free
  std::string token = {};               ///< empty: everybody who reaches the address is let in
  std::vector<std::string> hosts = {};  ///< names besides that the server is called by

  /// Whether only this computer can connect.
  [[nodiscard]] bool is_local() const;
};

/// What a request tells about where it comes from; empty where it tells nothing.
struct Credentials {
  std::string_view host, origin, cookie;
  std::string_view target;  ///< path and query
};

enum class Verdict { kWelcome, kWrongHost, kWrongOrigin, kNoToken };

/// Whether a request is let in. `Host` must be a name of this server, with any port (`ssh -L`
/// changes it): localhost, the address it listens on, one of Access::hosts, or where it listens on
/// all addresses any IP address. `Origin`, where it is sent, must be that of `Host`. The token is
/// in the query or in the cookie.
Verdict judge(const Access& access, const Credentials& credentials);

/// The reason in a sentence, for whoever is refused.
std::string_view reason(Verdict verdict);

/// The name that `token` has in queries and cookies.
inline constexpr std::string_view kTokenName = "token", kCookieName = "arcadecam_token";

/// "/keep/clip.mp4" of "/keep/clip.mp4?a=b".
std::string_view path_of(std::string_view target);
/// The value of a parameter of the query, percent-decoded, or nothing.
std::string query_value(std::string_view target, std::string_view name);
/// 32 random hexadecimal digits from the system's generator. Throws Error where it has none.
std::string random_token();

}  // namespace arcadecam::serve
