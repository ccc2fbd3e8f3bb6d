#pragma once

#include <cstdint>
#include <string>

#include "checkpoint/building/streams.h"

namespace arcadecam::checkpoint {

// Implicit quantile networks (Dabney et al. 2018, arXiv:1806.06923): quantile τ of the return is
// head(features ∘ φ(τ)) with φ(τ) = relu(W cos(π·(1 … n)·τ) + b) and a head of one hidden layer. An
// agent draws its τ again in every step and acts by their mean. Here they are the midpoints
// (i + ½)/K, i = 0 … K − 1, whose φ are constants: with them folded into the hidden layer's columns
// the network is one of two linear layers, exactly up to the rounding of sums,
//
//     Q = (1/K) Σ_i W₂ relu(W₁ diag(φ(τ_i)) x + b₁) + b₂.

/// How many midpoints are taken for a stream of so many inputs, hidden units and outputs: 32, or 16
/// or 8 where its copies would take more than 256 MiB. Throws Error where 8 do.
std::int64_t quantile_midpoints(std::int64_t features, std::int64_t hidden, std::int64_t actions);

/// φ at `count` midpoints, count×features, for an embedding of weight features×n and bias features.
Tensor midpoint_embeddings(const nn::Linear& embedding, std::int64_t count);

/// The two layers that give the mean of the quantiles at the midpoints, for `embeddings` of
/// midpoint_embeddings() and the network's own stream.
HeadStream mean_over_midpoints(const Tensor& embeddings, const HeadStream& stream);

}  // namespace arcadecam::checkpoint
