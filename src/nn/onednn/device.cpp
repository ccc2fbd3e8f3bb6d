#include "nn/onednn/device.h"

#include <array>
#include <cstring>

#include "core/cpu_features.h"

namespace arcadecam::nn::onednn {

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

dnnl::memory::desc to_onednn(const steps::Desc& desc) {
  constexpr std::array kPlain{Tag::undef, Tag::a,     Tag::ab,    Tag::abc,
                              Tag::abcd,  Tag::abcde, Tag::abcdef};
  const auto dims = batch_dims(desc.batch, desc.shape);
  switch (desc.layout) {
    case steps::Layout::kChannelsLast:
      return make_desc(dims, Tag::nhwc);
    case steps::Layout::kBlocks8:
      return make_desc(dims, Tag::nChw8c);
    case steps::Layout::kBlocks16:
      return make_desc(dims, Tag::nChw16c);
    case steps::Layout::kPlain:
      break;
  }
  return make_desc(dims, kPlain.at(dims.size()));
}

std::optional<steps::Desc> from_onednn(const dnnl::memory::desc& desc, std::int64_t batch,
                                       const Shape& shape) {
  using steps::Layout;
  for (const Layout layout :
       {Layout::kPlain, Layout::kChannelsLast, Layout::kBlocks8, Layout::kBlocks16}) {
    if (layout != Layout::kPlain && shape.rank() != 3) continue;
    const steps::Desc ours{batch, shape, layout};
    if (to_onednn(ours) == desc) return ours;
  }
  return std::nullopt;
}

dnnl::memory Device::weights_in(const Weights& weights, const dnnl::memory::desc& plain,
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

const Tensor& Device::zeros(std::int64_t length) {
  return zeros_.try_emplace(length, Shape{length}).first->second;
}

}  // namespace arcadecam::nn::onednn
