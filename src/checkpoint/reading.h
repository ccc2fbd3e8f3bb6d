#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "checkpoint/convention.h"
#include "checkpoint/described/network_file.h"

namespace arcadecam::checkpoint {

/// A network and whose it is, whichever way that is known.
struct Reading {
  std::string_view convention;        ///< a convention's name, "onnx" or "described"
  std::vector<std::string> evidence;  ///< why, one sentence each
  /// Whether the evidence goes in front of what is said of the file's tensors.
  bool evidence_first;
  BuiltNetwork network;
};

/// A file that holds the network itself; `remarks` are what its reader could not know, `format`
/// ("ONNX", "Keras") whose it is. Throws a usage error for options that say what others' networks
/// are.
Reading read_own(const nn::Graph& graph, std::string_view format, const LoadOptions& options,
                 std::vector<std::string> remarks);

/// A network that the user described. Throws Error as build_network() does.
Reading read_described(const NetworkFile& network, const StateDict& state,
                       const LoadOptions& options);

/// A network that a convention knows. Throws Error as recognise() and the convention do.
Reading read_recognised(const StateDict& state, const Hints& hints, const LoadOptions& options);

}  // namespace arcadecam::checkpoint
