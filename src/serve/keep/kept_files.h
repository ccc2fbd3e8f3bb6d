#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "serve/director.h"

namespace arcadecam::serve {

/// A file that was made for a client.
struct KeptFile {
  std::string address;  ///< after "/keep/"
  std::string name;     ///< under which a browser stores it
  std::string type;
  std::shared_ptr<const std::string> content;
};

/// What clients keep, in memory: the newest few files. Clips and stills are made by playing the
/// steps again, in a thread of its own, one after the other. Safe from any thread.
class KeptFiles final : public Keeper {
 public:
  /// The oldest files are given up when there are more files or bytes.
  static constexpr std::size_t kMostFiles = 32, kMostBytes = std::size_t{256} << 20;
  static constexpr std::int64_t kMostSteps = 2000;

  KeptFiles() = default;
  /// Ends what is being made.
  ~KeptFiles() override;

  void keep(const Request& request, Show& show, Done done) override;
  std::unique_ptr<Show> load(const std::string& upload, const Show& now) override;

  /// The file of an address, or nothing.
  [[nodiscard]] std::optional<KeptFile> find(std::string_view address) const;
  /// Takes an upload and returns its name for load(); the one before is given up.
  std::string take_upload(std::string name, std::string body);

 private:
  /// Returns the whole address.
  std::string add(std::string name, std::string type, std::string content);

  mutable std::mutex mutex_;
  std::deque<KeptFile> files_;
  std::size_t bytes_ = 0;
  int made_ = 0, uploads_ = 0;
  std::string upload_, upload_name_, upload_words_;
  std::atomic<bool> busy_ = false, ending_ = false;
  std::thread maker_;
};

}  // namespace arcadecam::serve
