// Generators. A generator is no object here: it is its function and its arguments, until a loop consumes it. Then its body is
// written in place of the loop, and in place of each `yield` the loop's body:
//
//   for … once {label = 1} { …the generator… for … once {label = 2} { …the loop's body… } … }
//
// `break` of the consuming loop leaves 1, `continue` leaves 2. What the loop carries from round to round lies in cells
// (cells.cpp), since a round may stand anywhere in the generator. A generator runs once: where it could be consumed twice, or
// by halves, it is refused.
#include <algorithm>

#include "ir/verify.h"
#include "typeinfer/caught.h"
#include "typeinfer/frame.h"

namespace aic::typeinfer {

bool is_generator(const Value& v) { return v.kind == Kind::Iterator && v.text.starts_with("generator "); }

bool holds_generator(const Value& v) {
  if (is_generator(v)) return true;
  bool any = false;
  for (const Value& p : v.parts) any = any || (v.kind == Kind::Iterator && holds_generator(p));
  return any;
}

Value Frame::generator(const ir::PyForm& form, Values arguments) {
  Value g;
  g.kind = Kind::Iterator;
  g.text = "generator " + std::to_string(reinterpret_cast<uintptr_t>(&form));
  g.form = &form;
  g.parts = std::move(arguments);
  return g;
}

static size_t header_names(const ir::Function& py) {
  for (const ir::NamedAttr& a : py.attrs)
    if (auto* names = std::get_if<std::vector<std::string>>(&a.value); names && a.name == "params") return names->size();
  return 0;
}

// A new generator that one op has, a loop or a call, is written in place; others are kept (resumed.cpp).
bool Frame::is_handed_once() {
  if (handed_ || py_.op(at_).code != "py.call"_op) return true;
  const std::vector<ir::Use>& uses = py_.value(py_.op(at_).results[0]).uses;
  bool good = uses.size() <= 1;
  if (good && !uses.empty()) {
    OpCode c = py_.op(uses[0].op).code;
    std::vector<int64_t> starred = py_.list_attr(uses[0].op, "starred");
    bool spread = std::find(starred.begin(), starred.end(), int64_t(uses[0].operand)) != starred.end();
    const std::string* asked = c == "py.call"_op ? builtin_name(py_value(py_.op(uses[0].op).operands[0])) : nullptr;
    const Value callee = c == "py.call"_op ? py_value(py_.op(uses[0].op).operands[0]) : Value{};
    bool kept = callee.kind == Kind::Method && (callee.text == "append" || callee.text == "appendleft" ||
                                                callee.text == "insert" || callee.text == "add" || callee.text == "setdefault");
    bool rounds = kept ? false : asked && (*asked == "builtins.next" || *asked == "builtins.iter") ? false : c == "py.call"_op;
    good = (rounds && uses[0].operand > 0) || c == "py.for"_op || c == "py.unpack"_op ||
           ((c == "py.list"_op || c == "py.set"_op) && spread);
    good = good && py_.op(uses[0].op).parent == py_.op(at_).parent;
  }
  return good;
}

// Is what this call gives read to its end by one op beside it? An iterator that is handed to a function of the user's, or used
// again, must know how far it is.
bool Frame::is_read_at_once() const {
  if (handed_ || in_library() || py_.op(at_).code != "py.call"_op) return true;
  const std::vector<ir::Use>& uses = py_.value(py_.op(at_).results[0]).uses;
  if (uses.empty()) return true;
  OpId user = uses[0].op;
  if (uses.size() > 1 || py_.op(user).parent != py_.op(at_).parent) return false;
  OpCode c = py_.op(user).code;
  if (c == "py.for"_op || c == "py.unpack"_op) return uses[0].operand == 0;
  std::vector<int64_t> starred = py_.list_attr(user, "starred");
  auto spread = [&](int64_t k) { return std::find(starred.begin(), starred.end(), k) != starred.end(); };
  if (c == "py.list"_op || c == "py.set"_op || c == "py.tuple"_op) return spread(uses[0].operand);
  if (c != "py.call"_op || uses[0].operand == 0) return c == "py.compare"_op;
  const Value& callee = env_[py_.op(user).operands[0].index];
  const std::string* name = builtin_name(callee);
  if (spread(int64_t(uses[0].operand) - 1)) return true;
  if (name) return *name != "builtins.next" && *name != "builtins.iter";
  static const std::vector<std::string> readers = {"join",  "extend",       "update",    "extendleft",
                                                   "union", "intersection", "difference"};
  return callee.kind == Kind::Method && std::find(readers.begin(), readers.end(), callee.text) != readers.end();
}

bool is_generator_form(const ir::Function& f) {
  return std::ranges::any_of(f.attrs, [](const ir::NamedAttr& a) { return a.name == "generator"; });
}

// Does a loop beside it go over what this call gives, and nothing else look at it? `enumerate` may stand between them, and what
// counts or gathers is one. Generators may be left in the middle of their loops: those know only how far they are in a list.
bool Frame::is_looped_over() const {
  if (handed_ || is_generator_form(py_) || py_.op(at_).code != "py.call"_op) return false;
  auto only_use = [&](OpId call) -> const ir::Use* {
    const std::vector<ir::Use>& uses = py_.value(py_.op(call).results[0]).uses;
    return uses.size() == 1 && py_.op(uses[0].op).parent == py_.op(at_).parent ? &uses[0] : nullptr;
  };
  const ir::Use* use = only_use(at_);
  if (use && use->operand == 1 && py_.op(use->op).code == "py.call"_op && py_.op(use->op).operands.size() == 2) {
    const std::string* reader = builtin_name(env_[py_.op(use->op).operands[0].index]);
    if (!reader || !py_.list_attr(use->op, "starred").empty()) return false;
    if (*reader == "collections.Counter" || *reader == "builtins.set") return true;
    use = *reader == "builtins.enumerate" ? only_use(use->op) : nullptr;
  }
  return use && use->operand == 0 && py_.op(use->op).code == "py.for"_op;
}

// zip, map, filter, enumerate, reversed as they are, or as iterators that know how far they are.
Value Frame::kept_iterator(Value made) { return is_read_at_once() ? made : iterator_of(made); }

// `prim.is_list(x)` and `x is None` look at what it is, not into it.
static bool looks_at_kind(const ir::Function& py, OpId op) {
  if (py.op(op).code == "py.compare"_op) return py.text_attr(op, "op").starts_with("is");
  OpId callee = py.op(op).code == "py.call"_op ? py.defining_op(py.op(op).operands[0]) : OpId();
  if (!callee || py.op(callee).code != "py.attribute"_op) return false;
  OpId module = py.defining_op(py.op(callee).operands[0]);
  return module && py.op(module).code == "py.global"_op && py.text_attr(module, "name") == "prim" && Session::is_library(py);
}

// May this use of a value read it, where it is a generator? Not in `if prim.is_list(x): …`, which is for others.
static bool may_read(const ir::Function& py, ValueId v, OpId use) {
  if (looks_at_kind(py, use)) return false;
  for (RegionId r = py.op(use).parent; r != py.body(); r = py.op(py.region(r).op).parent) {
    OpId around = py.region(r).op;
    if (py.op(around).code != "if"_op || r != py.op(around).regions[0]) continue;
    OpId test = py.defining_op(py.op(around).operands[0]);
    if (test && py.op(test).code == "py.truth"_op) test = py.defining_op(py.op(test).operands[0]);
    if (test && py.op(test).code == "py.call"_op && looks_at_kind(py, test) &&
        std::ranges::find(py.op(test).operands, v) != py.op(test).operands.end())
      return false;
  }
  return true;
}

bool are_alternatives(const ir::Function& py, OpId a, OpId b) {
  for (RegionId r = py.op(a).parent; r != py.body();) {
    OpId around = py.region(r).op;
    for (RegionId q = py.op(b).parent; q != py.body() && py.op(around).code == "if"_op; q = py.op(py.region(q).op).parent)
      if (py.region(q).op == around && q != r) return true;
    r = py.op(around).parent;
  }
  return false;
}

// The value is consumed here and nowhere else, and not in a loop that it stands before.
void Frame::check_consumed_once(ValueId py, OpId consumer) {
  OpId def = py_.defining_op(py);
  RegionId made = def ? py_.op(def).parent : py_.value(py).region;
  size_t uses = 0;
  for (const ir::Use& u : py_.value(py).uses) uses += may_read(py_, py, u.op) && !are_alternatives(py_, u.op, consumer);
  // Straight from the call that made it, or a parameter; out of a container, or captured, it might be met again.
  size_t captured = py_.parameters().size() - std::min(py_.parameters().size(), header_names(py_));
  bool direct = def ? py_.op(def).code == "py.call"_op : made == py_.body() && py_.value(py).index >= captured;
  bool once = uses == 1 && (direct || in_library());
  for (RegionId r = py_.op(consumer).parent; once && r != made;) {
    OpId around = py_.region(r).op;
    once = around && !ir::record(py_.op(around).code).has(ir::Loop);
    if (around) r = py_.op(around).parent;
  }
  if (!once) fail("unsupported", {"a generator that is consumed in more than one place, or again in each round of a loop,"});
}

// Does a function read this argument of it once, in one place, or in one of several arms? prim.is_list(values) does not read
// it.
bool takes_once(const ir::Function& py, size_t parameter) {
  ValueId v = py.parameters()[parameter];
  std::vector<OpId> readers;
  for (const ir::Use& u : py.value(v).uses) {
    if (!may_read(py, v, u.op)) continue;
    OpCode c = py.op(u.op).code;
    bool reads = c == "py.call"_op ? u.operand > 0 : (c == "py.for"_op || c == "py.unpack"_op) && u.operand == 0;
    auto is_alternative = [&](OpId other) { return are_alternatives(py, u.op, other); };
    if (!reads || !std::ranges::all_of(readers, is_alternative)) return false;
    readers.push_back(u.op);
  }
  for (OpId reader : readers)
    for (RegionId r = py.op(reader).parent; r != py.body();) {
      OpId around = py.region(r).op;
      if (ir::record(py.op(around).code).has(ir::Loop)) return false;
      r = py.op(around).parent;
    }
  return true;
}

// Hands every value of an iterable that holds a generator to `use`, which writes into the region that b_ stands in.
void Frame::consume(const Value& iterable, const std::function<void(Value)>& use) {
  if (is_stateful(iterable)) return consume_pulled(iterable, use);
  if (is_generator(iterable)) return run_generator(iterable, use);
  if (iterable.text == "enumerate") {
    Value counter = list_display({to_int(iterable.parts[1])}, "count");
    return consume(iterable.parts[0], [&](Value x) {
      ValueId zero = ints(0);
      Value n = take(counter, zero);
      put(counter, zero, binary("+", n, integer(1)), false);
      use(tuple({n, std::move(x)}));
    });
  }
  if (iterable.text == "map" && iterable.parts.size() == 2)
    return consume(iterable.parts[1],
                   [&](Value x) { use(Caught::call_of_iterator(*this, iterable.parts[0], {std::move(x)})); });
  if (iterable.text == "filter")
    return consume(iterable.parts[1], [&](Value x) {
      Value passes = truth(is_none(iterable.parts[0]) ? x : Caught::call_of_iterator(*this, iterable.parts[0], {x}));
      if (std::optional<bool> known = known_bool(passes)) {
        if (*known) use(std::move(x));
        return;
      }
      OpId w = b_.op("if"_op, {as_type(passes, Type::boolean())}, {}, {}, 2);
      RegionId home = b_.region();
      b_.set_region(b_.region_of(w, 1));
      b_.op("yield"_op, {}, {});
      b_.set_region(b_.region_of(w, 0));
      use(std::move(x));
      if (OpId last = out_.terminator(b_.region()); !last || ir::falls_through(out_, last)) b_.op("yield"_op, {}, {});
      b_.set_region(home);
    });
  if (iterable.text == "map" || iterable.text == "zip") return consume_pulled(iterable, use);
  fail("unsupported", {describe(iterable) + " of a generator"});
}

// Ends the region with an exit, unless it has ended.
void Frame::close_region(OpCode exit, int64_t loop) {
  if (OpId last = out_.terminator(b_.region()); !last || ir::falls_through(out_, last)) b_.op(exit, {}, {}, {{"loop", loop}});
}

void Frame::run_generator(const Value& g, const std::function<void(Value)>& use) {
  int depth = 0;
  for (const Frame* f = this; f; f = f->consumer_) depth += &f->py_ == g.form->function;
  if (depth > 6) fail("unsupported", {"a generator that consumes itself"});
  ValueId zero = ints(0), one = ints(1);
  int64_t label = out_.new_label();
  RegionId home = b_.region();
  SpanId span = b_.span;
  open_for({}, zero, one, one, label);
  Frame inner(session_, instance_, *g.form->function, out_, b_.region());
  inner.consumer_ = this;
  inner.inlined_at_ = span;
  inner.generator_label_ = label;
  inner.inline_ = true;
  inner.speculating_ = speculating_;
  AIC_CHECK(inner.py_.parameters().size() == g.parts.size());
  for (size_t k = 0; k < g.parts.size(); ++k) inner.set(inner.py_.parameters()[k], g.parts[k]);
  inner.on_yield_ = [&](Value x) {
    b_.set_region(inner.b_.region());
    b_.span = span;
    // What fails in the round counts where the generator's loops have found their types: it is theirs.
    int speculating = std::exchange(speculating_, inner.speculating_);
    std::optional<ir::Diagnosed> kept = std::exchange(kept_, std::nullopt);
    auto restore = [&] {
      speculating_ = speculating;
      if (kept_ && !inner.kept_) inner.kept_ = kept_;
      kept_ = kept;
    };
    try {
      use(std::move(x));
    } catch (...) {
      restore();
      throw;
    }
    restore();
    inner.b_.set_region(b_.region());
  };
  inner.region(inner.py_.body());
  lowest = std::min(lowest, inner.lowest);
  if (inner.kept_ && !kept_) kept_ = inner.kept_;
  b_.set_region(inner.b_.region());
  b_.span = span;
  close_region("continue"_op, label);
  b_.set_region(home);
}

bool Frame::generator_loop(OpId op, const Value& iterable, bool fresh) {
  if (holds_generator(iterable) && !fresh && !is_object(py_value(py_.op(op).operands[0])))
    check_consumed_once(py_.op(op).operands[0], op);
  const std::vector<ValueId>& arguments = py_.region(py_.op(op).regions[0]).arguments;
  size_t n = arguments.size() - 1;
  std::vector<Value> cells;
  for (size_t k = 0; k < n; ++k) cells.push_back(new_cell(py_value(py_.op(op).operands[k + 1]), "carried" + std::to_string(k)));
  std::string name = "maybe " + std::to_string(reinterpret_cast<uintptr_t>(&py_)) + ":" + std::to_string(op.index) + ":";
  auto maybe = [&](size_t k) {
    Kind entry = py_value(py_.op(op).operands[k + 1]).kind;
    return entry == Kind::Unbound || entry == Kind::Maybe || instance_.unbound_states.contains(name + std::to_string(k));
  };
  // Leaving the loop leaves all that it is written in.
  int64_t whole = out_.new_label();
  RegionId home = b_.region();
  open_for({}, ints(0), ints(1), ints(1), whole);
  RegionId written = b_.region();
  consume(iterable, [&](Value x) {
    int64_t round = out_.new_label();
    RegionId here = b_.region();
    open_for({}, ints(0), ints(1), ints(1), round);
    LoopContext c;
    c.py_label = py_.int_attr(op, "label");
    c.label = round;
    c.break_label = whole;
    c.cells = cells;
    c.cells_name = name;
    c.by_cells = true;
    loops_.push_back(c);
    set(arguments[0], std::move(x));
    for (size_t k = 0; k < n; ++k) set(arguments[k + 1], read_cell(cells[k], maybe(k)));
    region(py_.op(op).regions[0]);
    loops_.pop_back();
    b_.set_region(here);
  });
  b_.set_region(written);
  close_region("continue"_op, whole);
  b_.set_region(home);
  for (size_t k = 0; k < n; ++k) set(py_.op(op).results[k], read_cell(cells[k], maybe(k)));
  return false;
}

}  // namespace aic::typeinfer
