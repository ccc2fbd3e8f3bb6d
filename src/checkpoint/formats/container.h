#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arcadecam/nn/graph.h"
#include "checkpoint/formats/files_beside.h"
#include "checkpoint/formats/read_state.h"
#include "core/bytes.h"
#include "core/inflate_limits.h"

namespace arcadecam::checkpoint {

/// A checkpoint file taken out of its wrappings.
struct OpenedFile {
  std::string container;  ///< outermost first: "gzip, torch zip"
  ReadState read;
  /// For a format that holds the network itself (ONNX) instead of tensors under names.
  std::optional<nn::Graph> graph{};
  std::string_view own = "ONNX";  ///< whose format that is
};

struct ContainerOptions {
  InflateLimits limits;
  std::optional<std::string> entry{};  ///< see LoadOptions
};

/// Recognises, opens and reads a checkpoint file by its content. Throws Error for anything else,
/// saying what it seems to be and what can be read.
/// `name`: the file's; `beside`: the other files that it may name.
OpenedFile open_container(ByteView bytes, const std::string& name, const ContainerOptions& options,
                          FilesBeside& beside);

}  // namespace arcadecam::checkpoint
