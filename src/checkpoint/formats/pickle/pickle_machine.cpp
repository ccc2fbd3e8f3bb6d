#include "checkpoint/formats/pickle/pickle_machine.h"

#include <fmt/format.h>

#include "checkpoint/formats/pickle/pickle_globals.h"
#include "checkpoint/formats/pickle/pickle_opcodes.h"
#include "core/parse_number.h"

namespace arcadecam::checkpoint::pickle {

Document read(ByteReader& in, Mode mode) {
  return Machine(in, mode).run();
}

Error Machine::fail(std::string_view message) const {
  return bad_input("the pickled part, byte {}: {}", at_, message);
}

void Machine::charge(std::size_t steps) {
  steps_ += steps;
  if (steps_ > kMostSteps) {
    throw fail(fmt::format("more than {} steps; a state dict needs a few hundred", kMostSteps));
  }
}

Document Machine::run() {
  while (true) {
    at_ = in_.position();
    if (in_.remaining() == 0) throw fail("it ends without its end mark: the file is cut off");
    const auto opcode = in_.little<std::uint8_t>("an opcode");
    charge(1);
    if (opcode == kStop) break;
    if (!literal(opcode) && !ascii_literal(opcode) && !container(opcode) &&
        !stack_and_memo(opcode) && !call(opcode)) {
      throw fail(fmt::format("opcode 0x{:02x} is none that a state dict needs", opcode));
    }
  }
  if (uncalled_member_ != nullptr)
    throw fail(refusal(uncalled_member_->module, uncalled_member_->name));
  document_.root = pop();
  return std::move(document_);
}

NodeId Machine::add(Node node) {
  if (document_.size() >= kMostObjects) {
    throw fail(fmt::format("more than {} objects; a state dict needs a few hundred", kMostObjects));
  }
  return document_.add(std::move(node));
}

Value& Machine::top() {
  const std::size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() <= floor) throw fail("it takes a value from an empty stack");
  return stack_.back();
}

Value Machine::pop() {
  const Value value = top();
  stack_.pop_back();
  return value;
}

std::vector<Value> Machine::pop_to_mark() {
  if (marks_.empty()) throw fail("it goes back to a mark that was never set");
  const auto start = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<Value> values(start, stack_.end());
  stack_.erase(start, stack_.end());
  marks_.pop_back();
  return values;
}

void Machine::memoize(std::uint64_t index) {
  memo_[index] = top();
}

void Machine::recall(std::uint64_t index) {
  const auto found = memo_.find(index);
  if (found == memo_.end())
    throw fail(fmt::format("it refers to memo slot {}, which is empty", index));
  push(found->second);
}

bool Machine::stack_and_memo(std::uint8_t opcode) {
  const auto decimal = [&] {
    const auto index = parse_number<std::uint64_t>(in_.line("a memo slot"));
    if (!index) throw fail("a memo slot is no number");
    return *index;
  };
  switch (opcode) {
    case kProto: {
      const auto protocol = in_.little<std::uint8_t>("the protocol");
      if (protocol > 5) throw fail(fmt::format("pickle protocol {}; 0 to 5 can be read", protocol));
      return true;
    }
    case kFrame: {
      const auto length = in_.little<std::uint64_t>("a frame's length");
      if (length > in_.remaining()) {
        throw fail(fmt::format("a frame of {} bytes where {} are left", length, in_.remaining()));
      }
      return true;
    }
    case kMark:
      if (marks_.size() >= kDeepest)
        throw fail(fmt::format("nested deeper than {} levels", kDeepest));
      marks_.push_back(stack_.size());
      return true;
    case kPop:
      // Python's own pickler pops a mark this way when a tuple contains itself.
      if (!marks_.empty() && marks_.back() == stack_.size()) {
        marks_.pop_back();
      } else {
        pop();
      }
      return true;
    case kPopMark:
      pop_to_mark();
      return true;
    case kDup:
      push(Value(top()));
      return true;
    case kPut:
      memoize(decimal());
      return true;
    case kBinPut:
      memoize(in_.little<std::uint8_t>("a memo slot"));
      return true;
    case kLongBinPut:
      memoize(in_.little<std::uint32_t>("a memo slot"));
      return true;
    case kMemoize:
      memoize(memo_.size());
      return true;
    case kGet:
      recall(decimal());
      return true;
    case kBinGet:
      recall(in_.little<std::uint8_t>("a memo slot"));
      return true;
    case kLongBinGet:
      recall(in_.little<std::uint32_t>("a memo slot"));
      return true;
    default:
      return false;
  }
}

bool Machine::container(std::uint8_t opcode) {
  const auto tuple_of = [&](std::size_t count) {
    std::vector<Value> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    push_node(Tuple{std::move(items)});
  };
  switch (opcode) {
    case kEmptyTuple:
      push_node(Tuple{});
      return true;
    case kTuple1:
      tuple_of(1);
      return true;
    case kTuple2:
      tuple_of(2);
      return true;
    case kTuple3:
      tuple_of(3);
      return true;
    case kTuple:
      push_node(Tuple{pop_to_mark()});
      return true;
    case kEmptyList:
      push_node(List{});
      return true;
    case kList:
      push_node(List{pop_to_mark()});
      return true;
    case kAppend: {
      const Value item = pop();
      append(top(), {item});
      return true;
    }
    case kAppends: {
      const std::vector<Value> items = pop_to_mark();
      append(top(), items);
      return true;
    }
    case kEmptyDict:
      push_node(Dict{});
      return true;
    case kDict: {
      const std::vector<Value> items = pop_to_mark();
      push_node(Dict{});
      set_items(top(), items);
      return true;
    }
    case kSetItem: {
      const Value value = pop();
      const Value key = pop();
      set_items(top(), {key, value});
      return true;
    }
    case kSetItems: {
      const std::vector<Value> items = pop_to_mark();
      set_items(top(), items);
      return true;
    }
    case kEmptySet:
      push_opaque("set");
      return true;
    case kAddItems:
      pop_to_mark();
      if (document_.get<Opaque>(top()) == nullptr)
        throw fail("it adds to something that is no set");
      return true;
    case kFrozenSet:
      pop_to_mark();
      push_opaque("set");
      return true;
    default:
      return false;
  }
}

void Machine::append(const Value& list, const std::vector<Value>& items) {
  auto* target = document_.get<List>(list);
  if (is_left_out(list)) return;
  if (target == nullptr)
    throw fail(fmt::format("it appends to {}, no list", document_.describe(list)));
  target->items.insert(target->items.end(), items.begin(), items.end());
}

void Machine::set_items(Value& target, const std::vector<Value>& keys_and_values) {
  auto* dict = document_.get<Dict>(target);
  if (is_left_out(target)) return;
  if (dict == nullptr) {
    throw fail(fmt::format("it sets an item of {}, no dict", document_.describe(target)));
  }
  if (keys_and_values.size() % 2 != 0) throw fail("a dict key without a value");
  for (std::size_t i = 0; i < keys_and_values.size(); i += 2) {
    set_item(*dict, keys_and_values[i], keys_and_values[i + 1]);
  }
}

void Machine::set_item(Dict& dict, const Value& key, const Value& value) {
  if (const auto text = document_.text(key); text && text->size() > kLongestKey) {
    throw fail(
        fmt::format("a dict key of {} bytes; at most {} are read", text->size(), kLongestKey));
  }
  auto canonical = dict_key(document_, key);
  if (!canonical) throw fail(fmt::format("a {} as a dict key", document_.describe(key)));
  const auto [place, is_new] = dict.index.try_emplace(std::move(*canonical), dict.items.size());
  if (is_new) {
    dict.items.emplace_back(key, value);
  } else {
    dict.items[place->second].second = value;  // the last one counts, as in Python
  }
}

}  // namespace arcadecam::checkpoint::pickle
