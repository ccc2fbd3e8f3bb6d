#pragma once

#include <chrono>
#include <cstddef>

namespace arcadecam::serve {

/// What one server gives at most, so that nobody who connects can harm the others
/// (docs/viewer.md has the list).
struct Limits {
  static constexpr std::size_t kConnections = 64, kClients = 32;
  static constexpr std::size_t kMessage = std::size_t{64} << 10;
  static constexpr std::size_t kHeaders = std::size_t{8} << 10;
  static constexpr std::size_t kUpload = std::size_t{64} << 20;
  static constexpr std::size_t kWaitingSteps = 2;
  static constexpr std::size_t kWaitingBytes = std::size_t{8} << 20;
  /// What this system may hold back for one client, in bytes.
  static constexpr int kSendBuffer = 256 << 10;
  /// A ping follows a message of at least so many bytes: its answer says that the message was read.
  static constexpr std::size_t kPinged = std::size_t{16} << 10;
  static constexpr int kMessages = 2000;
  static constexpr std::chrono::seconds kMessagesIn{10};
  static constexpr std::chrono::seconds kRequest{10}, kUploadTime{120}, kClosing{1};
  /// A client that says nothing for so long, and answers no ping, is gone.
  static constexpr std::chrono::seconds kSilence{60};
};

}  // namespace arcadecam::serve
