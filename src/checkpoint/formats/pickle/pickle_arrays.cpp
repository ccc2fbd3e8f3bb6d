// What plain pickles hold beyond a torch file's: arrays, and objects that are left out.
#include <fmt/format.h>

#include "checkpoint/formats/pickle/pickle_globals.h"
#include "checkpoint/formats/pickle/pickle_machine.h"
#include "checkpoint/formats/pickle/pickle_opcodes.h"

namespace arcadecam::checkpoint::pickle {
namespace {

const Tuple* tuple_at(const Document& document, const Tuple& tuple, std::size_t place) {
  return place < tuple.items.size() ? document.get<Tuple>(tuple.items[place]) : nullptr;
}

}  // namespace

// NumPy's state of an array: (version, shape, dtype, Fortran order, bytes).
ArrayRecord Machine::array(const Tuple& state) const {
  const Tuple* shape = tuple_at(document_, state, 1);
  const auto* type = state.items.size() == 5 ? document_.get<ArrayType>(state.items[2]) : nullptr;
  const auto* blob = state.items.size() == 5 ? document_.get<Blob>(state.items[4]) : nullptr;
  ArrayRecord record;
  if (shape == nullptr || type == nullptr || blob == nullptr) {
    record.obstacle = "its type or its elements are none of NumPy's plain ones";
    return record;
  }
  record.code = type->code;
  record.bytes = blob->bytes;
  for (const Value& extent : shape->items) {
    const auto* number = std::get_if<std::int64_t>(&extent);
    if (number == nullptr || *number < 0) throw fail("an array with an impossible shape");
    record.extents.push_back(*number);
  }
  const auto* fortran = std::get_if<bool>(&state.items[3]);
  if (type->big_endian) record.obstacle = "its numbers are big-endian";
  if (fortran == nullptr || (*fortran && record.extents.size() > 1))
    record.obstacle = "it is in Fortran order";
  return record;
}

bool Machine::reduce_plain(const Value& callable, const Value& arguments_value) {
  const auto* global = document_.get<Global>(callable);
  const auto* arguments = document_.get<Tuple>(arguments_value);
  if (global == nullptr || arguments == nullptr) return false;
  const std::size_t count = arguments->items.size();
  switch (global->name->kind) {
    case GlobalKind::kArrayReconstruct:
      push_node(ArrayRecord{{}, {}, {}, "it was never filled"});
      return true;
    case GlobalKind::kArrayFromBuffer: {  // (bytes, dtype, shape, order)
      if (count != 4) throw fail("an array from a buffer without its four arguments");
      const Value order = arguments->items[3];
      const bool fortran = document_.text(order) == std::string_view("F");
      push_node(array(Tuple{{std::int64_t{1}, arguments->items[2], arguments->items[1], fortran,
                             arguments->items[0]}}));
      return true;
    }
    case GlobalKind::kJaxArray: {  // (function, its arguments, the array's state, abstract value)
      const Tuple* state = tuple_at(document_, *arguments, 2);
      if (state == nullptr) throw fail("an array of JAX without a state");
      push_node(array(*state));
      return true;
    }
    case GlobalKind::kFrozenDict:
      if (count != 1 || document_.get<Dict>(arguments->items[0]) == nullptr)
        throw fail("a FrozenDict of something else than a dict");
      push(Value(arguments->items[0]));
      return true;
    default:
      return false;
  }
}

bool Machine::build_plain(const Value& target, const Value& state) {
  const auto* fields = document_.get<Tuple>(state);
  auto* record = document_.get<ArrayRecord>(target);
  if (record == nullptr) return false;
  if (fields == nullptr) throw fail("an array whose state is no tuple");
  *record = array(*fields);
  return true;
}

bool Machine::new_opaque(std::uint8_t opcode) {
  if (opcode == kNewObjEx) pop();  // keyword arguments
  pop();                           // arguments
  const Value type = pop();
  if (document_.get<Opaque>(type) == nullptr) return false;
  push(type);
  return true;
}

}  // namespace arcadecam::checkpoint::pickle
