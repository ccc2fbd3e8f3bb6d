#pragma once

#include <string_view>

#include "checkpoint/facts.h"
#include "checkpoint/formats/pickle/pickle_value.h"

namespace arcadecam::checkpoint {

/// Where the checkpoint of an AgileRL agent (`agent.save_checkpoint(FILE)`) holds the network that
/// plays.
inline constexpr std::string_view kAgilerlActor = "network_info/modules/actor_state_dict";

/// That entry, or null where the file is none of AgileRL's.
const pickle::Dict* find_agilerl_actor(const pickle::Document& document, const pickle::Dict& top);

/// What such a checkpoint says of that network: "stride_size" ("4,2"), "encoder_activation",
/// "encoder_output", "head_activation" ("ReLU") and "normalize_images".
void note_agilerl_settings(const pickle::Document& document, const pickle::Dict& top, Facts& facts);

}  // namespace arcadecam::checkpoint
