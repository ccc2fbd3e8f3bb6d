#pragma once

#include <oneapi/dnnl/dnnl.hpp>

namespace arcadecam::nn::onednn {

// oneDNN 3 merged operation and primitive descriptors and renamed getters; everything else of the
// engine is written once, against these functions.

inline dnnl::memory::dims dims_of(const dnnl::memory::desc& desc) {
#if DNNL_VERSION_MAJOR >= 3
  return desc.get_dims();
#else
  return desc.dims();
#endif
}

struct ConvGeometry {
  dnnl::memory::dims strides, padding;
};

inline dnnl::convolution_forward::primitive_desc convolution_forward(
    const dnnl::engine& engine, const dnnl::memory::desc& source, const dnnl::memory::desc& weights,
    const dnnl::memory::desc& bias, const dnnl::memory::desc& destination,
    const ConvGeometry& geometry) {
  constexpr auto kKind = dnnl::prop_kind::forward_training;
  constexpr auto kAlgorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  return {engine, kKind,       kAlgorithm,       source,           weights,
          bias,   destination, geometry.strides, geometry.padding, geometry.padding};
#else
  return {{kKind, kAlgorithm, source, weights, bias, destination, geometry.strides,
           geometry.padding, geometry.padding},
          engine};
#endif
}

inline dnnl::convolution_backward_data::primitive_desc convolution_backward(
    const dnnl::engine& engine, const dnnl::memory::desc& source_gradient,
    const dnnl::memory::desc& weights, const dnnl::memory::desc& destination_gradient,
    const ConvGeometry& geometry, const dnnl::convolution_forward::primitive_desc& forward) {
  constexpr auto kAlgorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  return {engine,           kAlgorithm,       source_gradient,  weights, destination_gradient,
          geometry.strides, geometry.padding, geometry.padding, forward};
#else
  return {{kAlgorithm, source_gradient, weights, destination_gradient, geometry.strides,
           geometry.padding, geometry.padding},
          engine,
          forward};
#endif
}

inline dnnl::inner_product_forward::primitive_desc inner_product_forward(
    const dnnl::engine& engine, const dnnl::memory::desc& source, const dnnl::memory::desc& weights,
    const dnnl::memory::desc& bias, const dnnl::memory::desc& destination) {
  constexpr auto kKind = dnnl::prop_kind::forward_training;
#if DNNL_VERSION_MAJOR >= 3
  return {engine, kKind, source, weights, bias, destination};
#else
  return {{kKind, source, weights, bias, destination}, engine};
#endif
}

inline dnnl::inner_product_backward_data::primitive_desc inner_product_backward(
    const dnnl::engine& engine, const dnnl::memory::desc& source_gradient,
    const dnnl::memory::desc& weights, const dnnl::memory::desc& destination_gradient,
    const dnnl::inner_product_forward::primitive_desc& forward) {
#if DNNL_VERSION_MAJOR >= 3
  return {engine, source_gradient, weights, destination_gradient, forward};
#else
  return {{source_gradient, weights, destination_gradient}, engine, forward};
#endif
}

}  // namespace arcadecam::nn::onednn
