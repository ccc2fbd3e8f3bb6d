#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "checkpoint/bytes.h"
#include "checkpoint/inflate_limits.h"
#include "checkpoint/torch_file.h"

namespace arcadecam::checkpoint {

/// A checkpoint file taken out of its wrappings.
struct OpenedFile {
  std::string container;            ///< outermost first: "gzip, torch zip"
  std::unique_ptr<Bytes> unpacked;  ///< what gzip held; the rest may refer to it
  std::uint64_t unpacked_size;
  TorchFile torch;
};

/// Recognises and opens a checkpoint file by its content. Throws Error for anything else, saying
/// what it seems to be and what can be read. `bytes` must outlive the result.
OpenedFile open_container(ByteView bytes, const InflateLimits& limits);

}  // namespace arcadecam::checkpoint
