#include "network.h"

#include <algorithm>
#include <utility>

#include "arcadecam/core/error.h"
#include "explain/warning_counts.h"
#include "nn/randomize_weights.h"
#include "profile/described_protocol.h"

namespace arcadecam::python {
namespace {

constexpr std::size_t kSessionsKept = 4;

/// `count` states from `first` on.
nn::Observations part_of(const nn::Observations& states, std::int64_t first, std::int64_t count) {
  nn::Observations part;
  std::visit(
      [&](const auto& values) {
        part.values = std::decay_t<decltype(values)>(values[first].data(),
                                                     values.shape().inner().batch_of(count));
      },
      states.values);
  if (states.memory.size() > 0) {
    part.memory =
        TensorView(states.memory[first].data(), states.memory.shape().inner().batch_of(count));
  }
  return part;
}

/// Copies a batch into rows first… of an array for all states.
void gather(TensorView batch, std::int64_t first, std::int64_t total, Tensor& all) {
  if (batch.size() == 0) return;
  if (all.empty()) all.resize(batch.shape().inner().batch_of(total));
  std::ranges::copy(batch.values(), all[first].data());
}
/// One state's, of what only some methods have.
void gather_one(const Tensor& one, std::int64_t at, std::int64_t total, Tensor& all) {
  if (!one.empty()) gather({one.data(), one.shape().batch_of(1)}, at, total, all);
}

/// For a critic's value the layers are the critic's; what else is asked changes no session.
bool asks_critic(const nn::Graph& graph, const explain::Target& about) {
  return graph.value() && about.enters_before_output(graph);
}

/// What the network remembers after the states of a tape, whose first `count` samples they are.
void gather_memory(const nn::Graph& graph, const nn::Tape& tape, std::int64_t count,
                   std::int64_t first, std::int64_t total, Tensor& all) {
  if (graph.states().empty()) return;
  Tensor memory;
  nn::next_memory(graph, tape, memory);
  gather({memory.data(), memory.shape().inner().batch_of(count)}, first, total, all);
}

}  // namespace

Network::Network(checkpoint::Checkpoint checkpoint, const Running& running)
    : checkpoint_(std::move(checkpoint)),
      protocol_(profile::protocol_of(checkpoint_)),
      engine_name_(running.engine) {
  graph_ = std::make_shared<const nn::Graph>(
      running.randomize_weights
          ? nn::randomize_weights(checkpoint_.graph, *running.randomize_weights)
          : checkpoint_.graph);
  engine_ = nn::make_engine(running.engine, graph_,
                            {running.threads, nn::parse_precision(running.precision)});
  if (!graph_->states().empty()) nn::watch_memory(*graph_, memory_watch_);
}

float Network::input_scale() const {
  for (const int node : graph_->consumers(0)) {
    if (const auto* scale = std::get_if<nn::Scale>(&graph_->node(node).op)) return scale->factor;
  }
  return 1;
}

void Network::check_states(const nn::Observations& states) const {
  const Shape& shape =
      std::visit([](const auto& values) -> const Shape& { return values.shape(); }, states.values);
  if (shape.rank() != graph_->shape(0).rank() + 1 || shape.inner() != graph_->shape(0) ||
      shape[0] == 0) {
    throw bad_input("observations: expected the shape N×{} with N of at least 1, found {}",
                    to_string(graph_->shape(0)), to_string(shape));
  }
  if (states.memory.size() == 0) return;
  const Shape expected{shape[0], graph_->state_size()};
  if (states.memory.shape() != expected) {
    throw bad_input("memory: expected {} numbers, found {}", to_string(expected),
                    to_string(states.memory.shape()));
  }
}

Outputs Network::run(const nn::Observations& states, std::int64_t batch, const Pause& pause) {
  check_states(states);
  const std::lock_guard lock(mutex_);
  const std::int64_t total = nn::batch_size(states);
  Outputs outputs;
  for (std::int64_t first = 0; first < total; first += batch) {
    const std::int64_t count = std::min(batch, total - first);
    engine_->forward(part_of(states, first, count), memory_watch_, tape_);
    gather(tape_.output(), first, total, outputs.values);
    gather_memory(*graph_, tape_, count, first, total, outputs.memory);
    pause();
  }
  return outputs;
}

Question Network::question(std::string_view methods, std::span<const std::string> targets) const {
  Question question{explain::parse_methods(methods), {}, {}, {}};
  for (const explain::MethodSpec& spec : question.methods) question.names.push_back(spec.text());
  std::vector<std::size_t> critics, others;
  for (const std::string& target : targets) {
    const explain::Target asked = explain::Target::parse(target);
    asked.check(*graph_);
    (asks_critic(*graph_, asked) ? critics : others).push_back(question.targets.size());
    question.targets.push_back(asked);
  }
  for (std::vector<std::size_t>* group : {&others, &critics}) {
    if (!group->empty()) question.groups.push_back(std::move(*group));
  }
  return question;
}

explain::Session& Network::session_for(const Question& question, const explain::Target& about) {
  const bool critic = asks_critic(*graph_, about);
  const auto at = std::ranges::find_if(sessions_, [&](const Kept& kept) {
    return kept.critic == critic && kept.names == question.names;
  });
  if (at != sessions_.end()) {
    sessions_.splice(sessions_.begin(), sessions_, at);
    return *sessions_.front().session;
  }
  auto session = std::make_unique<explain::Session>(*engine_, question.methods,
                                                    critic ? about : explain::Target::chosen());
  const std::int64_t planes = protocol_.pixels.planes();
  if (graph_->shape(0)[0] % planes == 0) session->set_frame_planes(planes);
  if (session->asks_objects()) {
    throw bad_usage(
        "object-saliency asks what is in the picture, which the program alone knows: `arcadecam "
        "explain`");
  }
  session->watch_also(memory_watch_);
  sessions_.push_front({critic, question.names, std::move(session)});
  if (sessions_.size() > kSessionsKept) sessions_.pop_back();
  return *sessions_.front().session;
}

void Network::explain_group(const nn::Observations& states, const Request& request,
                            std::span<const std::size_t> targets, const Pause& pause,
                            Explained& explained) {
  const Question& question = request.question;
  explain::Session& session = session_for(question, question.targets[targets.front()]);
  session.on_probe([&](std::size_t, std::int64_t, std::int64_t) { pause(); });
  const std::int64_t total = nn::batch_size(states);
  std::vector<std::vector<explain::WarningCounts>> warnings(explained.of.size());
  for (const std::size_t t : targets) {
    for (const std::string& name : question.names) warnings[t].emplace_back(name);
  }
  for (std::int64_t first = 0; first < total; first += request.batch) {
    const std::int64_t count = std::min(request.batch, total - first);
    session.forward(part_of(states, first, count));
    gather({session.tape().output().data(), Shape{count, graph_->actions()}}, first, total,
           explained.outputs.values);
    gather_memory(*graph_, session.tape(), count, first, total, explained.outputs.memory);
    const std::span<const int> chosen =
        request.chosen.empty() ? request.chosen
                               : request.chosen.subspan(static_cast<std::size_t>(first),
                                                        static_cast<std::size_t>(count));
    for (const std::size_t t : targets) {
      std::vector<explain::Target> asked(static_cast<std::size_t>(count), question.targets[t]);
      for (std::size_t n = 0; n < chosen.size(); ++n) asked[n] = asked[n].of_choice(chosen[n]);
      session.explain(asked, chosen);
      for (std::size_t m = 0; m < question.names.size(); ++m) {
        MethodResult& result = explained.of[t][m];
        if (result.lowest.empty()) {
          result.lowest.resize(Shape{total});
          result.highest.resize(Shape{total});
        }
        for (std::int64_t n = 0; n < count; ++n) {
          const explain::Attribution& one = session.result(m, n);
          gather_one(one.map, first + n, total, result.map);
          gather_one(one.raw, first + n, total, result.raw);
          gather_one(one.signed_map, first + n, total, result.signed_map);
          gather_one(one.planes, first + n, total, result.planes);
          result.lowest.data()[first + n] = one.lowest;
          result.highest.data()[first + n] = one.highest;
          result.layers.push_back(one.layers);
          result.actions.push_back(
              asked[static_cast<std::size_t>(n)].resolve(session.tape().output()[n].values()));
          warnings[t][m].add(one);
        }
      }
      pause();
    }
  }
  session.on_probe({});
  session.release();
  for (const std::size_t t : targets) {
    for (std::size_t m = 0; m < question.names.size(); ++m) {
      for (const auto& [is_note, text] : warnings[t][m].lines())
        explained.of[t][m].warnings.push_back(text);
    }
  }
}

Explained Network::explain(const nn::Observations& states, const Request& request,
                           const Pause& pause) {
  check_states(states);
  const std::int64_t total = nn::batch_size(states);
  if (!request.chosen.empty() && std::ssize(request.chosen) != total) {
    throw bad_usage("chosen: expected one action for each of the {} states, found {}", total,
                    request.chosen.size());
  }
  for (const int action : request.chosen) explain::Target::action(action).check(*graph_);
  const std::lock_guard lock(mutex_);
  Explained explained;
  explained.of.resize(request.question.targets.size());
  for (std::vector<MethodResult>& of : explained.of) {
    for (const std::string& name : request.question.names) of.emplace_back().method = name;
  }
  try {
    for (const std::vector<std::size_t>& group : request.question.groups)
      explain_group(states, request, group, pause, explained);
  } catch (...) {
    sessions_.clear();  // which may hold views of this call's states
    throw;
  }
  return explained;
}

}  // namespace arcadecam::python
