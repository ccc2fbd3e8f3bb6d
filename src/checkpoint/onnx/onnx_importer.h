#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/nn/graph.h"
#include "checkpoint/formats/files_beside.h"
#include "checkpoint/onnx/onnx_draft.h"
#include "checkpoint/onnx/onnx_values.h"
#include "nn/recurrent_cells.h"

namespace arcadecam::checkpoint::onnx {

/// What an ONNX model becomes.
struct Imported {
  nn::Graph graph;
  std::vector<StoredTensor> stored;  ///< its weights
  std::vector<std::string> unknown;  ///< remarks for people
};

/// Turns an ONNX model (opset 11 and later) of one image in (and what a
/// recurrent network remembers) and one vector out into a graph. Shapes
/// are computed for a batch of one. Throws Error naming the operator and its node where the graph
/// has nothing like it. `beside`: where weights lie that the model keeps in other files.
Imported import_onnx(ByteView bytes, FilesBeside& beside);
/// The same of a model at hand, whose tensors hold their numbers.
Imported import_model(const Model& model);

/// A value while the model is read: a constant, or what a node of the draft puts out.
struct Value {
  std::optional<Constant> constant{};
  int node = -1;
  /// With the batch of one in front, as the model sees it.
  std::vector<std::int64_t> extents{};
  /// Whether the model has the image's channels last, where the draft has them first.
  bool channels_last = false;
  /// C×H×W where the model flattened such an image: its vector is ordered H×W×C, the draft's C×H×W.
  std::optional<Shape> flattened_last{};
};

/// Translates node by node into a draft, of which passes make the graph; the operators are spread
/// over onnx_layout.cpp, onnx_layers.cpp, onnx_reductions.cpp and onnx_recurrent.cpp.
class Importer {
 public:
  explicit Importer(const Model& model) : model_(model) {}
  Imported run();

 private:
  using Operator = void (Importer::*)();
  static const std::map<std::string_view, Operator>& operators();

  void read_initializers();
  void read_inputs();
  void read_image(const Input& image);
  void read_state(const Input& state, std::string_view image);
  void step(const Node& node);
  nn::Graph finish();
  [[nodiscard]] bool can_play(const Value& value) const;
  [[nodiscard]] bool is_next_state(int node) const;
  [[nodiscard]] int critic_beside(int chosen) const;
  std::size_t pair_states(const Value& chosen, int chosen_node);
  bool is_policy(const Value& chosen, int chosen_node);
  bool of_the_choice();

  // The current node's arguments and results.
  [[nodiscard]] Error fail(std::string_view what) const;
  [[nodiscard]] bool has_input(std::size_t k) const;
  const Value& input(std::size_t k = 0) const;
  const Constant& constant(std::size_t k) const;
  /// The constant as a tensor of the graph; kept, so that a shared one stays shared.
  nn::Weights weights(std::size_t k) const;
  const Value& network(std::size_t k = 0) const;  ///< input k, which must be a node's output
  [[nodiscard]] const Attribute* attribute(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  [[nodiscard]] float real(std::string_view name, float otherwise) const;
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view name) const;
  /// Axes of a reduction or of Squeeze, as attribute or second input, none of them negative.
  [[nodiscard]] std::vector<std::int64_t> axes(std::size_t rank) const;
  void put(Value value, std::size_t k = 0);  ///< as result k
  void put_constant(Constant constant);
  /// Adds a node to the draft after `inputs`, and returns its index.
  int append(DraftOp op, std::vector<int> inputs, std::string_view name = {});
  /// The same, and makes it the result.
  void add(DraftOp op, std::vector<int> inputs, std::string_view name = {});
  void add(nn::Op op) { add(std::move(op), {network().node}); }
  /// The same of an operation that keeps the extents and the layout of `like`.
  void add_like(const Value& like, DraftOp op, std::vector<int> inputs);
  [[nodiscard]] const Shape& shape_of(const Value& value) const { return draft_.shape(value.node); }
  [[nodiscard]] bool is_choice(const Value& value) const;
  /// Whether it is a plain vector: all dimensions but one are 1.
  bool is_vector(const Value& value) const;
  /// Input 0, which must be one.
  const Value& vector() const;
  std::string layer_name() const;

  // Operators of onnx_layout.cpp.
  void shape();
  void constant_node();
  void same();
  void reshape();
  void flatten();
  void transpose();
  void squeeze();
  void unsqueeze();
  void gather();
  void slice();
  void split();
  void put_flat(const Value& image, std::vector<std::int64_t> extents);
  void put_vector(const Value& from, std::vector<std::int64_t> extents);
  void put_part(const Value& from, std::int64_t first, std::int64_t count, std::size_t k);
  bool is_vector_of(const Value& from, const std::vector<std::int64_t>& to) const;
  std::size_t value_axis(const Value& value) const;
  // In onnx_reductions.cpp.
  void reduce();
  void reduce_image(bool keeps);
  void log_sum_exp();
  void arg_max();
  [[noreturn]] void random();
  // In onnx_recurrent.cpp.
  void gru();
  void lstm();
  nn::CellWeights cell_weights(std::span<const int> order);
  int cell_input() const;
  int initial_state(std::size_t k, std::int64_t size);
  int append_cell(std::vector<nn::Node> cell);
  void put_state(std::size_t k, int node, int state);
  void put_sequence(int node);
  // In onnx_layers.cpp.
  void conv();
  void gemm();
  void mat_mul();
  void batch_norm();
  void layer_norm();
  void activation();
  void pool();
  void global_pool();
  void concat();
  void softmax();
  void log_softmax();
  void add_values();
  void subtract();
  void multiply();
  void divide();
  void erf();
  [[nodiscard]] bool is_of_channels(const Value& image, const Constant& by) const;
  void add_constant(const Value& from, std::size_t k);
  [[nodiscard]] bool is_number(const Value& value) const;
  void check_layouts(const Value& a, const Value& b) const;
  nn::Weights columns(nn::Weights matrix) const;
  nn::Weights row_factors(const Constant& by, std::int64_t length) const;

  std::pair<std::int64_t, std::int64_t> padding(std::int64_t kernel, std::int64_t stride,
                                                std::int64_t extent) const;
  std::int64_t square(std::string_view name, std::int64_t otherwise) const;
  void scale(float factor);

  const Model& model_;
  const Node* node_ = nullptr;
  std::map<std::string, Value, std::less<>> values_;
  std::map<std::string, nn::Weights, std::less<>> tensors_;
  Draft draft_;
  std::vector<StoredTensor> stored_;
  std::vector<std::string> unknown_;
  std::vector<int> states_;     ///< nodes of what the model is given of the step before
  std::map<int, int> next_of_;  ///< which node's output each becomes
  int cells_ = 0;
  std::int64_t batch_ = 1;    ///< of states that the model takes at once, where it is fixed
  std::size_t computed_ = 0;  ///< elements of constants that were computed
};

}  // namespace arcadecam::checkpoint::onnx
