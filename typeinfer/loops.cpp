// Loops. The state's shapes are guessed (entry values without their literals), the body is written, and what comes back is
// joined with what entered. If that is the guess, done; else what was written is erased and written again with the join.
// The shapes found are remembered for the same loop and entry, so that loops in loops are not guessed again and again.
#include <algorithm>

#include "typeinfer/enums.h"

namespace aic::typeinfer {

static bool is_py_loop(OpCode c) { return c == "py.for"_op || c == "while"_op; }

static Values widened(const Values& v) {
  Values w;
  for (const Value& x : v) w.push_back(widen(x));
  return w;
}
static Values shapes(const Values& v) {
  Values w;
  for (const Value& x : v) w.push_back(shape_of(x));
  return w;
}

OpId Frame::fixpoint(OpId op, const Values& entry, LoopContext& c, const Attempt& attempt) {
  c.py_label = py_.int_attr(op, "label");
  std::string k = std::to_string(c.py_label) + ":" + shapes_key(entry);
  auto known = stable_.find(k);
  bool guessing = known == stable_.end();
  c.state = guessing ? widened(entry) : known->second.first;
  c.results = guessing ? Values{} : known->second.second;
  SpanId span = b_.span;
  RegionId home = b_.region();
  // Each round may make what a name holds one level deeper: a container that holds its like is folded at the ninth
  // (is_endless), two that hold one another after twice as many; and hand what it knows to one more name of `a = b; b = c; …`.
  const size_t most = 24 + c.state.size();
  for (size_t round = 0;; ++round) {
    if (round == most) fail("unstable-loop", {});
    c.joined_state = shapes(entry);
    c.joined_results.clear();
    c.left_by_break = false;
    size_t returns = returns_.size(), ways = ways_.size();
    std::optional<ir::Diagnosed> before = std::exchange(kept_, std::nullopt);
    speculating_ += guessing;
    OpId w = attempt(c);
    speculating_ -= guessing;
    b_.set_region(home);
    b_.span = span;
    at_ = op;
    std::optional<ir::Diagnosed> met = std::exchange(kept_, before);
    Values state = widened(c.joined_state), results = widened(c.joined_results);
    if (shapes_key(state) == shapes_key(c.state) && shapes_key(results) == shapes_key(c.results)) {
      if (met) throw *met;
      stable_[k] = {c.state, c.results};
      return w;
    }
    guessing = true;
    out_.erase(w);
    returns_.resize(returns);
    ways_.resize(ways);
    c.state = state;
    c.results = results;
  }
}

// ---- while ----
bool Frame::while_loop(OpId op) {
  Values entry;
  for (size_t k = 0; k < py_.op(op).operands.size(); ++k) entry.push_back(py_value(py_.op(op).operands[k]));
  LoopContext c;
  bool endless = false;
  OpId w = fixpoint(op, entry, c, [&](LoopContext& c) { return while_attempt(op, entry, c, endless); });
  if (endless && !c.left_by_break) {  // its results are what the condition passes, and nobody reads them
    std::vector<Type> types;
    for (const Value& s : c.results) leaf_types(s, types);
    for (Type t : types) out_.add_result(w, t);
    return true;
  }
  Values results = c.results;
  results.resize(py_.op(op).results.size());
  bind_results(op, w, results);
  return false;
}

OpId Frame::while_attempt(OpId op, const Values& entry, LoopContext& c, bool& endless) {
  std::vector<ValueId> init = leaf_ids(coerce_all(entry, c.state));
  c.label = c.break_label = out_.new_label();
  OpId w = b_.op("while"_op, init, {}, {{"label", c.label}}, 2);
  SpanId span = b_.span;
  RegionId test = b_.region_of(w, 0), body = b_.region_of(w, 1);
  RegionId py_test = py_.op(op).regions[0], py_body = py_.op(op).regions[1];
  auto enter = [&](RegionId r, RegionId py, const Values& shapes) {
    std::vector<Type> types;
    for (const Value& s : shapes) leaf_types(s, types);
    std::vector<ValueId> ids;
    for (Type t : types) ids.push_back(out_.add_argument(r, t));
    const ValueId* next = ids.data();
    for (size_t k = 0; k < shapes.size(); ++k) set(py_.region(py).arguments[k], rebuild(shapes[k], next));
    b_.set_region(r);
  };
  enter(test, py_test, c.state);
  Outcome o = region(py_test);
  endless = o.ends;
  if (o.ends) {  // the condition itself always leaves
    b_.set_region(body);
    end_unreachable();
    return w;
  }
  Value condition = truth(o.yielded[0]);
  o.yielded.erase(o.yielded.begin());
  std::optional<bool> known = known_bool(condition);
  endless = known.value_or(false);
  Values passed = widened(o.yielded);
  if (!endless) c.joined_results = shapes(o.yielded);
  if (c.results.size() < passed.size()) c.results = passed;
  bool fits = true;
  for (size_t k = 0; k < passed.size(); ++k) {
    if (endless && passed[k].kind == Kind::Unbound)  // results come from breaks only, and the body binds it before reading it
      o.yielded[k] = undefined(c.results[k]);
    else
      fits = fits && key(join(c.results[k], o.yielded[k])) == key(c.results[k]);
  }
  if (!fits) {
    c.results = passed;  // a break brought less than what the condition passes: the guess ends differently, written again
    c.joined_results = passed;
  }
  b_.span = span;
  std::vector<ValueId> ids{materialise(condition)};
  for (ValueId id : leaf_ids(coerce_all(o.yielded, c.results))) ids.push_back(id);
  b_.op("condition"_op, ids, {});
  OpId py_condition = py_.terminator(py_test);
  loops_.push_back(c);
  enter(body, py_body, c.results);
  if (known == false) {
    end_unreachable();
  } else {
    Facts holds, moved;
    facts(py_.op(py_condition).operands[0], true, holds);
    for (auto& [v, remains] : holds)
      for (size_t k = 1; k < py_.op(py_condition).operands.size(); ++k)
        if (py_.op(py_condition).operands[k] == v) moved.push_back({py_.region(py_body).arguments[k - 1], remains});
    std::vector<Fact> undo;
    std::vector<Fact>* outer = std::exchange(undo_, &undo);
    apply_facts(moved);
    undo_ = outer;
    region(py_body);
  }
  c = loops_.back();
  loops_.pop_back();
  if (endless && !c.left_by_break) c.joined_results = c.results;
  return w;
}

// ---- for ----
static bool holds_list(const Value& v) {
  if (is_row(v) || is_bytearray(v) || is_table(v) || is_table_view(v) || v.text == "map" || v.text == "filter") return true;
  bool any = false;
  for (const Value& p : v.parts) any = any || (v.kind == Kind::Iterator && holds_list(p));
  return any;
}

// `for dx in (-1, 0, 1)` around much code: counted, for three loops in one another would be 27 copies of it. The element may
// only be reckoned with: where it is an axis or an index into a tuple, it must be known.
static bool is_progression(const ir::Function& py, OpId op, const Values& elements) {
  constexpr size_t most_ops = 300;  // of all copies
  if (elements.size() < 3) return false;
  std::vector<int64_t> numbers;
  for (const Value& e : elements) {
    const int64_t* n = e.kind == Kind::Constant ? std::get_if<int64_t>(&e.literal) : nullptr;
    if (!n || *n < -1000000 || *n > 1000000) return false;
    numbers.push_back(*n);
  }
  int64_t step = numbers[1] - numbers[0];
  for (size_t k = 1; k < numbers.size(); ++k)
    if (step == 0 || numbers[k] - numbers[k - 1] != step) return false;
  RegionId body = py.op(op).regions[0];
  std::vector<OpId> below = py.ops_below(body);
  bool loops = std::ranges::any_of(below, [&](OpId id) { return is_py_loop(py.op(id).code); });
  if (!loops || below.size() * elements.size() < most_ops) return false;
  return std::ranges::all_of(py.value(py.region(body).arguments[0]).uses, [&](const ir::Use& u) {
    OpCode c = py.op(u.op).code;
    return c == "py.binary"_op || c == "py.compare"_op || c == "py.truth"_op || c == "continue"_op || c == "break"_op ||
           c == "yield"_op;
  });
}

// `for axis in range(a.ndim)`: an axis must be known, so the rounds are written out. Is the number, or what is reckoned from
// it, an argument of that name?
static bool is_axis(const ir::Function& py, ValueId v, ir::World& world) {
  return std::ranges::any_of(py.value(v).uses, [&](const ir::Use& u) {
    const ir::Op& o = py.op(u.op);
    if (o.code == "py.binary"_op || o.code == "py.unary"_op || o.code == "py.tuple"_op) return is_axis(py, o.results[0], world);
    if (o.code != "py.call"_op || u.operand == 0) return false;
    const ir::Attr* names = py.find_attr(u.op, "keywords");
    std::vector<std::string> words = names ? std::get<std::vector<std::string>>(*names) : std::vector<std::string>{};
    size_t first = o.operands.size() - words.size();
    if (u.operand >= first) return words[u.operand - first].starts_with("axis") || words[u.operand - first] == "axes";
    OpId callee = py.defining_op(o.operands[0]);
    if (!callee || py.op(callee).code != "py.attribute"_op) return false;
    const ir::PyForm* form = world.library("numpy." + std::string(py.text_attr(callee, "name")));
    auto is_named = [&](size_t k) { return form && k < form->parameters.size() && form->parameters[k].starts_with("axis"); };
    return is_named(u.operand - 1) || is_named(u.operand);  // of a function; of a method, behind the array
  });
}

static std::optional<Values> axes_of(const ir::Function& py, OpId op, const Value& range, ir::World& world) {
  constexpr int64_t most = 6;
  std::optional<int64_t> start = known_int(range.parts[0]), stop = known_int(range.parts[1]), step = known_int(range.parts[2]);
  if (!start || !stop || !step || *step == 0 || std::abs(*stop - *start) > most) return {};
  if (!is_axis(py, py.region(py.op(op).regions[0]).arguments[0], world)) return {};
  Values out;
  for (int64_t k = *start; *step > 0 ? k < *stop : k > *stop; k += *step) out.push_back(integer(k));
  return out;
}

bool Frame::for_loop(OpId op) {
  Value iterable = plain(iterated(operand(op, 0)));
  if (std::optional<Value> each = special(iterable, "__iter__", {})) return generator_loop(op, *each, true);
  if (iterable.kind == Kind::Iterator && !is_library_instance(iterable) && !is_stateful(iterable) &&
      std::any_of(iterable.parts.begin(), iterable.parts.end(), is_collection))
    iterable = prepared(iterable);
  if (holds_generator(iterable) || is_stateful(iterable)) return generator_loop(op, iterable);
  if (iterable.kind == Kind::Iterator && std::ranges::any_of(iterable.parts, is_several))
    return list_loop(op, real(iterable, "iterable"));
  bool arrays = is_union(iterable) && iterable.kind == Kind::Runtime &&
                std::ranges::all_of(iterable.type.elements(), [](Type t) { return t.is_array() && t.rank() > 0; });
  if (arrays) {
    Value n = by_arms(iterable, [&](const Value& arm) { return length_of(arm); });
    ValueId stop = materialise(n), zero = ints(0), one = ints(1);
    return counted_loop(op, zero, stop, one,
                        [&](ValueId i) { return by_arms(iterable, [&](const Value& arm) { return element_of(arm, i); }); });
  }
  if (is_union(iterable)) {
    const Watched tables = watched(iterable);
    iterable = list_of_arms(iterable);
    if (tables.count) return list_rounds(op, prepared(iterable), {tables});
  }
  if (std::optional<Values> elements = static_elements(iterable)) {
    if (!is_progression(py_, op, *elements)) return unrolled_loop(op, *elements);
    int64_t first = *known_int((*elements)[0]), step = *known_int((*elements)[1]) - first;
    return counted_loop(op, ints(first), ints(first + step * int64_t(elements->size())), ints(step),
                        [](ValueId i) { return runtime(Type::integer(), i); });
  }
  if (iterable.kind == Kind::Range) {
    if (std::optional<Values> axes = axes_of(py_, op, iterable, session_.world)) return unrolled_loop(op, *axes);
    ValueId start = as_type(iterable.parts[0], Type::integer()), stop = as_type(iterable.parts[1], Type::integer());
    ValueId step = as_type(iterable.parts[2], Type::integer());
    return counted_loop(op, start, stop, step, [](ValueId i) { return runtime(Type::integer(), i); });
  }
  if (is_table(iterable) || is_table_view(iterable)) return table_loop(op, iterable);
  if (holds_list(iterable)) return list_loop(op, real(iterable, "iterable"));
  if (is_array(iterable) && iterable.type.rank() == 0) {
    raise("TypeError", "iteration over a 0-d array");
    return true;
  }
  Value n = length_of(iterable);
  ValueId stop = materialise(n), zero = ints(0), one = ints(1);
  return counted_loop(op, zero, stop, one, [&](ValueId i) { return element_of(iterable, i); });
}

OpId Frame::open_for(const Values& init, ValueId start, ValueId stop, ValueId step, int64_t label) {
  std::vector<ValueId> ids{start, stop, step};
  for (ValueId id : leaf_ids(init)) ids.push_back(id);
  OpId w = b_.op("for"_op, ids, {}, {{"label", label}}, 1);
  RegionId body = b_.region_of(w, 0);
  out_.add_argument(body, Type::integer());
  for (size_t k = 3; k < ids.size(); ++k) {
    out_.add_argument(body, type(ids[k]));
    out_.add_result(w, type(ids[k]));
  }
  b_.set_region(body);
  return w;
}

Values rebuilt(const Values& shapes, const std::vector<ValueId>& ids, size_t from) {
  const ValueId* next = ids.data() + from;
  Values values;
  for (const Value& s : shapes) values.push_back(rebuild(s, next));
  return values;
}

// One round of a `for`, in the region that the builder stands in: `ids` are the region's arguments, the counter first.
void Frame::write_round(OpId op, LoopContext& c, const std::vector<ValueId>& ids, const ElementAt& element) {
  const std::vector<ValueId>& arguments = py_.region(py_.op(op).regions[0]).arguments;
  Values state = rebuilt(c.state, ids, 1);
  for (size_t k = 0; k < state.size(); ++k) set(arguments[k + 1], state[k]);
  loops_.push_back(c);
  const Value e = element(ids[0]);
  if (e.kind == Kind::Never) {  // of `map(f, xs)` inside of f, before anything is known of f
    end_unreachable();
  } else {
    set(arguments[0], e);
    region(py_.op(op).regions[0]);
  }
  c = loops_.back();
  loops_.pop_back();
  for (size_t k = 0; k < c.joined_results.size(); ++k) c.joined_state[k] = join(c.joined_state[k], c.joined_results[k]);
  c.joined_results = c.joined_state;
  c.results = c.state;
}

Values Frame::loop_entry(OpId op) {
  Values entry;
  for (size_t k = 1; k < py_.op(op).operands.size(); ++k) entry.push_back(py_value(py_.op(op).operands[k]));
  return entry;
}

void Frame::set_loop_results(OpId op, const LoopContext& context, OpId loop, size_t from) {
  Values results = rebuilt(context.state, out_.op(loop).results, from);
  for (size_t k = 0; k < py_.op(op).results.size(); ++k) set(py_.op(op).results[k], results[k]);
}

bool Frame::counted_loop(OpId op, ValueId start, ValueId stop, ValueId step, const ElementAt& element) {
  Values entry = loop_entry(op);
  LoopContext context;
  context.watched = std::exchange(watched_, {});
  OpId w = fixpoint(op, entry, context, [&](LoopContext& c) {
    c.label = c.break_label = out_.new_label();
    c.results = c.state;
    OpId w = open_for(coerce_all(entry, c.state), start, stop, step, c.label);
    std::vector<ValueId> ids = out_.region(b_.region()).arguments;
    write_round(op, c, ids, element);
    return w;
  });
  set_loop_results(op, context, w, 0);
  last_loop_ = w;
  return false;
}

// A loop whose rounds ask whether there is one more: `next` makes of the counter the test and the counter to go on with.
bool Frame::asking_loop(OpId op, const std::function<std::pair<ValueId, ValueId>(ValueId)>& next, const ElementAt& element) {
  Values entry = loop_entry(op);
  LoopContext context;
  context.watched = std::exchange(watched_, {});
  OpId w = fixpoint(op, entry, context, [&](LoopContext& c) {
    c.label = c.break_label = out_.new_label();
    c.results = c.state;
    std::vector<ValueId> init{ints(0)};
    for (ValueId id : leaf_ids(coerce_all(entry, c.state))) init.push_back(id);
    OpId loop = b_.op("while"_op, init, {}, {{"label", c.label}}, 2);
    RegionId asked = b_.region_of(loop, 0), body = b_.region_of(loop, 1);
    for (ValueId id : init) {
      out_.add_argument(asked, type(id));
      out_.add_argument(body, type(id));
      out_.add_result(loop, type(id));
    }
    b_.set_region(asked);
    std::vector<ValueId> passed = out_.region(asked).arguments;
    auto [more, counter] = next(passed[0]);
    passed[0] = counter;
    passed.insert(passed.begin(), more);
    b_.op("condition"_op, passed, {});
    b_.set_region(body);
    std::vector<ValueId> ids = out_.region(body).arguments;
    c.counter = ids[0];
    write_round(op, c, ids, element);
    return loop;
  });
  set_loop_results(op, context, w, 1);
  return false;
}

// ---- loops over tuples ----
std::optional<Values> Frame::static_elements(const Value& v) {
  if (auto* c = v.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(v.entity.get()) : nullptr)
    if (Enums::is_class(*this, *c)) return Enums::all(*this, *c);
  if (Enums::class_of(*this, v)) fail("not-iterable", {describe(v)});
  if (v.kind == Kind::Tuple) return v.parts;
  if (v.kind != Kind::Iterator || holds_generator(v) || is_stateful(v) || is_library_instance(v) || v.text == "map" ||
      v.text == "filter" || v.text == "columns" || is_numbered(v) || is_table_view(v))
    return {};
  std::vector<Values> each;
  for (size_t k = 0; k < v.parts.size() - (v.text == "enumerate"); ++k) {
    std::optional<Values> e = static_elements(v.parts[k]);
    if (!e) return {};
    each.push_back(std::move(*e));
  }
  if (v.text == "list") return each[0];
  if (v.text == "reversed") return Values(each[0].rbegin(), each[0].rend());
  if (v.text == "enumerate") {
    std::optional<int64_t> start = known_int(v.parts[1]);
    if (!start) return {};
    Values out;
    for (size_t k = 0; k < each[0].size(); ++k) out.push_back(tuple({integer(*start + int64_t(k)), each[0][k]}));
    return out;
  }
  size_t n = each.empty() ? 0 : each[0].size();
  for (const Values& e : each) n = std::min(n, e.size());
  Values out;
  for (size_t k = 0; k < n; ++k) {
    Values row;
    for (const Values& e : each) row.push_back(e[k]);
    out.push_back(tuple(std::move(row)));
  }
  return out;
}

bool Frame::unrolled_flat(OpId op, const Values& elements) {
  Values state;
  for (size_t k = 1; k < py_.op(op).operands.size(); ++k) state.push_back(py_value(py_.op(op).operands[k]));
  RegionId body = py_.op(op).regions[0];
  for (const Value& e : elements) {
    LoopContext c;
    c.py_label = py_.int_attr(op, "label");
    c.unrolled_flat = true;
    c.home = b_.region();
    loops_.push_back(c);
    set(py_.region(body).arguments[0], e);
    for (size_t k = 0; k < state.size(); ++k) set(py_.region(body).arguments[k + 1], state[k]);
    region(body);
    c = std::move(loops_.back());
    loops_.pop_back();
    if (c.flat_exit == 0) return true;  // left by return or raise
    state = std::move(c.flat_values);
    if (c.flat_exit == 2) break;
  }
  for (size_t k = 0; k < py_.op(op).results.size(); ++k) set(py_.op(op).results[k], state[k]);
  return false;
}

bool Frame::unrolled_wrapped(OpId op, const Values& elements) {
  Values entry = loop_entry(op);
  RegionId body = py_.op(op).regions[0];
  LoopContext context;
  OpId w = fixpoint(op, entry, context, [&](LoopContext& c) {
    ValueId zero = ints(0), one = ints(1);
    c.break_label = out_.new_label();
    c.results = c.state;
    OpId outer = open_for(coerce_all(entry, c.state), zero, one, one, c.break_label);
    RegionId inside = b_.region();
    Values state = rebuilt(c.state, out_.region(inside).arguments, 1);
    for (const Value& e : elements) {
      c.label = out_.new_label();
      OpId round = open_for(state, zero, one, one, c.label);
      std::vector<ValueId> ids = out_.region(b_.region()).arguments;
      Values now = rebuilt(c.state, ids, 1);
      set(py_.region(body).arguments[0], e);
      for (size_t k = 0; k < now.size(); ++k) set(py_.region(body).arguments[k + 1], now[k]);
      loops_.push_back(c);
      region(body);
      c = loops_.back();
      loops_.pop_back();
      b_.set_region(inside);
      state = rebuilt(c.state, out_.op(round).results, 0);
    }
    std::vector<ValueId> ids = leaf_ids(state);
    b_.op("continue"_op, ids, {}, {{"loop", c.break_label}});
    for (size_t k = 0; k < c.joined_results.size(); ++k) c.joined_state[k] = join(c.joined_state[k], c.joined_results[k]);
    c.joined_results = c.joined_state;
    c.results = c.state;
    return outer;
  });
  Values results = rebuilt(context.state, out_.op(w).results, 0);
  for (size_t k = 0; k < py_.op(op).results.size(); ++k) set(py_.op(op).results[k], results[k]);
  return false;
}

}  // namespace aic::typeinfer
