#include "nn/onednn/context.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <tuple>
#include <utility>

#include "core/cpu_features.h"
#include "nn/kernels/kernels.h"

namespace arcadecam::nn::onednn {

namespace {

/// Aligned as oneDNN does it. The system's zeros take no memory until they are written to: many a
/// gradient, and inputs that go straight into another layout, never are.
std::pair<std::shared_ptr<void>, float*> zeroed(std::size_t size) {
  constexpr std::size_t kAlignment = 64;
  std::size_t room = size + kAlignment;
  void* block = std::calloc(room, 1);
  if (block == nullptr) throw std::bad_alloc();
  std::shared_ptr<void> owner(block, std::free);
  return {std::move(owner), static_cast<float*>(std::align(kAlignment, size, block, room))};
}

}  // namespace

dnnl::engine limited_cpu() {
  const CpuFeatures& cpu = cpu_features();
  if (cpu.limited) {
    // It takes effect before oneDNN's first kernel alone. The level never changes, so that the
    // first call decides for all.
    dnnl::set_max_cpu_isa(cpu.level >= CpuLevel::kAvx2 ? dnnl::cpu_isa::avx2
                                                       : dnnl::cpu_isa::sse41);
  }
  return {dnnl::engine::kind::cpu, 0};
}

dnnl::memory::dims batch_dims(std::int64_t batch, const Shape& shape) {
  dnnl::memory::dims dims{batch};
  dims.insert(dims.end(), shape.begin(), shape.end());
  return dims;
}

dnnl::memory::desc plain_desc(std::int64_t batch, const Shape& shape) {
  constexpr Tag kPlain[] = {Tag::undef, Tag::a,     Tag::ab,    Tag::abc,
                            Tag::abcd,  Tag::abcde, Tag::abcdef};
  const auto dims = batch_dims(batch, shape);
  return make_desc(dims, kPlain[dims.size()]);
}

dnnl::memory Context::weights_in(const Weights& weights, const dnnl::memory::desc& plain,
                                 const dnnl::memory::desc& wanted) {
  std::vector<Layout>& known = blocked_[weights];
  for (const Layout& layout : known) {
    if (layout.desc == wanted) return layout.memory;
  }
  // oneDNN does not write to a reorder's source.
  dnnl::memory from(plain, engine_, const_cast<float*>(weights->data()));
  if (plain == wanted) {
    known.push_back({wanted, from});
    return from;
  }
  dnnl::memory to(wanted, engine_);
  std::memset(to.get_data_handle(), 0, wanted.get_size());
  dnnl::stream stream = stream_;
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
  known.push_back({wanted, to});
  return to;
}

const Tensor& Context::zeros(std::int64_t length) {
  return zeros_.try_emplace(length, Shape{length}).first->second;
}

void NodeMemory::allocate(const dnnl::engine& engine, const dnnl::memory::desc& desc) {
  std::tie(x_memory_, x_) = zeroed(desc.get_size());
  std::tie(g_memory_, g_) = zeroed(desc.get_size());
  activation = dnnl::memory(desc, engine, x_);
  gradient = dnnl::memory(desc, engine, g_);
  elements_ = static_cast<std::int64_t>(desc.get_size() / sizeof(float));
  const auto dims = desc.dims();
  sample_elements_ = elements_ / dims[0];
  const Shape sample(std::vector<std::int64_t>(dims.begin() + 1, dims.end()));
  if (desc == plain_desc(dims[0], sample)) {
    layout_ = Layout::kPlain;
  } else {
    layout_ = dims.size() == 4 && desc == make_desc(dims, Tag::nhwc) ? Layout::kChannelsLast
                                                                     : Layout::kBlocked;
  }
}

void to_plain(const NodeMemory& memory, const float* sample, const Shape& shape, float* plain) {
  if (memory.layout() == Layout::kPlain) {
    std::copy_n(sample, shape.count(), plain);
  } else {
    pixel_kernels().transpose(sample, shape[1] * shape[2], shape[0], false, plain);
  }
}

void from_plain(const float* plain, const Shape& shape, bool accumulate, const NodeMemory& memory,
                float* sample) {
  if (memory.layout() == Layout::kPlain) {
    kernels().scale(plain, shape.count(), 1.0F, accumulate, sample);
  } else {
    pixel_kernels().transpose(plain, shape[0], shape[1] * shape[2], accumulate, sample);
  }
}

Reorder::Reorder(Context& context, const dnnl::memory& from, const dnnl::memory& to)
    : context_(context), from_(from), to_(to), reorder_(from, to) {}

void Reorder::run() {
  dnnl::stream stream = context_.stream();
  reorder_.execute(stream, from_, to_);
}

void Reorder::run_into(float* data) {
  to_.set_data_handle(data);
  run();
}

void Reorder::run_from(float* data) {
  from_.set_data_handle(data);
  run();
}

GradientReorder::GradientReorder(Context& context, const dnnl::memory& from, NodeMemory& to)
    : to_(to),
      reorder_(context, from, dnnl::memory(to.gradient.get_desc(), context.engine(), to.g())) {}

void GradientReorder::add() {
  if (!to_.gradient_started) {
    reorder_.run_into(to_.g());
  } else {
    converted_.resize(static_cast<std::size_t>(to_.elements()));
    reorder_.run_into(converted_.data());
    for (std::size_t i = 0; i < converted_.size(); ++i) to_.g()[i] += converted_[i];
  }
  to_.gradient_started = true;
}

}  // namespace arcadecam::nn::onednn
