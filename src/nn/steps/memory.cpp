#include "nn/steps/memory.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <vector>

#include "nn/kernels/kernels.h"
#include "nn/kernels/pixel_kernels.h"

namespace arcadecam::nn::steps {

std::int64_t Desc::sample_elements() const {
  const std::int64_t block = channels_in_block(layout);
  if (block == 0) return shape.count();
  return (shape[0] + block - 1) / block * block * shape[1] * shape[2];
}

Memory::Memory(const Desc& desc) : desc_(desc) {
  // The system's zeros take no memory until they are written to: many a gradient, and inputs that
  // go straight into another layout, never are.
  constexpr std::size_t kAlignment = 64;
  const std::size_t size = static_cast<std::size_t>(desc.elements()) * sizeof(float);
  std::size_t room = size + kAlignment;
  void* block = std::calloc(room, 1);
  if (block == nullptr) throw std::bad_alloc();
  owner_ = std::shared_ptr<void>(block, std::free);
  values_ = static_cast<float*>(std::align(kAlignment, size, block, room));
}

void to_plain(Layout layout, const float* sample, const Shape& shape, float* plain) {
  if (layout == Layout::kPlain) {
    std::copy_n(sample, shape.count(), plain);
    return;
  }
  const std::int64_t channels = shape[0], area = shape[1] * shape[2];
  if (layout == Layout::kChannelsLast)
    return pixel_kernels().transpose(sample, area, channels, false, plain);
  const std::int64_t block = channels_in_block(layout), whole = channels / block * block;
  for (std::int64_t c = 0; c < whole; c += block)
    pixel_kernels().transpose(sample + c * area, area, block, false, plain + c * area);
  for (std::int64_t c = whole; c < channels; ++c) {
    for (std::int64_t i = 0; i < area; ++i)
      plain[c * area + i] = sample[whole * area + i * block + c - whole];
  }
}

void from_plain(const float* plain, const Shape& shape, bool accumulate, Layout layout,
                float* sample) {
  if (layout == Layout::kPlain)
    return kernels().scale(plain, shape.count(), 1.0F, accumulate, sample);
  const std::int64_t channels = shape[0], area = shape[1] * shape[2];
  if (layout == Layout::kChannelsLast)
    return pixel_kernels().transpose(plain, channels, area, accumulate, sample);
  const std::int64_t block = channels_in_block(layout), whole = channels / block * block;
  for (std::int64_t c = 0; c < whole; c += block)
    pixel_kernels().transpose(plain + c * area, block, area, accumulate, sample + c * area);
  for (std::int64_t c = whole; c < channels; ++c) {
    for (std::int64_t i = 0; i < area; ++i) {
      float& to = sample[whole * area + i * block + c - whole];
      to = accumulate ? to + plain[c * area + i] : plain[c * area + i];
    }
  }
}

void bring(const Memory& from, bool accumulate, const Memory& to) {
  const Desc &source = from.desc(), &target = to.desc();
  if (source.layout == target.layout)
    return kernels().scale(from.data(), source.elements(), 1.0F, accumulate, to.data());
  std::vector<float> values;
  for (std::int64_t n = 0; n < source.batch; ++n) {
    const float* sample = from.data() + n * source.sample_elements();
    float* there = to.data() + n * target.sample_elements();
    if (target.layout == Layout::kPlain && !accumulate) {
      to_plain(source.layout, sample, source.shape, there);
      continue;
    }
    const float* plain = sample;
    if (source.layout != Layout::kPlain) {
      values.resize(static_cast<std::size_t>(source.shape.count()));
      to_plain(source.layout, sample, source.shape, values.data());
      plain = values.data();
    }
    from_plain(plain, source.shape, accumulate, target.layout, there);
  }
}

}  // namespace arcadecam::nn::steps
