#include <fmt/format.h>

#include "checkpoint/formats/pickle/pickle_globals.h"
#include "checkpoint/formats/pickle/pickle_machine.h"
#include "checkpoint/formats/pickle/pickle_opcodes.h"
#include "core/text.h"

namespace arcadecam::checkpoint::pickle {
namespace {

constexpr std::size_t kLongestCode = 16;

// The distance from a tensor's first element to its last, or nothing when it exceeds `most`. No
// extent is 0; strides are not negative.
std::optional<std::int64_t> reach(const TensorRecord& tensor, std::int64_t most) {
  std::int64_t total = 0;
  for (int axis = 0; axis < tensor.shape.rank(); ++axis) {
    const std::int64_t steps = tensor.shape[axis] - 1;
    const std::int64_t stride = tensor.strides[static_cast<std::size_t>(axis)];
    if (steps == 0 || stride == 0) continue;
    if (stride > (most - total) / steps) return std::nullopt;
    total += steps * stride;
  }
  return total;
}

}  // namespace

bool Machine::call(std::uint8_t opcode) {
  const auto refuse = [&](std::string_view name) {
    return fail(fmt::format(
        "opcode {}, which a state dict does not need (nothing in the file was run)", name));
  };
  switch (opcode) {
    case kGlobal: {
      const std::string_view module = in_.line("a module's name");
      push_global(module, in_.line("a name"));
      return true;
    }
    case kStackGlobal: {
      const Value name = pop();
      const Value module = pop();
      const auto module_text = document_.text(module);
      const auto name_text = document_.text(name);
      if (!module_text || !name_text) throw fail("a name that is no text");
      push_global(*module_text, *name_text);
      return true;
    }
    case kReduce:
      reduce();
      return true;
    case kBuild:
      build();
      return true;
    case kBinPersId:
      push(storage(pop()));
      return true;
    case kInst: {
      const std::string_view module = in_.line("a module's name");
      throw fail(refusal(module, in_.line("a name")));
    }
    case kPersId:
      throw refuse("PERSID");
    case kObj:
      throw refuse("OBJ");
    case kNewObj:
      if (new_opaque(opcode)) return true;
      throw refuse("NEWOBJ");
    case kNewObjEx:
      if (new_opaque(opcode)) return true;
      throw refuse("NEWOBJ_EX");
    case kExt1:
      throw refuse("EXT1");
    case kExt2:
      throw refuse("EXT2");
    case kExt4:
      throw refuse("EXT4");
    case kNextBuffer:
      throw refuse("NEXT_BUFFER");
    case kReadOnlyBuffer:
      throw refuse("READONLY_BUFFER");
    default:
      return false;
  }
}

void Machine::push_global(std::string_view module, std::string_view name) {
  const GlobalName* allowed = find_global(module, name);
  const bool plain = mode_ == Mode::kPlain;
  const bool is_member = allowed != nullptr && allowed->kind == GlobalKind::kMember;
  if (is_member && plain) allowed = nullptr;
  if (allowed == nullptr && plain) allowed = find_plain_global(module, name);
  if (allowed == nullptr && (plain || is_kept_beside(module, name)))
    return push_node(
        Opaque{fmt::format("calls {}.{} (not run)", printable(module), printable(name)),
               fmt::format("{}.{}", printable(module), printable(name))});
  if (allowed == nullptr) throw fail(refusal(module, name));
  if (is_member) uncalled_member_ = allowed;
  push_node(Global{allowed});
}

void Machine::reduce() {
  const Value arguments_value = pop();
  const Value callable = pop();
  if (document_.get<Opaque>(callable) != nullptr) return push(callable);
  if (mode_ == Mode::kPlain && reduce_plain(callable, arguments_value)) return;
  const auto* arguments = document_.get<Tuple>(arguments_value);
  const auto* global = document_.get<Global>(callable);
  if (arguments == nullptr || global == nullptr) {
    throw fail(fmt::format("it calls {} with {}", document_.describe(callable),
                           document_.describe(arguments_value)));
  }
  const std::size_t count = arguments->items.size();
  const auto wrong = [&] {
    return fail(fmt::format("{}.{} with {} arguments that do not fit it", global->name->module,
                            global->name->name, count));
  };
  switch (global->name->kind) {
    case GlobalKind::kOrderedDict:
      push(ordered_dict(*arguments));
      return;
    case GlobalKind::kRebuildTensor:
      push(tensor(*arguments));
      return;
    case GlobalKind::kRebuildParameter:
      // (data, requires_grad, backward_hooks): the data is what counts.
      if (count == 0 || document_.get<TensorRecord>(arguments->items[0]) == nullptr) throw wrong();
      push(Value(arguments->items[0]));
      return;
    case GlobalKind::kSize:
      if (count != 1 || document_.get<Tuple>(arguments->items[0]) == nullptr) throw wrong();
      push(Value(arguments->items[0]));
      return;
    case GlobalKind::kDevice:
      push_opaque("device");
      return;
    case GlobalKind::kSet:
      push_opaque("set");
      return;
    case GlobalKind::kMember:
      if (count != 2 || document_.get<Opaque>(arguments->items[0]) == nullptr ||
          !document_.text(arguments->items[1])) {
        throw fail(refusal(global->name->module, global->name->name));
      }
      uncalled_member_ = nullptr;
      push(Value(arguments->items[0]));
      return;
    case GlobalKind::kEncode:
      push_opaque("bytes");
      return;
    case GlobalKind::kArrayType: {
      const auto code = count == 0 ? std::nullopt : document_.text(arguments->items[0]);
      if (!code || code->size() > kLongestCode) throw fail("a dtype without a name");
      push_node(ArrayType{std::string(*code), false});
      return;
    }
    case GlobalKind::kArrayNumber:  // (type, its bytes)
      if (count != 2 || document_.get<ArrayType>(arguments->items[0]) == nullptr) throw wrong();
      push_opaque("number of NumPy's");
      return;
    default:
      throw wrong();
  }
}

Value Machine::ordered_dict(const Tuple& arguments) {
  const NodeId id = add(Dict{});
  if (arguments.items.empty()) return id;
  // Python 2 writes the items as one list of [key, value] lists.
  const auto* pairs = document_.get<List>(arguments.items[0]);
  if (arguments.items.size() != 1 || pairs == nullptr)
    throw fail("an OrderedDict of something else than pairs");
  charge(pairs->items.size());
  auto* dict = document_.get<Dict>(Value(id));
  for (const Value& item : pairs->items) {
    const auto* list = document_.get<List>(item);
    const auto* tuple = document_.get<Tuple>(item);
    const std::vector<Value>* pair = list != nullptr ? &list->items : nullptr;
    if (tuple != nullptr) pair = &tuple->items;
    if (pair == nullptr || pair->size() != 2)
      throw fail("an OrderedDict of something else than pairs");
    set_item(*dict, (*pair)[0], (*pair)[1]);
  }
  return id;
}

std::int64_t Machine::integer(const Value& value, std::string_view what) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) {
    throw fail(fmt::format("{} is {}, not a number of 64 bits", what, document_.describe(value)));
  }
  if (*number < 0) throw fail(fmt::format("{} is {}; it must not be negative", what, *number));
  return *number;
}

// torch's persistent id: ('storage', type, key, location, elements[, view]).
Value Machine::storage(const Value& persistent_id) {
  const auto* id = document_.get<Tuple>(persistent_id);
  if (id == nullptr || id->items.size() < 5 || id->items.size() > 6 ||
      document_.text(id->items[0]) != std::string_view("storage")) {
    throw fail("a persistent id that is no storage of torch");
  }
  const auto* type = document_.get<Global>(id->items[1]);
  const auto key = document_.text(id->items[2]);
  if (type == nullptr || type->name->kind != GlobalKind::kStorageType) {
    throw fail("a storage whose type is none of torch");
  }
  if (!key || key->size() > kLongestKey) throw fail("a storage whose key is no short text");
  const std::int64_t elements = integer(id->items[4], "a storage's number of elements");
  StorageRecord record{*type->name->dtype, std::string(*key), elements, 0, elements};
  if (id->items.size() == 6 && !std::holds_alternative<None>(id->items[5])) {
    const auto* view =
        document_.get<Tuple>(id->items[5]);  // (key of the view, first element, elements)
    if (view == nullptr || view->items.size() != 3)
      throw fail("a storage view that is none of torch");
    record.first = integer(view->items[1], "a storage view's start");
    record.count = integer(view->items[2], "a storage view's number of elements");
    if (record.first > elements || record.count > elements - record.first) {
      throw fail(fmt::format("a view of elements {} to {}+{} of a storage of {}", record.first,
                             record.first, record.count, elements));
    }
  }
  return add(record);
}

// (storage, offset, size, stride[, requires_grad, backward_hooks[, metadata]])
Value Machine::tensor(const Tuple& arguments) {
  if (arguments.items.size() < 4 || arguments.items.size() > 7) {
    throw fail(fmt::format("a tensor of {} arguments", arguments.items.size()));
  }
  const auto* storage_id = std::get_if<NodeId>(&arguments.items[0]);
  const auto* storage_record = document_.get<StorageRecord>(arguments.items[0]);
  if (storage_record == nullptr) throw fail("a tensor without a storage");
  const auto* size = document_.get<Tuple>(arguments.items[2]);
  const auto* stride = document_.get<Tuple>(arguments.items[3]);
  if (size == nullptr || stride == nullptr) throw fail("a tensor without a size or strides");
  if (size->items.size() > Shape::kMaxRank) {
    throw fail(fmt::format("a tensor of {} dimensions; at most {} are supported",
                           size->items.size(), Shape::kMaxRank));
  }
  if (size->items.size() != stride->items.size()) {
    throw fail(fmt::format("a tensor of {} dimensions with {} strides", size->items.size(),
                           stride->items.size()));
  }
  TensorRecord record{*storage_id, integer(arguments.items[1], "a tensor's offset"), {}, {}};
  std::vector<std::int64_t> extents;
  for (std::size_t i = 0; i < size->items.size(); ++i) {
    extents.push_back(integer(size->items[i], "a tensor's dimension"));
    const std::int64_t step = integer(stride->items[i], "a tensor's stride");
    record.strides.at(i) = extents.back() > 1 ? step : 0;  // along one element there is no step
  }
  try {
    record.shape = Shape(extents);
  } catch (const Error& error) {
    throw fail(fmt::format("a tensor with an impossible size: {}", error.what()));
  }
  const std::int64_t elements = storage_record->count;
  // An empty tensor reads nothing, wherever it claims to be.
  const bool inside =
      record.shape.count() == 0 ||
      (record.offset < elements && reach(record, elements - 1 - record.offset).has_value());
  if (!inside) {
    throw fail(fmt::format("a tensor {} at offset {} reaches beyond its storage of {} elements",
                           to_string(record.shape), record.offset, elements));
  }
  return add(record);
}

void Machine::build() {
  const Value state = pop();
  const Value& target = top();
  if (document_.get<Opaque>(target) != nullptr) return;
  if (mode_ == Mode::kPlain && build_plain(target, state)) return;
  if (auto* type = document_.get<ArrayType>(target)) {  // (version, byte order, …)
    const auto* fields = document_.get<Tuple>(state);
    const auto order = fields == nullptr || fields->items.size() < 2
                           ? std::nullopt
                           : document_.text(fields->items[1]);
    type->big_endian = order == std::string_view(">");
    return;
  }
  // An OrderedDict's attributes (torch keeps versions in _metadata) say nothing about the weights.
  if (document_.get<Dict>(target) != nullptr && document_.get<Dict>(state) != nullptr) return;
  throw fail(fmt::format("it sets the attributes of {} to {}", document_.describe(target),
                         document_.describe(state)));
}

}  // namespace arcadecam::checkpoint::pickle
