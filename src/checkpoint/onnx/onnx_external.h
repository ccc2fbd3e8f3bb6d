#pragma once

#include "checkpoint/formats/files_beside.h"
#include "checkpoint/onnx/onnx_model.h"

namespace arcadecam::checkpoint::onnx {

/// Gives the tensors whose numbers lie in other files (onnx.proto: ExternalDataProto; what
/// torch.onnx.export has written by default since PyTorch 2.9) views of them. Throws Error naming
/// the tensor where its part of a file is not there, and where the tensors together take more bytes
/// than their files have.
void take_external(Model& model, FilesBeside& beside);

}  // namespace arcadecam::checkpoint::onnx
