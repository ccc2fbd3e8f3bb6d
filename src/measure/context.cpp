#include "measure/context.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "arcadecam/core/error.h"
#include "core/batches.h"

namespace arcadecam::measure {
namespace {

/// Observations explained in one pass: maps are kept until all of them are taken.
constexpr std::int64_t kExplained = 8;

/// FNV-1a.
std::uint64_t hashed(std::string_view text, std::uint64_t hash = 0xCBF29CE484222325ULL) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

ByteTensorView batch_of_one(const ByteTensor& observation) {
  return {observation.data(), observation.shape().batch_of(1)};
}

}  // namespace

/// A network with a method bound to it.
struct Context::Explaining {
  Explaining(std::shared_ptr<const nn::Graph> network, const Question& question,
             std::shared_ptr<nn::WeightLayouts> layouts, const explain::MethodSpec& method,
             std::int64_t frame_planes)
      : graph(std::move(network)),
        engine(nn::make_engine(question.engine, graph, {.layouts = std::move(layouts)})),
        session(*engine, std::array{method}, question.target) {
    session.set_frame_planes(frame_planes);
  }

  std::shared_ptr<const nn::Graph> graph;
  std::unique_ptr<nn::Engine> engine;
  explain::Session session;
};

Context::Context(Network network, const Question& question, std::shared_ptr<SharedNetworks> shared)
    : network_(std::move(network)),
      question_(question),
      shared_(shared ? std::move(shared)
                     : std::make_shared<SharedNetworks>(network_.graph, question.seed)),
      engine_(nn::make_engine(question.engine, network_.graph, {.layouts = shared_->layouts()})) {
  question.target.check(graph());
  watch_.merge(question.target.watch(graph()));
  nn::watch_memory(graph(), watch_);
}

Context::~Context() = default;

std::unique_ptr<Context::Explaining> Context::on_network(
    std::shared_ptr<const nn::Graph> network) const {
  return std::make_unique<Explaining>(std::move(network), question_, shared_->layouts(), method_,
                                      network_.frame_planes);
}

void Context::use(const explain::MethodSpec& method) {
  if (states_ && method.text() == method_.text()) return;
  method_ = method;
  networks_.clear();
  other_networks_.clear();
  others_.reset();
  states_ = on_network(network_.graph);
}

TensorView Context::remembered(std::span<const std::vector<float>* const> samples) {
  const std::int64_t size = graph().state_size();
  if (size == 0) return {};
  memory_.resize(Shape{std::ssize(samples), size});
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto row = memory_[static_cast<std::int64_t>(i)].values();
    if (samples[i]->empty()) {
      std::ranges::fill(row, 0.0F);
    } else if (samples[i]->size() == row.size()) {
      std::ranges::copy(*samples[i], row.begin());
    } else {
      throw bad_input("a state remembers {} values, and the network {}", samples[i]->size(), size);
    }
  }
  return memory_.view();
}

TensorView Context::remembered(const std::vector<float>& memory, std::int64_t samples) {
  if (graph().state_size() == 0) return {};
  return remembered(std::vector(static_cast<std::size_t>(samples), &memory));
}

void Context::explain_states(std::span<const State* const> states,
                             const std::function<void(const Subject&)>& take) {
  if (states.empty()) return;
  const Shape& shape = graph().shape(0);
  ByteTensor batch(shape.batch_of(std::ssize(states)));
  std::vector<explain::Target> asked;
  std::vector<int> chosen;
  std::vector<std::vector<explain::Object>> objects;
  std::vector<const std::vector<float>*> memories;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i]->observation.shape() != shape)
      throw bad_input("a state's observation does not have the network's input shape");
    std::ranges::copy(states[i]->observation.values(),
                      batch.data() + static_cast<std::int64_t>(i) * shape.count());
    asked.push_back(question_.target.of_choice(states[i]->action));
    chosen.push_back(states[i]->action);
    objects.push_back(states[i]->objects);
    memories.push_back(&states[i]->memory);
  }
  explain::Session& session = states_->session;
  session.forward({batch.view(), remembered(memories)});
  session.set_objects(std::move(objects));
  session.explain(asked, chosen);
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto sample = static_cast<std::int64_t>(i);
    const auto values = session.tape().output()[sample].values();
    const explain::Target target = asked[i].resolved(values);
    take({*states[i], target, target.resolve(values), values,
          target.value_of({graph(), session.tape(), sample}), session.result(0, sample)});
  }
}

Context::Decision Context::decide(const ByteTensor& observation, const std::vector<float>& memory) {
  engine_->forward({batch_of_one(observation), remembered(memory, 1)}, watch_, tape_);
  nn::next_memory(graph(), tape_, memory_);
  return {explain::argmax(tape_.output()[0].values()),
          {memory_.values().begin(), memory_.values().end()}};
}

void Context::forward(const Subject& subject, std::int64_t count, const Fill& fill,
                      const Take& take) {
  for (std::int64_t first = 0; first < count;) {
    const std::int64_t part = next_batch(count - first, kBatch);
    inputs_.resize(graph().shape(0).batch_of(part));
    for (std::int64_t n = 0; n < part; ++n) fill(first + n, inputs_[n].values());
    engine_->forward({inputs_.view(), remembered(subject.state.memory, part)}, watch_, tape_);
    for (std::int64_t n = 0; n < part; ++n) {
      const auto values = tape_.output()[n].values();
      const double mean =
          std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
      take(first + n, {subject.target.value_of({graph(), tape_, n}),
                       values[static_cast<std::size_t>(subject.action)] - mean, values});
    }
    first += part;
  }
}

void Context::explain(const Subject& subject, std::int64_t count, const Fill& fill,
                      const TakeMap& take) {
  if (!others_) others_ = on_network(network_.graph);
  explain_changed(*others_, subject, count, fill, take);
}

void Context::explain_changed(Explaining& explaining, const Subject& subject, std::int64_t count,
                              const Fill& fill, const TakeMap& take) {
  explain::Session& session = explaining.session;
  for (std::int64_t first = 0; first < count;) {
    const std::int64_t part = next_batch(count - first, kExplained);
    changed_.resize(graph().shape(0).batch_of(part));
    for (std::int64_t n = 0; n < part; ++n) fill(first + n, changed_[n].values());
    session.forward({changed_.view(), remembered(subject.state.memory, part)});
    session.set_objects(std::vector(static_cast<std::size_t>(part), subject.state.objects));
    session.explain(std::vector(static_cast<std::size_t>(part), subject.target),
                    std::vector(static_cast<std::size_t>(part), subject.state.action));
    for (std::int64_t n = 0; n < part; ++n) take(first + n, session.result(0, n));
    first += part;
  }
}

Context::Explaining& Context::explaining_on(RedrawnLayers layers) {
  auto& kept = networks_[layers];
  if (!kept) {
    auto redrawn =
        std::make_shared<const nn::Graph>(with_layers_of(graph(), shared_->redrawn(), layers));
    kept = on_network(std::move(redrawn));
  }
  return *kept;
}

const explain::Attribution& Context::explain_on(const Subject& subject, RedrawnLayers layers) {
  return explain_subject(explaining_on(layers), subject);
}

const explain::Attribution& Context::explain_on(const Subject& subject,
                                                const std::shared_ptr<const nn::Graph>& network) {
  auto& kept = other_networks_[network.get()];
  if (!kept) {
    // Layouts of its own: the shared ones last longer than this network may.
    kept =
        std::make_unique<Explaining>(network, question_, nullptr, method_, network_.frame_planes);
  }
  return explain_subject(*kept, subject);
}

const explain::Attribution& Context::explain_subject(Explaining& explaining,
                                                     const Subject& subject) {
  explain::Session& session = explaining.session;
  session.forward({batch_of_one(subject.state.observation), remembered(subject.state.memory, 1)});
  session.set_objects({subject.state.objects});
  session.explain(std::array{subject.target}, std::array{subject.state.action});
  return session.result(0, 0);
}

void Context::explain_on(const Subject& subject, RedrawnLayers layers, std::int64_t count,
                         const Fill& fill, const TakeMap& take) {
  explain_changed(explaining_on(layers), subject, count, fill, take);
}

const explain::Attribution* Context::explain_other(const Subject& subject, int action) {
  const explain::Target target = question_.target.of_choice(action).resolved(subject.values);
  if (target.text() == subject.target.text()) return nullptr;
  if (!others_) others_ = on_network(network_.graph);
  explain::Session& session = others_->session;
  session.forward({batch_of_one(subject.state.observation), remembered(subject.state.memory, 1)});
  session.set_objects({subject.state.objects});
  session.explain(std::array{target}, std::array{action});
  return &session.result(0, 0);
}

std::uint64_t Context::hash(const State& state, std::uint64_t salt) const {
  // The text keeps these streams apart from those of methods, which are seeded by numbers alone.
  const std::uint64_t text = hashed(measure_, hashed(network_.id));
  return hashed(fmt::format("/{}/{}/{}", state.episode, state.step, salt), text);
}

Random Context::shared_random(const State& state, std::uint64_t salt) const {
  return Random(derive_seed(question_.seed, hash(state, salt), Stream::kMethod));
}

Random Context::random(const State& state, std::uint64_t salt) const {
  return Random(
      derive_seed(question_.seed, hashed(method_.text(), hash(state, salt)), Stream::kMethod));
}

}  // namespace arcadecam::measure
