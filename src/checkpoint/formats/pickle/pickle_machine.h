#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/formats/pickle/pickle_value.h"
#include "core/bytes.h"

namespace arcadecam::checkpoint::pickle {

/// kTorch: the pickle inside a torch file. What a training loop keeps beside the weights
/// (is_kept_beside) stands as Opaque ("calls argparse.Namespace (not run)"), with everything that
/// was done to it left out; every other name that a state dict does not need is an Error. kPlain: a
/// pickle of arrays and whatever else a training loop kept: bytes and arrays are kept as views of
/// `in`'s bytes, and an object of any name that is not known stands as Opaque.
enum class Mode { kTorch, kPlain };

/// Reads one pickle (protocols 0 to 5) up to and including its STOP and leaves `in` behind it. Only
/// what a state dict needs is understood: plain data, and the names of pickle_globals.h, which are
/// recognised and never run. Everything else, and anything malformed, is an Error that names it.
/// Time and memory grow linearly with the bytes read and are bounded by the machine's limits.
Document read(ByteReader& in, Mode mode = Mode::kTorch);

/// The machine behind read(): a stack, marks and a memo. The parts are spread over
/// pickle_machine.cpp (loop, stack, containers), pickle_literals.cpp, pickle_calls.cpp and
/// pickle_arrays.cpp.
class Machine {
 public:
  static constexpr std::size_t kMostSteps = 2'000'000;
  static constexpr std::size_t kMostObjects = 250'000;
  static constexpr std::size_t kDeepest = 1000;
  static constexpr std::size_t kLongestKey = 256;

  Machine(ByteReader& in, Mode mode) : in_(in), mode_(mode) {}
  Document run();

 private:
  // Each tries to carry out one opcode; false when it is not of its kind.
  bool literal(std::uint8_t opcode);
  bool ascii_literal(std::uint8_t opcode);
  bool container(std::uint8_t opcode);
  bool stack_and_memo(std::uint8_t opcode);
  bool call(std::uint8_t opcode);

  void push(Value value) { stack_.push_back(value); }
  NodeId add(Node node);
  void push_node(Node node) { push(add(std::move(node))); }
  void push_text(ByteView bytes);
  void push_opaque(std::string what) { push_node(Opaque{std::move(what)}); }
  void push_big_endian_double(ByteView bytes);
  void push_integer(ByteView two_complement);
  Value pop();
  Value& top();
  std::vector<Value> pop_to_mark();
  void memoize(std::uint64_t index);
  void recall(std::uint64_t index);

  void set_items(Value& target, const std::vector<Value>& keys_and_values);
  void set_item(Dict& dict, const Value& key, const Value& value);
  void append(const Value& list, const std::vector<Value>& items);

  void push_global(std::string_view module, std::string_view name);
  void reduce();
  Value ordered_dict(const Tuple& arguments);
  Value tensor(const Tuple& arguments);
  Value storage(const Value& persistent_id);
  void build();
  /// Leaves an object out whose class stands as Opaque; false when it is another.
  bool new_opaque(std::uint8_t opcode);
  // For plain pickles, in pickle_arrays.cpp; false when it is none of theirs.
  bool reduce_plain(const Value& callable, const Value& arguments);
  bool build_plain(const Value& target, const Value& state);
  ArrayRecord array(const Tuple& state) const;
  [[nodiscard]] bool is_left_out(const Value& value) const {
    return document_.get<Opaque>(value) != nullptr;
  }
  std::int64_t integer(const Value& value, std::string_view what);

  void charge(std::size_t steps);
  [[nodiscard]] Error fail(std::string_view message) const;

  ByteReader& in_;
  Mode mode_;
  Document document_;
  std::vector<Value> stack_;
  std::vector<std::size_t> marks_;
  std::map<std::uint64_t, Value> memo_;
  std::size_t steps_ = 0;
  const GlobalName* uncalled_member_ = nullptr;  ///< getattr, until it is called
  std::size_t at_ = 0;                           ///< where the current opcode is
};

}  // namespace arcadecam::checkpoint::pickle
