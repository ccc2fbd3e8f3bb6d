// oneDNN's convolutions where ours do not fit, and its matrix products for large batches.
#include "nn/onednn_module.h"

namespace arcadecam::nn {

extern constinit const EngineKind onednn_entry{
    "onednn", "oneDNN's convolutions where a layer has padding, and bfloat16", make_onednn_engine};

}  // namespace arcadecam::nn
