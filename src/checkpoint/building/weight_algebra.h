#pragma once

#include <cstdint>

#include "arcadecam/nn/graph.h"

namespace arcadecam::checkpoint {

// Weights of other layouts and heads as the graph's convolutions and linear layers hold them. All
// of it is exact up to the rounding of a sum. A missing bias counts as zeros.

/// Height×width×in×out (TensorFlow, JAX) → out×in×height×width.
nn::Weights kernel_from_hwio(const Tensor& kernel);
/// In×out → out×in.
nn::Weights transposed(const Tensor& matrix);
/// A linear layer's weight for inputs that were flattened as H×W×C → for inputs flattened as C×H×W.
/// `matrix` has height·width columns or a multiple of it.
nn::Weights columns_from_hwc(const Tensor& matrix, std::int64_t height, std::int64_t width);
/// A convolution's kernel whose channels fall into `groups` (O×I/groups×H×W), and that takes every
/// `dilation`th place, as one without either: zeros fill it. Throws Error where it would have more
/// than 4 million weights, or where the groups do not fit.
nn::Weights dense_kernel(nn::Weights kernel, std::int64_t groups, std::int64_t dilation);
/// The rows of one matrix (or vector) under those of another.
nn::Weights rows_below(const Tensor& upper, const Tensor& lower);

/// `count` rows of a matrix (or values of a vector) from `first` on.
nn::Weights rows_of(const Tensor& tensor, std::int64_t first, std::int64_t count);

/// A convolution as one of equal padding on all sides.
struct SameConvolution {
  nn::Weights weight;
  int padding;
};
/// One with `front` rows and columns of padding before and `back` behind: the kernel grows by zeros
/// where the padding is smaller.
SameConvolution padded_convolution(nn::Weights weight, std::int64_t front, std::int64_t back);
/// One with TensorFlow's SAME padding on inputs of `extent`×`extent`, which may have one more row
/// at the end than in front.
SameConvolution same_convolution(nn::Weights weight, int stride, std::int64_t extent);

/// A linear layer with the batch normalisation of its outputs behind it.
nn::Linear normalised(const nn::Linear& layer, const nn::BatchNorm2d& norm);
/// The layer that passes on `count` values as they are.
nn::Linear identity_layer(std::int64_t count);

/// A linear head of quantiles and actions → the mean over the quantiles (Dabney et al. 2018), one
/// value per action. `quantile_outermost`: whether output q·actions + a is quantile q of action a,
/// else output a·quantiles + q.
nn::Linear mean_of_quantiles(const nn::Linear& head, std::int64_t quantiles,
                             bool quantile_outermost);

/// The dueling head of atoms (Wang et al. 2016, Hessel et al. 2018): logits = V + A − mean over the
/// actions of A, where V (atoms) and A (actions·atoms) are linear layers, each on a hidden layer of
/// its own. The result takes V's hidden layer followed by A's and gives actions·atoms logits.
nn::Linear dueling_atoms(const nn::Linear& value, const nn::Linear& advantage);

/// `count` numbers from `low` to `high`, the distance rounded once, as torch.linspace computes
/// them.
nn::Weights support(float low, float high, std::int64_t count);

}  // namespace arcadecam::checkpoint
