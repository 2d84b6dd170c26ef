// Loops over lists, and over enumerate, zip, reversed, map and filter of them. CPython asks the list for its length in every
// round, so that a body that appends goes on longer. A body that resizes no list of such a type (may_resize) cannot tell:
// its loop counts to the length at the start, which later passes and LLVM know well. Others are written again, as a `while`
// that asks.
#include <algorithm>

#include "typeinfer/caught.h"

namespace aic::typeinfer {

static void list_types(const Value& v, std::vector<Type>& out) {
  if (is_row(v) || is_table(v) || is_bytearray(v)) out.push_back(type_of(v));
  for (const Value& p : v.parts)
    if (v.kind == Kind::Iterator) list_types(p, out);
}

static bool mentions(Type t, const std::vector<Type>& lists) {
  if (t.is_list() && std::find(lists.begin(), lists.end(), t) != lists.end()) return true;
  if (!t.is_list() && !t.is_tuple() && !t.is(TypeKind::Union) && !t.is(TypeKind::Cell)) return false;
  for (Type e : t.elements())
    if (mentions(e, lists)) return true;
  return false;
}

bool Frame::may_resize(OpId loop, const std::vector<Type>& lists) const {
  for (OpId id : out_.ops_below(out_.op(loop).regions[0])) {
    const ir::Op& op = out_.op(id);
    bool resizes =
        op.code == "list.resize"_op || (ir::record(op.code).name.starts_with("table.") && ir::record(op.code).has(ir::Writes));
    if (!resizes && op.code != "call"_op) continue;
    for (ValueId v : op.operands)
      if (mentions(type(v), lists)) return true;
  }
  return false;
}

// Is it one container or text on some paths, and another on others?
bool is_several(const Value& v) {
  return v.kind == Kind::Runtime && is_union(v) &&
         std::ranges::any_of(v.type.elements(), [](Type t) { return t.is_list() || t.is_tuple() || t.is(TypeKind::Str); });
}

void Frame::tables_in(const Value& v, std::vector<Watched>& out) {
  if (is_table(v) || is_several(v)) out.push_back({v, {}});
  for (const Value& p : v.parts)
    if (v.kind == Kind::Iterator) tables_in(p, out);
}

std::vector<Watched> Frame::tables_of(const Value& iterable) {
  std::vector<Watched> all;
  tables_in(iterable, all);
  for (Watched& w : all) w = is_union(w.table) ? watched(w.table) : Watched{w.table, table_count(w.table)};
  std::erase_if(all, [](const Watched& w) { return !w.count; });
  return all;
}

// In an iterator a dict or set stands as a list of what it held; whether it changed its size meanwhile is asked by each round.
bool Frame::list_loop(OpId op, const Value& given) {
  const std::vector<Watched> watched = tables_of(given);
  return list_rounds(op, prepared(given), watched);
}

// A tuple, text, range or dict on some paths, a list on others: all as lists, a list as itself.
Value Frame::list_of_arms(const Value& several) {
  return by_arms(several, [&](const Value& arm) {
    if (is_array(arm)) fail("unsupported", {"going over " + describe(several)});
    if (is_none(arm) || is_number(arm)) fail("not-iterable", {describe(arm)});
    if (arm.kind == Kind::Runtime && arm.type.is_list() && arm.type.element().is(TypeKind::Never))
      return list_display({}, "list");
    return is_list(arm) ? arm : list_from(arm);
  });
}

// Of a union whose arms may be dicts or sets; without a count where none is.
Watched Frame::watched(const Value& several) {
  bool any = false;
  Value count = by_arms(several, [&](const Value& arm) {
    any |= is_table(arm);
    return is_table(arm) ? runtime(Type::integer(), table_count(arm)) : integer(0);
  });
  return {several, any ? materialise(count) : ValueId{}};
}

// Before the next round.
void Frame::check_watched(const Watched& w) {
  if (is_union(w.table)) {
    static_cast<void>(by_arms(w.table, [&](const Value& arm) {
      if (is_table(arm)) check_watched({arm, w.count});
      return none();
    }));
    return;
  }
  check(test("equal"_op, table_count(w.table), w.count), "RuntimeError",
        std::string(w.table.type.flavour() == "dict" ? "dictionary" : "Set") + " changed size during iteration");
}

bool Frame::list_rounds(OpId op, const Value& iterable, const std::vector<Watched>& watched) {
  std::vector<Type> lists;
  list_types(iterable, lists);
  for (Type t : lists)
    if (t.element().is(TypeKind::Never)) {  // no round
      for (size_t k = 0; k < py_.op(op).results.size(); ++k) set(py_.op(op).results[k], py_value(py_.op(op).operands[k + 1]));
      return false;
    }
  if (std::find(careful_.begin(), careful_.end(), op) != careful_.end()) {
    watched_ = watched;
    return careful_loop(op, iterable);
  }
  RegionId home = b_.region();
  OpId mark = out_.region(home).last;
  size_t returns = returns_.size(), ways = ways_.size();
  ValueId zero = ints(0), one = ints(1), stop = materialise(length_of(iterable));
  watched_ = watched;
  counted_loop(op, zero, stop, one, [&](ValueId i) { return set_element(op, iterable, i); });
  if (!may_resize(last_loop_, lists)) return false;
  careful_.push_back(op);
  returns_.resize(returns);
  ways_.resize(ways);
  b_.set_region(home);
  for (OpId last; (last = out_.region(home).last) != mark;) out_.erase(last);
  watched_ = watched;
  return careful_loop(op, iterable);
}

// The element of a round; a filter goes on to the next round unless it passes.
Value Frame::set_element(OpId op, const Value& iterable, ValueId round) {
  Value e = element_of(iterable, round);
  if (iterable.text != "filter" || e.kind == Kind::Never) return e;
  Value passes = truth(is_none(iterable.parts[0]) ? e : Caught::call_of_iterator(*this, iterable.parts[0], {e}));
  if (known_bool(passes) == true) return e;
  ValueId stops = known_bool(passes) ? materialise(boolean(true)) : inverse(as_type(passes, Type::boolean()));
  OpId w = b_.op("if"_op, {stops}, {}, {}, 2);
  RegionId home = b_.region();
  LoopContext& c = loops_.back();
  const std::vector<ValueId>& arguments = py_.region(py_.op(op).regions[0]).arguments;
  Values state;
  for (size_t k = 1; k < arguments.size(); ++k) state.push_back(py_value(arguments[k]));
  b_.set_region(b_.region_of(w, 0));
  std::vector<ValueId> ids = leaf_ids(state);
  if (c.counter) ids.insert(ids.begin(), make("add"_op, {c.counter, ints(1)}, Type::integer(), {{"exact", int64_t(1)}}));
  b_.op("continue"_op, ids, {}, {{"loop", c.label}});
  b_.set_region(b_.region_of(w, 1));
  b_.op("yield"_op, {}, {});
  b_.set_region(home);
  return e;
}

// What an iterator goes over where it is a dict, a set, or a view: a list of that.
Value Frame::entries_of(const Value& iterator, const Value& x) {
  if (iterator.text != "reversed") return list_from(x);
  if (is_table(x) && x.type.flavour() != "dict") fail("not-iterable", {"reversed of a " + std::string(x.type.flavour())});
  return list_from(x);
}

// What a reversed list starts from is asked once; tuples that a function is mapped over become lists.
Value Frame::prepared(const Value& v) {
  if (std::optional<Value> each = special(v, "_list", {})) return *each;
  if (v.kind != Kind::Iterator || is_table_view(v)) return v;
  Value w = v;
  for (Value& p : w.parts) p = plain(p);
  for (size_t k = 0; k < w.parts.size(); ++k) {
    w.parts[k] = is_several(w.parts[k]) ? list_of_arms(w.parts[k]) : prepared(w.parts[k]);
    if (is_table(w.parts[k]) || is_table_view(w.parts[k])) w.parts[k] = entries_of(v, w.parts[k]);
    bool mapped = (v.text == "map" || v.text == "filter") && k > 0;
    if (mapped && w.parts[k].kind == Kind::Tuple) w.parts[k] = list_display(w.parts[k].parts, "mapped" + std::to_string(k));
    bool ends_early = v.text == "zip" && v.parts.size() > 1 && k + 1 < w.parts.size() && w.parts[k].text == "map";
    bool nested = w.parts[k].kind == Kind::Iterator && w.parts[k].text == "filter";
    if (ends_early || nested) fail("unsupported", {w.parts[k].text + " inside of " + v.text});
  }
  if (v.text == "columns" && w.parts.size() == 1) w.parts.push_back(length_of(w));
  if (v.text == "reversed" && w.parts.size() == 1) {
    ValueId n = materialise(length_of(w.parts[0]));
    w.parts.push_back(runtime(Type::integer(), make("subtract"_op, {n, ints(1)}, Type::integer(), {{"exact", int64_t(1)}})));
  }
  return w;
}

// Whether there is a round of this number now.
ValueId Frame::has_more(const Value& v, ValueId round) {
  if (v.kind == Kind::Iterator) {
    if (v.text == "reversed") {
      ValueId at = make("subtract"_op, {v.parts[1].id, round}, Type::integer(), {{"exact", int64_t(1)}});
      return both(test("greater_equal"_op, at, ints(0)), test("less"_op, at, materialise(length_of(v.parts[0]))));
    }
    if (v.text == "columns") return test("less"_op, round, materialise(length_of(v)));
    size_t first = v.text == "map" || v.text == "filter", last = v.text == "enumerate" ? 1 : v.parts.size();
    ValueId all;
    for (size_t k = first; k < last; ++k) {
      ValueId one = has_more(v.parts[k], round);
      all = all ? both(all, one) : one;
    }
    return all ? all : number_constant(boolean(false), Type::boolean());
  }
  return test("less"_op, round, materialise(length_of(v)));
}

bool Frame::careful_loop(OpId op, const Value& iterable) {
  return asking_loop(
      op, [&](ValueId round) { return std::pair(has_more(iterable, round), round); },
      [&](ValueId round) { return set_element(op, iterable, round); });
}

}  // namespace aic::typeinfer
