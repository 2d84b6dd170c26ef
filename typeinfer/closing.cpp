// Generators that yield inside `try`, and close() and throw(). Such a generator is kept (resumed.cpp): the body of the `try` is
// a function of its own, as everywhere (exceptions.cpp), which walks to the yield to go on at and is left by one more way,
// a yield. What is thrown into the generator lies in a slot, and is raised where it goes on.
//
// In CPython such a generator is closed when nothing holds it any more: what its `finally` does is done then. Here one that no
// name holds is closed after the loop or call that it was made for, and the function that made it closes what it has made when
// that is left, also by an exception: its body is guarded, and beside it are lists of what it made. So such a generator may not
// leave that function: it is refused as a result, in containers, and for generators that are kept themselves. Those behind
// contextlib.contextmanager are ended by their `with`.
#include <algorithm>

#include "ir/verify.h"
#include "typeinfer/caught.h"
#include "typeinfer/certain_errors.h"
#include "typeinfer/contexts.h"
#include "typeinfer/float_errors.h"

namespace aic::typeinfer {

constexpr int64_t running = -1;

bool yields_below(const ir::Function& py, RegionId r) {
  std::vector<OpId> below = py.ops_below(r);
  return std::ranges::any_of(below, [&](OpId id) { return py.op(id).code == "py.yield"_op; });
}

bool yields_in_try(const ir::Function& py) {
  std::vector<OpId> below = py.ops_below(py.body());
  return std::ranges::any_of(below,
                             [&](OpId op) { return py.op(op).code == "py.try"_op && yields_below(py, py.op(op).regions[0]); });
}

// ---- one step ----
// This frame writes the body of a `try` that is gone on in.
std::vector<ValueId> Frame::enter_step(Frame& outer, OpId op) {
  enter_guarded(outer);
  at_ = op;
  resumed_ = outer.resumed_;
  chosen_ = outer.chosen_;
  is_kept_ = outer.is_kept_;
  std::vector<ValueId> handed;
  state_ = taken_over(outer.state_, handed);
  sent_ = taken_over(outer.sent_, handed);
  for (const Value& s : outer.slots_) slots_.push_back(taken_over(s, handed));
  for (ValueId p : py_.parameters()) set(p, taken_over(outer.py_value(p), handed));
  for (ValueId v : resumed_->slots) {  // of others the slot is read
    const Value& known = outer.py_value(v);
    bool static_one = resumed_->once.contains(v.index) && !is_kept_.contains(v.index);
    if (static_one && known.kind != Kind::Never && is_fully_static(known)) set(v, known);
  }
  return handed;
}

// Where a handler yields, what it handles lies in a slot, and is handled again when it goes on: it is raised and caught once
// more.
void Frame::write_split_try(OpId op) {
  std::pair<int, int> handling = yields_in(py_.op(op).regions[1]);
  if (handling.second == 0) return write_guarded_part(op);
  std::pair<int, int> guarded = yields_in(py_.op(op).regions[0]);
  ValueId runs = is_running();
  when(guarded.second ? either(runs, goes_on_in(guarded)) : runs, [&] { write_guarded_part(op); });
  const size_t caught = size_t(resumed_->more.at(op.index));
  Value is_caught = choose(
      is_running(), [&] { return read_cell(slots_[caught], false); },
      [&] { return runtime(Type::boolean(), number_constant(boolean(false), Type::boolean())); });
  when(either(is_caught.id, goes_on_in(handling)), [&] { write_handling_part(op); });
}

void Frame::write_handling_part(OpId op) {
  const std::vector<ValueId>& results = py_.op(op).results;
  RegionId region = py_.op(op).regions[1];
  const size_t place = slot(py_.region(region).arguments[0]);
  when(goes_on_in(yields_in(region)), [&] {
    guard(
        {read_slot(place)},
        [](Frame& inner, const Values& given) {
          inner.b_.op("error.raise"_op, {given[0].parts[0].id}, {}, {{"again", int64_t(1)}});
        },
        [&](const Value& e) { put_slot(place, e); }, true);
  });
  handlers_.push_back({{}, loops_.size(), int(place)});
  try {
    split_region(region, [&](const Values& yielded) {
      b_.op("error.done"_op, {read_slot(place).parts[0].id}, {});
      for (size_t k = 0; k < results.size(); ++k) put_slot(slot(results[k]), yielded[k]);
    });
  } catch (...) {
    handlers_.pop_back();
    throw;
  }
  handlers_.pop_back();
}

void Frame::write_guarded_part(OpId op) {
  SpanId span = b_.span;
  const std::vector<ValueId>& results = py_.op(op).results;
  const std::vector<RegionId>& regions = py_.op(op).regions;
  auto goes_on = [](const Frame& f) {
    OpId last = f.out_.terminator(f.b_.region());
    return !last || ir::falls_through(f.out_, last);
  };
  ir::Function& body = session_.guarded_function(instance_, out_);
  Frame inner(session_, instance_, py_, body, body.body());
  std::vector<ValueId> handed = inner.enter_step(*this, op);
  {
    Guarded guarded(py_, op);
    FloatErrors::Scope in_force(session_, FloatErrors::in_body(*this, op));
    inner.split_region(regions[0], [&](const Values& yielded) {
      for (size_t k = 0; k < results.size(); ++k) inner.put_slot(slot(results[k]), yielded[k]);
    });
  }
  if (goes_on(inner)) inner.leave_body(Way::Through, 0, {});
  chosen_ = inner.chosen_;
  is_kept_ = inner.is_kept_;
  b_.span = span;
  GuardedCall call = call_guarded(inner, std::move(handed));
  OpId w = b_.op("if"_op, {test("not_equal"_op, call.status, ints(0))}, {}, {}, 2);
  RegionId home = b_.region();
  b_.set_region(b_.region_of(w, 0));
  Value e = caught_shape();
  e.parts[0].id = b_.make("error.save"_op, {}, e.parts[0].type);
  if (yields_in(regions[1]).second) {  // write_handling_part follows
    put_slot(slot(py_.region(regions[1]).arguments[0]), e);
    put_slot(size_t(resumed_->more.at(op.index)), boolean(true));
    b_.op("yield"_op, {}, {});
  } else {
    handle_at_once(op, e);
    if (goes_on(*this)) b_.op("yield"_op, {}, {});
  }
  b_.set_region(b_.region_of(w, 1));
  b_.span = span;
  Outcome through;
  after_guarded(op, call, through);
  if (goes_on(*this)) b_.op("yield"_op, {}, {});
  b_.set_region(home);
  b_.span = span;
}

void Frame::handle_at_once(OpId op, const Value& e) {
  const std::vector<ValueId>& results = py_.op(op).results;
  const std::vector<RegionId>& regions = py_.op(op).regions;
  set(py_.region(regions[1]).arguments[0], e);
  static_cast<void>(fetch_all(py_.region(regions[1]).first, {}));
  set(py_.region(regions[1]).arguments[0], e);
  handlers_.push_back({e.parts[0].id, loops_.size()});
  Outcome handled;
  try {
    handled = region(regions[1]);
  } catch (...) {
    handlers_.pop_back();
    throw;
  }
  handlers_.pop_back();
  if (!handled.ends) {
    b_.op("error.done"_op, {e.parts[0].id}, {});
    for (size_t k = 0; k < results.size(); ++k) put_slot(slot(results[k]), handled.yielded[k]);
  }
}

// Where a generator goes on: what was thrown into it.
void Frame::raise_thrown() {
  if (resumed_->thrown < 0) return;
  const Value& cell = slots_[size_t(resumed_->thrown)];
  if (element_of_list(cell).kind == Kind::Never) return;
  when(test("not_equal"_op, list_length(cell), ints(0)), [&] {
    Value record = take(cell, ints(0));
    b_.op("list.resize"_op, {cell.id, ints(0)}, {});
    b_.op("error.raise"_op, {record.id}, {}, {{"again", int64_t(1)}});  // it has its context already
  });
}

// ---- close, throw ----
void Frame::close_generator(const Value& g) {
  const ResumePlan& plan = session_.resume_plan(*g.form->function);
  const Values parts = parts_of(g);
  if (parts.size() < 2 + size_t(plan.count)) return;  // its parts are not known yet
  if (plan.thrown < 0) return put(parts[0], ints(0), integer(running), false);
  ValueId at = take(parts[0], ints(0)).id;
  when(test("equal"_op, at, ints(0)), [&] { put(parts[0], ints(0), integer(running), false); });
  when(test("greater"_op, at, ints(0)), [&] {
    Value exit;
    exit.kind = Kind::Exception;
    exit.text = "GeneratorExit";
    set_cell(parts[2 + size_t(plan.thrown)], Caught::saved(*this, exit).parts[0]);
    guard(
        {g},
        [](Frame& inner, const Values& given) {
          Value x = inner.resume(given[0], none());
          if (x.kind == Kind::Unbound || x.kind == Kind::Never) return;
          ValueId ends =
              x.kind == Kind::Maybe ? inner.inverse(x.parts[1].id) : inner.number_constant(boolean(false), Type::boolean());
          inner.check(ends, "RuntimeError", "generator ignored GeneratorExit");
        },
        [&](const Value& e) {
          when(inverse(Caught::matches(*this, e, {"GeneratorExit", "StopIteration"})),
               [&] { b_.op("error.raise"_op, {e.parts[0].id}, {}, {{"again", int64_t(1)}}); });
        });
  });
}

Value Frame::throw_into(const Value& g, const Value& exception) {
  const ResumePlan& plan = session_.resume_plan(*g.form->function);
  const Values parts = parts_of(g);
  if (parts.size() < 2 + size_t(plan.count)) return Value{};
  const Value e = Caught::saved(*this, exception);
  auto ends = [&] {
    put(parts[0], ints(0), integer(running), false);
    b_.op("error.raise"_op, {e.parts[0].id}, {});
  };
  if (plan.thrown < 0) return ends(), end_unreachable(), Value{};
  when(test("less_equal"_op, take(parts[0], ints(0)).id, ints(0)), ends);
  set_cell(parts[2 + size_t(plan.thrown)], e.parts[0]);
  const Returning r = returning(g);
  return sent_or_stopped(resume(g, none()), r);
}

// ---- what is made here is closed here ----
bool Frame::holds_closing(const Value& v) const {
  if (Contexts::is_known(v)) return false;  // it begins and ends with the `with` that it is handed to
  if (is_resumed(v) && yields_in_try(*v.form->function)) return true;
  for (const std::vector<Value>* inside : {&v.parts, &v.defaults})
    if (std::ranges::any_of(*inside, [&](const Value& p) { return holds_closing(p); })) return true;
  return false;
}

void Frame::check_kept(const Value& v, const char* how) {
  if (holds_closing(v)) fail("unsupported", {std::string("a generator that yields inside `try` or `with` and ") + how});
}

static bool stands_inside(const ir::Function& py, OpId inner, OpId outer) {
  auto place = [&](OpId op) {
    const ir::SpanInfo& info = py.module().spans[py.op(op).span.index];
    const ir::Position& p = py.module().sources[info.source].positions[info.node];
    return std::pair(std::pair(p.line, p.column), std::pair(p.end_line, p.end_column));
  };
  if (!py.op(inner).span || !py.op(outer).span) return false;
  auto [from, to] = place(inner);
  auto [begin, end] = place(outer);
  return begin <= from && to <= end;
}

void Contexts::close_below(Frame& f, const Value& v) {
  if (!is_resumed(v) || !yields_in_try(*v.form->function)) {
    for (const Value& p : v.parts) close_below(f, p);
    return;
  }
  f.close_generator(v);
  const Value list = f.closing(*v.form);
  if (list.kind == Kind::Never || element_of_list(list).kind == Kind::Never) return;
  ValueId n = f.list_length(list);  // made last, it need not be closed again
  f.when(f.test("greater"_op, n, f.ints(0)), [&] {
    ValueId before = f.make("subtract"_op, {n, f.ints(1)}, Type::integer(), {{"exact", int64_t(1)}});
    Value last = f.take(list, f.make("assume.index"_op, {before, n}, Type::integer()));
    f.when(f.test("same"_op, last.id, v.parts[0].id), [&] { f.b_.op("list.resize"_op, {list.id, before}, {}); });
  });
}

// What was made for this op alone, in its own expression: `for x in zip(items(), b)`, `next(items())`.
void Contexts::close_temporaries(Frame& f, OpId op) {
  if (f.instance_.closing.empty()) return;
  const ir::Op& o = f.py_.op(op);
  for (ValueId r : o.results)
    if (f.holds_closing(f.py_value(r))) return;
  for (ValueId v : std::vector<ValueId>(o.operands)) {
    if (!f.holds_closing(f.py_value(v))) continue;
    OpId made = f.py_.defining_op(v);
    bool temporary = made && f.py_.op(made).code == "py.call"_op && f.py_.value(v).uses.size() == 1;
    if (temporary && stands_inside(f.py_, made, op)) close_below(f, f.py_value(v));
  }
}

// The list of the generators of this form that are to be closed; nothing in an attempt that did not know of them.
Value Frame::closing(const ir::PyForm& form) {
  if (auto it = closing_.find(&form); it != closing_.end()) return it->second;
  if (consumer_) return consumer_->closing(form);
  if (outside_) {
    const Value theirs = outside_->closing(form);
    if (theirs.kind == Kind::Never) return theirs;
    return closing_[&form] = taken_over(theirs, late_);
  }
  if (resumed_ || inline_) fail("unsupported", {"a generator that yields inside `try` or `with`, made by one that is kept,"});
  if (instance_.closing.insert(&form).second) instance_.grown = true;
  return Value{};
}

void Frame::close_all() {
  if (outside_ || consumer_) return;
  for (const auto& [form, list] : closing_) {
    if (element_of_list(list).kind == Kind::Never) continue;
    count_loop(list_length(list), [&, form = form, list = list](ValueId k) {
      Value g;
      g.kind = Kind::Iterator;
      g.form = form;
      g.text = "resumed boxed " + std::to_string(reinterpret_cast<uintptr_t>(form));
      g.parts = {take(list, k)};
      close_generator(g);
    });
  }
}

void Frame::run_closing() {
  Values given;
  for (ValueId p : py_.parameters()) given.push_back(py_value(p));
  for (const ir::PyForm* form : instance_.closing) {
    Value list = new_list(ints(0), "closing " + std::to_string(reinterpret_cast<uintptr_t>(form)), Value{});
    given.push_back(closing_[form] = list);
  }
  guard(
      given,
      [&](Frame& inner, const Values& mine) {
        size_t k = 0;
        for (ValueId p : py_.parameters()) inner.set(p, mine[k++]);
        for (const ir::PyForm* form : instance_.closing) inner.closing_[form] = mine[k++];
        inner.region(py_.body());
      },
      [&](const Value& e) {
        close_all();
        b_.op("error.raise"_op, {e.parts[0].id}, {}, {{"again", int64_t(1)}});
      });
}

}  // namespace aic::typeinfer
