#pragma once

#include <memory>
#include <vector>

namespace arcadecam::nn {

/// The workspaces of an engine's passes: each serves one pass at a time, and the next one when that
/// pass is gone. One thread's.
template <typename Workspace>
class Workspaces {
 public:
  /// One that no pass holds; `make()` where there is none.
  template <typename Make>
  std::shared_ptr<Workspace> free(Make&& make) {
    for (const auto& workspace : workspaces_) {
      // Nobody else refers to it.
      if (workspace.use_count() == 1) return workspace;
    }
    return workspaces_.emplace_back(make());
  }

 private:
  std::vector<std::shared_ptr<Workspace>> workspaces_;
};

}  // namespace arcadecam::nn
