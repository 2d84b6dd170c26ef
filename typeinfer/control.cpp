// Regions, branches, exits and returns. A condition that is a literal chooses its arm, which is then written in line; the
// other is not typed. Where both arms go on, their values are joined (lattice.cpp) and only leaves become results.
#include <algorithm>

#include "ir/verify.h"
#include "typeinfer/caught.h"
#include "typeinfer/certain_errors.h"
#include "typeinfer/contexts.h"
#include "typeinfer/instances.h"

namespace aic::typeinfer {

std::string shapes_key(const Values& values) {
  std::string k;
  for (const Value& v : values) k += key(v) + ";";
  return k;
}

Frame::Frame(Session& session, Instance& instance, const ir::Function& py, ir::Function& out, RegionId region)
    : lowest(instance.depth),
      session_(session),
      instance_(instance),
      py_(py),
      out_(out),
      b_(out, region),
      env_(py.value_count()) {}

// A dict that stands for functools.cache: no object of the world.
static bool is_cache(const ir::ArrayGlobal& a) { return a.key & 1; }

void Frame::run() {
  if (session_.is_resumed_form(*instance_.form)) return run_resumed();
  if (session_.is_driven_form(*instance_.form)) return run_driven();
  const std::vector<ValueId>& parameters = py_.parameters();
  AIC_CHECK(parameters.size() == instance_.arguments.size());
  const std::vector<std::string>& names = instance_.form->parameters;
  std::vector<std::string> written;
  b_.span = session_.span(py_, py_.span);
  for (size_t k = 0; k < parameters.size(); ++k) {
    const Value& given = instance_.arguments[k];
    if (instance_.entry && given.kind == Kind::Tuple) {  // one parameter, whose lists have their sites
      ValueId whole = out_.add_argument(out_.body(), type_of(given));
      written.push_back(names[k]);
      set(parameters[k], taken_apart(given, whole));
      continue;
    }
    std::vector<Type> types;
    leaf_types(given, types);
    std::vector<ValueId> ids;
    size_t captured = parameters.size() - names.size();
    for (Type t : types) {
      ids.push_back(out_.add_argument(out_.body(), t));
      written.push_back(k < captured ? "" : names[k - captured]);
    }
    const ValueId* next = ids.data();
    Value v = rebuild(given, next);
    if (v.kind == Kind::Runtime && (v.type.is_tuple())) v = exploded(v.type, v.id);
    set(parameters[k], std::move(v));
  }
  out_.attrs.push_back({"params", written});
  for (HiddenArray& h : instance_.hidden) h.id = new_hidden(h.array);
  for (ValueId p : parameters)
    if (const Value v = py_value(p); v.kind == Kind::Entity && std::holds_alternative<ir::ArrayGlobal>(*v.entity))
      set(p, of_world(*v.entity));  // a default
  if (instance_.entry && is_generator_form(py_)) {
    Values given;
    for (ValueId p : parameters) given.push_back(py_value(p));
    const Value made = escaping(generator(*instance_.form, std::move(given)));
    returns_.push_back({b_.op("return"_op, {}, {}), made});
  } else if (instance_.closing.empty())
    region(py_.body());
  else
    run_closing();
  finish_returns();
  tell_hidden();
}

// What of the world the entry is handed after Python's arguments.
void Frame::tell_hidden() {
  if (!instance_.entry || instance_.hidden.empty()) return;
  std::vector<int64_t> keys;
  for (const HiddenArray& h : instance_.hidden)
    if (!is_cache(h.array)) keys.push_back(int64_t(h.array.key));
  out_.attrs.push_back({"hidden", keys});
}

// An array, container or object of the world. Of a container the type is known when all that is put in is (classes.h).
Value Frame::hidden_array(const ir::ArrayGlobal& given) {
  if (consumer_) return consumer_->hidden_array(given);
  if (given.type.is_array()) return runtime(given.type, hidden_parameter(given));
  if (is_packed(given.type) && !given.type.flavour().starts_with("collections."))  // random numbers, a slice, a range
    return exploded(given.type, hidden_parameter(given));
  Field& f = session_.classes.global(given);
  if (f.type.is(TypeKind::Function)) fail("conflict", {"`" + f.name + "`", "what it holds is of no one type"});
  ir::ArrayGlobal a = given;
  a.type = f.written;
  auto site = [&](const std::string& path) {
    std::shared_ptr<ListSite>& s = instance_.sites["global " + std::to_string(a.key) + path];
    if (!s) s = new_site(&instance_.grown);
    return s;
  };
  Value shape = shape_of_type(f.type, site);
  instance_.fields[&f] = shape;
  session_.classes.widen(f, type_of(shape));
  ValueId id = hidden_parameter(a);
  if (type_of(shape) != f.written) {
    if (!session_.classes.grown)  // else this will be written again
      fail("unsupported", {"`" + f.name + "`, which holds " + describe(shape) + " and was taken for " +
                           describe(runtime(f.written, {})) + ","});
    return unpacked(undefined(shape));
  }
  if (shape.kind == Kind::Tuple) return taken_apart(shape, id);
  shape.id = id;
  return shape;
}

// The parameter itself, to be handed on.
ValueId Frame::hidden_id(const ir::ArrayGlobal& a) {
  if (consumer_) return consumer_->hidden_id(a);
  static_cast<void>(hidden_array(a));
  return hidden_parameter(a);
}

// A parameter; but a cache (functools.cache) is made where the call from Python enters.
ValueId Frame::new_hidden(const ir::ArrayGlobal& a) {
  if (!is_cache(a) || !instance_.entry) return out_.add_argument(out_.body(), a.type);
  OpId first = out_.region(out_.body()).first;
  ir::Builder start = first ? ir::Builder::before(out_, first) : ir::Builder(out_, out_.body());
  start.span = session_.span(py_, py_.span);
  return start.make("list.new"_op, {start.integer(0)}, a.type, {});
}

ValueId Frame::hidden_parameter(const ir::ArrayGlobal& a) {
  for (const HiddenArray& h : instance_.hidden)
    if (h.array.key == a.key && !outside_) return h.id;
  if (outside_) {  // a guarded body is handed it
    auto [it, fresh] = hidden_.try_emplace(a.key);
    if (!fresh) return it->second;
    late_.push_back(outside_->hidden_id(a));
    return it->second = out_.add_argument(out_.body(), a.type);
  }
  instance_.hidden.push_back({a, new_hidden(a)});
  return instance_.hidden.back().id;
}

// A dict or list of functions in the world (`OPERATORS = {"+": add, …}`): made where the function begins, of what it holds now.
// What is done to it here would not be seen there, so that it may only be read.
Value Frame::functions_of_world(const Value& v, const ir::NamedTuple& all) {
  static const std::set<std::string_view> methods = {"get", "items", "keys", "values", "copy", "index", "count"};
  static const std::set<std::string_view> readers = {"len",      "sorted", "list", "tuple", "set", "dict", "enumerate",
                                                     "reversed", "zip",    "iter", "min",   "max", "bool"};
  auto only_reads = [&](const ir::Use& u) {
    OpCode c = py_.op(u.op).code;
    if (c == "py.getitem"_op || c == "py.for"_op || c == "py.truth"_op || c == "py.not"_op || c == "py.unpack"_op)
      return u.operand == 0;
    if (c == "py.compare"_op) return u.operand == 1;
    if (c == "py.attribute"_op) return methods.contains(py_.text_attr(u.op, "name"));
    if (c != "py.call"_op || u.operand == 0) return false;
    OpId callee = py_.defining_op(py_.op(u.op).operands[0]);  // not interpreted yet
    if (!callee || py_.op(callee).code != "py.global"_op || !readers.contains(py_.text_attr(callee, "name"))) return false;
    return std::holds_alternative<ir::Builtin>(session_.world.global(py_, py_.text_attr(callee, "name")));
  };
  const std::vector<ir::Use>* uses = at_ && !py_.op(at_).results.empty() ? &py_.value(py_.op(at_).results[0]).uses : nullptr;
  if (!uses || !std::ranges::all_of(*uses, only_reads))
    fail("unsupported", {"a " + all.of.name + " of functions in the module, where it is more than read,"});
  auto [it, fresh] = functions_.try_emplace(key(v));
  if (!fresh) return it->second;
  ir::Builder here = b_;
  OpId first = out_.region(out_.body()).first;
  b_ = first ? ir::Builder::before(out_, first) : ir::Builder(out_, out_.body());
  b_.span = here.span;
  Value made;
  if (all.of.name == "list") {
    Values parts;
    for (const ir::Entity& e : all.parts) parts.push_back(from_entity(e, session_.classes));
    made = list_display(parts, key(v));
  } else {
    made = new_table("dict", key(v), {});
    for (const ir::Entity& e : all.parts) {
      Value item = from_entity(e, session_.classes);
      set_dict_item(made, real(item.parts[0], key(v) + "key"), real(item.parts[1], key(v) + "value"));
    }
  }
  b_ = here;
  return functions_[key(v)] = made;
}

// What the world has: arrays and containers in it become values, also those in tuples.
Value Frame::of_world(const ir::Entity& e) {
  std::function<Value(Value)> whole = [&](Value v) -> Value {
    if (v.kind == Kind::Entity)
      if (auto* a = std::get_if<ir::ArrayGlobal>(v.entity.get())) return hidden_array(*a);
    if (v.kind == Kind::Entity)
      if (auto* t = std::get_if<ir::NamedTuple>(v.entity.get())) return functions_of_world(v, *t);
    if (v.kind == Kind::Tuple)
      for (Value& p : v.parts) p = whole(std::move(p));
    return v;
  };
  return whole(from_entity(e, session_.classes));
}

std::optional<Value> Frame::run_inline(Values parameters) {
  for (OpId op : py_.ops_below(py_.body()))
    if (py_.op(op).code == "return"_op && py_.op(op).parent != py_.body()) return {};
  inline_ = true;
  for (size_t k = 0; k < parameters.size(); ++k) set(py_.parameters()[k], std::move(parameters[k]));
  region(py_.body());
  return result;
}

// ---- regions ----
Outcome Frame::region(RegionId r, std::optional<Condition> fact) {
  Outcome o;
  std::vector<Fact> changed;
  std::vector<Fact>* outer = std::exchange(undo_, &changed);
  auto restore = [&] {
    for (size_t k = changed.size(); k-- > 0;) set(changed[k].py, std::move(changed[k].value));
    undo_ = outer;
  };
  try {
    if (fact) {
      Facts holds;
      facts(fact->first, fact->second, holds);
      apply_facts(holds);
    }
    for (OpId op = py_.region(r).first; op; op = py_.op(op).next)
      if (step(op, o)) break;
  } catch (...) {
    restore();
    throw;
  }
  restore();
  return o;
}

bool Frame::step(OpId op, Outcome& o) {
  at_ = op;
  iterators_ = 0;
  b_.span = session_.span(py_, py_.op(op).span);
  if (inlined_at_ && b_.span) {  // of a generator: tracebacks show its frame and the loop's
    ir::SpanInfo info = session_.out.spans[b_.span.index];
    info.inlined_at = inlined_at_;
    b_.span = session_.out.intern_span(info);
  }
  bool guarded = Guarded::is_any();
  if (!speculating_ && !session_.keeps_errors() && !guarded) return terminator(op, o);
  RegionId home = b_.region();
  OpId mark = out_.region(home).last;
  size_t returns = returns_.size(), ways = ways_.size();
  size_t loops = loops_.size();
  int speculating = speculating_;
  std::vector<Fact>* undo = undo_;
  try {
    return terminator(op, o);
  } catch (const ir::Diagnosed& d) {
    std::optional<PythonError> certain = guarded ? python_error(d.diagnostic, statement_of(py_, op)) : std::nullopt;
    if (certain && in_library() && d.diagnostic.info->name != "type-error") {
      // CPython's own functions say it in other words: no frame outside may take this for the text.
      ir::Diagnostic ours = d.diagnostic;
      ours.arguments.clear();
      throw ir::Diagnosed(ours);
    }
    bool raises = certain && Guarded::catches(certain->exception);
    if (!raises && !speculating && !session_.keeps_errors()) throw;
    if (!raises && speculating && !kept_) kept_ = d;
    if (!raises && !speculating && !session_.kept) session_.kept = d;
    b_.set_region(home);
    loops_.resize(loops);
    speculating_ = speculating;
    undo_ = undo;
    if (raises) {
      for (OpId last; (last = out_.region(home).last) != mark;) out_.erase(last);
      returns_.resize(returns);
      ways_.resize(ways);
      raise(certain->exception, certain->message);
    }
    end_unreachable();
    return o.ends = true;
  }
}

// Ends the region here, unless its last op already does.
void Frame::end_unreachable() {
  OpId last = out_.terminator(b_.region());
  if (!last || ir::falls_through(out_, last)) b_.op("unreachable"_op, {}, {});
}

bool Frame::terminator(OpId op, Outcome& o) {
  OpCode code = py_.op(op).code;
  if (code == "yield"_op || code == "condition"_op) {
    for (size_t k = 0; k < py_.op(op).operands.size(); ++k) o.yielded.push_back(py_value(py_.op(op).operands[k]));
    return true;
  }
  if (code == "return"_op) {
    const Value& given = operand(op, 0);
    Value v = is_caught(given) ? Caught::as_object(*this, given) : given;
    if (!inline_) check_kept(v, "is returned");
    if (instance_.entry && !inline_) v = escaping(v);
    leave_handlers(0);
    if (resumed_ && !outside_) {
      end_resumed(v);
    } else if (generator_label_) {
      b_.op("break"_op, {}, {}, {{"loop", generator_label_}});
    } else if (inline_) {
      result = v;
    } else if (outside_) {
      leave_body(Way::Return, 0, {v});
    } else {
      OpId at = b_.op("return"_op, {}, {});
      returns_.push_back({at, v});
    }
    return o.ends = true;
  }
  if (code == "break"_op || code == "continue"_op) {
    exit_loop(op, code == "break"_op);
    return o.ends = true;
  }
  if (code == "py.raise"_op) {
    Caught::raise(*this, operand(op, 0), py_.op(op).operands.size() > 1 ? &operand(op, 1) : nullptr);
    end_unreachable();
    return o.ends = true;
  }
  if (code == "if"_op) return o.ends = branch(op);
  if (code == "py.try"_op) return o.ends = try_statement(op);
  if (code == "while"_op) return o.ends = while_loop(op);
  if (code == "py.for"_op) {
    o.ends = for_loop(op);
    if (!o.ends) Contexts::close_temporaries(*this, op);
    return o.ends;
  }
  operation(op);
  for (ValueId r : py_.op(op).results)
    if (py_value(r).kind == Kind::Never) {  // a call that does not return
      end_unreachable();
      return o.ends = true;
    }
  Contexts::close_temporaries(*this, op);
  return false;
}

// ---- if ----
bool Frame::branch(OpId op) {
  ValueId asked = py_.op(op).operands[0];
  Value c = truth(operand(op, 0));
  std::optional<bool> known = known_bool(c);
  if (!known) return branch_written(op, c.id);
  RegionId chosen = py_.op(op).regions[*known ? 0 : 1];
  std::vector<ValueId> results = py_.op(op).results;
  std::optional<Guarded> guarded;
  if (*known && py_.int_attr(op, "keyed")) guarded.emplace();
  Outcome o = region(chosen, Condition{asked, *known});
  if (o.ends) return true;
  for (size_t k = 0; k < results.size(); ++k) set(results[k], o.yielded[k]);
  return false;
}

bool Frame::branch_written(OpId op, ValueId condition) {
  ValueId asked = py_.op(op).operands[0];
  SpanId span = b_.span;
  OpId w = b_.op("if"_op, {condition}, {}, {}, 2);
  RegionId home = b_.region();
  Outcome o[2];
  for (int k = 0; k < 2; ++k) {
    b_.set_region(b_.region_of(w, k));
    // Of a dict the type tells what all its values may be; under the keys of a pattern there may be none of these.
    std::optional<Guarded> guarded;
    if (k == 0 && py_.int_attr(op, "keyed")) guarded.emplace();
    o[k] = region(py_.op(op).regions[size_t(k)], Condition{asked, k == 0});
  }
  b_.set_region(home);
  b_.span = span;
  if (merge_arms(op, w, o)) return true;
  if (o[0].ends || o[1].ends) {  // the rest of this region knows which way was taken
    Facts holds;
    facts(asked, o[1].ends, holds);
    apply_facts(holds);
  }
  return false;
}

// Joins what the two arms of the `if` written yield into the results of the py op. True: neither goes on.
bool Frame::merge_arms(OpId op, OpId w, Outcome (&o)[2]) {
  if (o[0].ends && o[1].ends) return true;
  RegionId home = b_.region();
  size_t n = py_.op(op).results.size();
  Values shapes;
  for (size_t k = 0; k < n; ++k)
    shapes.push_back(o[0].ends   ? shape_of(o[1].yielded[k])
                     : o[1].ends ? shape_of(o[0].yielded[k])
                                 : join(o[0].yielded[k], o[1].yielded[k]));
  for (int k = 0; k < 2; ++k) {
    if (o[k].ends) continue;
    b_.set_region(b_.region_of(w, k));
    o[k].yielded.resize(n);
    std::vector<ValueId> ids = leaf_ids(coerce_all(o[k].yielded, shapes));
    b_.op("yield"_op, ids, {});
  }
  b_.set_region(home);
  bind_results(op, w, shapes);
  return false;
}

// Gives the op written the leaves of the shapes as results, and the py op's results their values.
void Frame::bind_results(OpId op, OpId written, const Values& shapes) {
  std::vector<Type> types;
  for (const Value& s : shapes) leaf_types(s, types);
  std::vector<ValueId> ids;
  for (Type t : types) ids.push_back(out_.add_result(written, t));
  const ValueId* next = ids.data();
  for (size_t k = 0; k < shapes.size(); ++k) set(py_.op(op).results[k], rebuild(shapes[k], next));
}

// ---- break and continue ----
struct NeedsWrap {};

void Frame::exit_loop(OpId op, bool is_break) {
  Values values;
  for (size_t k = 0; k < py_.op(op).operands.size(); ++k) values.push_back(py_value(py_.op(op).operands[k]));
  exit_loop_with(py_.int_attr(op, "loop"), is_break, std::move(values));
}

void Frame::exit_loop_with(int64_t py_label, bool is_break, Values values) {
  auto it = std::find_if(loops_.rbegin(), loops_.rend(), [&](const LoopContext& c) { return c.py_label == py_label; });
  if (it == loops_.rend() && outside_) return leave_body(is_break ? Way::Break : Way::Continue, py_label, std::move(values));
  AIC_CHECK(it != loops_.rend(), "an exit names no loop around it");
  LoopContext& c = *it;
  leave_handlers(size_t(loops_.rend() - it));
  if (c.by_slots) {
    const std::vector<size_t>& slots = is_break ? c.break_slots : c.slots;
    for (size_t k = 0; k < slots.size(); ++k) put_slot(slots[k], values[k]);
    b_.op(is_break ? "break"_op : "continue"_op, {}, {}, {{"loop", c.label}});
    return;
  }
  if (c.by_cells) {
    for (size_t k = 0; k < c.cells.size(); ++k) {
      bool unbound = values[k].kind == Kind::Unbound || values[k].kind == Kind::Maybe;
      if (unbound && instance_.unbound_states.insert(c.cells_name + std::to_string(k)).second) instance_.grown = true;
      set_cell(c.cells[k], values[k]);
    }
    b_.op(is_break ? "break"_op : "continue"_op, {}, {}, {{"loop", is_break ? c.break_label : c.label}});
    return;
  }
  if (c.unrolled_flat) {
    if (b_.region() != c.home) throw NeedsWrap{};
    c.flat_exit = is_break ? 2 : 1;
    c.flat_values = std::move(values);
    return;
  }
  Values& joined = is_break ? c.joined_results : c.joined_state;
  const Values& guess = is_break ? c.results : c.state;
  c.left_by_break |= is_break;
  bool fits = true;
  if (joined.size() < values.size()) joined.resize(values.size());
  for (size_t k = 0; k < values.size(); ++k) {
    joined[k] = join(joined[k], values[k]);
    fits = fits && k < guess.size() && key(join(guess[k], values[k])) == key(guess[k]);
  }
  if (!fits) return end_unreachable();  // this attempt will be written again
  std::vector<ValueId> ids = leaf_ids(coerce_all(values, guess));
  if (!is_break)
    for (const Watched& w : c.watched) check_watched(w);
  if (c.counter)
    ids.insert(ids.begin(),
               is_break ? c.counter : make("add"_op, {c.counter, ints(1)}, Type::integer(), {{"exact", int64_t(1)}}));
  b_.op(is_break ? "break"_op : "continue"_op, ids, {}, {{"loop", is_break ? c.break_label : c.label}});
}

// Unrolled: rounds in a row while exits are met directly, else each round in a loop of one round that exits can name.
bool Frame::unrolled_loop(OpId op, const Values& elements) {
  OpId mark = out_.region(b_.region()).last;
  RegionId home = b_.region();
  size_t returns = returns_.size(), ways = ways_.size(), loops = loops_.size();
  try {
    return unrolled_flat(op, elements);
  } catch (const NeedsWrap&) {
    returns_.resize(returns);
    ways_.resize(ways);
    loops_.resize(loops);
    b_.set_region(home);
    for (OpId last; (last = out_.region(home).last) != mark;) out_.erase(last);
  }
  return unrolled_wrapped(op, elements);
}

// ---- returns ----
// An array and a text have no operation in common: what returns either leaves its caller nothing to do with the result.
static void families(Type t, Type& array, bool& text) {
  if (t.is(TypeKind::Union))
    for (Type arm : t.elements()) families(arm, array, text);
  else if (t.is_array())
    array = t;
  else if (t.is(TypeKind::Str))
    text = true;
}

void Frame::refuse_mixed_results() {
  Type array = Type::never();
  bool text = false;
  for (const Return& r : returns_) {
    families(type_of(r.value), array, text);
    if (array == Type::never() || !text) continue;
    b_.span = out_.op(r.at).span;
    fail("conflict", {"the result", describe(runtime(array, {})) + " on one path and str on another"});
  }
}

void Frame::finish_returns() {
  // In rounds that were written while loops of a generator, whose frames are others, still looked for their types.
  std::erase_if(returns_, [&](const Return& r) { return !out_.op(r.at).parent; });
  for (Return& r : returns_)
    if (instance_.entry) r.value = packed_below(r.value);
  Value shape;
  for (const Return& r : returns_) shape = join(shape, r.value);
  if (shape.kind != Kind::Never && instance_.wanted.kind != Kind::Never) shape = join(shape, instance_.wanted);
  b_.span = session_.span(py_, py_.span);
  if (shape.kind == Kind::Conflict) fail("conflict", {"the function returns", shape.text});
  if (instance_.entry && shape.kind != Kind::Never) {
    if (is_table_view(shape)) fail("cannot-return", {"a dict's " + shape.text}, "return `list(d." + shape.text + "())`");
    if (!is_representable(shape) || holds_choice(shape)) fail("cannot-return", {describe(shape)});
    refuse_mixed_results();
    shape = is_list(shape) ? shape_of(shape) : runtime(type_of(shape), {});
  }
  std::vector<Type> types;
  leaf_types(shape, types);
  Type whole = types.empty() ? Type::none() : types.size() == 1 ? types[0] : Type::tuple(types);
  for (const Return& r : returns_) {
    b_ = ir::Builder::before(out_, r.at);
    b_.span = out_.op(r.at).span;
    std::vector<ValueId> ids = leaf_ids({coerce(r.value, shape)});
    ValueId packed = ids.empty() ? b_.none() : ids.size() == 1 ? ids[0] : b_.make("tuple"_op, ids, whole);
    out_.set_operands(r.at, {&packed, 1});
  }
  out_.result_types = {whole};
  result = shape;
  if (!instance_.recursive) return;
  OpId first = out_.region(out_.body()).first;
  ir::Builder depth = first ? ir::Builder::before(out_, first) : ir::Builder(out_);
  depth.span = b_.span;
  depth.op("check.depth"_op, {}, {});
}

}  // namespace aic::typeinfer
