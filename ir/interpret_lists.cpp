// Lists in the interpreter: a shared vector; places that nobody stored yet are Undefined.
#include <algorithm>

#include "ir/interpret_internal.h"

namespace aic::ir::interpreter {

ListValue& Frame::list_of(OpId id) const {
  const auto* l = std::get_if<std::shared_ptr<ListValue>>(&in(id, 0));
  if (!l) internal_error("a list nobody defined", __FILE__, __LINE__, print(f_, id));
  return **l;
}

bool Frame::list(OpId id) {
  OpCode c = at(id).code;
  if (c == "list.new"_op) {
    AIC_CHECK(integer(id, 0) >= 0);
    auto made = std::make_shared<ListValue>();
    if (const Attr* layout = f_.find_attr(id, "layout"))
      made->elements.resize(std::get<Type>(*layout).elements().size(), Undefined{});
    return result(id, std::move(made)), true;
  }
  if (!record(c).name.starts_with("list.")) return false;
  std::vector<RuntimeValue>& elements = list_of(id).elements;
  int64_t n = int64_t(elements.size());
  auto place = [&](size_t operand) -> RuntimeValue& {
    int64_t i = integer(id, operand);
    AIC_CHECK(i >= 0 && i < n, "index " + std::to_string(i) + " of a list of " + std::to_string(n));
    return elements[size_t(i)];
  };
  if (f_.find_attr(id, "layout")) {  // an object: one value for each field
    RuntimeValue& field = elements.at(size_t(f_.int_attr(id, "part")));
    if (c == "list.load"_op) return result(id, field), true;
    return field = in(id, 1), true;
  }
  if (c == "list.length"_op) return result(id, Scalar::integer(n)), true;
  // Of an entry of a table, one part.
  auto part = [&](RuntimeValue& whole) -> RuntimeValue& {
    return f_.find_attr(id, "part") ? std::get<TupleValue>(whole).elements.at(size_t(f_.int_attr(id, "part"))) : whole;
  };
  if (c == "list.load"_op) return result(id, part(place(1))), true;
  if (c == "list.store"_op && f_.find_attr(id, "fresh"))  // there may be room for it before the length says so
    if (int64_t i = integer(id, 2); i == n && size_t(i) < elements.capacity()) elements.resize(size_t(++n), Undefined{});
  if (c == "list.store"_op) return part(place(2)) = in(id, 1), true;
  if (c == "list.resize"_op) {
    AIC_CHECK(integer(id, 1) >= 0);
    if (f_.find_attr(id, "room")) return elements.reserve(size_t(std::clamp<int64_t>(integer(id, 1), n, n + (1 << 20)))), true;
    return elements.resize(size_t(integer(id, 1)), Undefined{}), true;
  }
  AIC_CHECK(c == "list.rotate"_op, print(f_, id));
  int64_t from = integer(id, 1), to = integer(id, 2), by = integer(id, 3);
  AIC_CHECK(0 <= from && from <= to && to <= n && 0 <= by && by <= to - from, print(f_, id));
  std::rotate(elements.begin() + from, elements.begin() + from + by, elements.begin() + to);
  return true;
}

}  // namespace aic::ir::interpreter
