// StopIteration that leaves a generator is a RuntimeError, whose cause and context it is. Where a generator's own body raises
// it, or goes on with an iterator, that is written there (stop_generator); where a function that it calls may let one through,
// the call is guarded. Loops over what has `__next__` are not concerned: the step that they guard is outside of the generator.
//
// Whether a function may let one through is read from what was written of it. Of one that is still being written it is
// supposed that it does not, and looked at when all is written; if it does, all is inferred again (check_stops).
#include <algorithm>

#include "ir/exceptions.h"
#include "typeinfer/caught.h"

namespace aic::typeinfer {

// ---- which functions ----
static bool raises_stop(const ir::Function& f, OpId op) {
  const ir::Attr* name = f.find_attr(op, "exception");
  return name && std::holds_alternative<std::string>(*name) && std::get<std::string>(*name) == "StopIteration";
}

// Does a handler around this call take the StopIterations that it lets through, and not raise them again? A loop over what has
// `__next__` is one.
static bool are_stops_caught(const ir::Function& f, OpId call) {
  if (!f.int_attr(call, "caught")) return false;
  auto raises_again = [&](RegionId r) {
    return std::ranges::any_of(f.ops_below(r), [&](OpId op) { return f.op(op).code == "error.raise"_op; });
  };
  auto takes = [&](OpId op) {
    const ir::Attr* names = f.op(op).code == "error.matches"_op ? f.find_attr(op, "classes") : nullptr;
    if (!names) return false;
    const auto& classes = std::get<std::vector<std::string>>(*names);
    if (std::ranges::none_of(classes, [](const std::string& c) { return ir::is_subclass("StopIteration", c); })) return false;
    const std::vector<ir::Use>& uses = f.value(f.op(op).results[0]).uses;
    return std::ranges::any_of(uses, [&](const ir::Use& u) {
      return f.op(u.op).code == "if"_op && u.operand == 0 && !raises_again(f.op(u.op).regions[0]);
    });
  };
  for (const ir::Use& failed : f.value(f.op(call).results[0]).uses)
    if (f.op(failed.op).code == "not_equal"_op)
      for (const ir::Use& u : f.value(f.op(failed.op).results[0]).uses)
        if (f.op(u.op).code == "if"_op && std::ranges::any_of(f.ops_below(f.op(u.op).regions[0]), takes)) return true;
  return false;
}

bool Session::lets_stop_through(const std::string& symbol) const {
  std::set<std::string> reached{symbol};
  std::vector<std::string> work{symbol};
  while (!work.empty()) {
    const ir::Function* f = out.find(work.back());
    work.pop_back();
    if (!f) continue;
    for (OpId op : f->ops_below(f->body())) {
      if (raises_stop(*f, op)) return true;
      if (f->op(op).code != "call"_op || are_stops_caught(*f, op)) continue;
      if (const std::string& callee = f->text_attr(op, "callee"); reached.insert(callee).second) work.push_back(callee);
    }
  }
  return false;
}

bool Session::may_stop(const Instance& i) {
  if (is_resumed_form(*i.form)) return false;
  if (classes.stopping.contains(i.form->function)) return true;
  if (i.done && lets_stop_through(i.symbol)) return true;
  supposed_.emplace(i.symbol, i.form->function);
  return false;
}

void Session::check_stops() {
  for (const auto& [symbol, function] : supposed_)
    if (lets_stop_through(symbol) && classes.stopping.insert(function).second) classes.grown = true;
}

// ---- map, filter and their like ----
Value Caught::call_of_iterator(Frame& f, const Value& function, Values arguments) {
  struct Restored {
    bool &now, outer = std::exchange(now, true);
    ~Restored() { now = outer; }
  } restored{f.session_.calls_for_iterator};
  return f.call(function, {std::move(arguments), {}});
}

bool Caught::is_call_of_iterator(Frame& f) { return std::exchange(f.session_.calls_for_iterator, false); }

// The iterators of itertools that call a function are generators of the library.
bool Caught::ends_iterator(const Frame& f, const ir::PyForm& called, bool of_iterator) {
  const bool of_itertools = f.in_library() && (f.consumer_ || f.resumed_) && !f.outside_;
  return of_iterator ||
         (of_itertools && !Session::is_library(*called.function) && !called.function->name().ends_with("__next__"));
}

void Caught::refuse_end_of_iterator(Frame& f) {
  f.fail("unsupported", {"a function that may raise StopIteration, which would end the iterator that calls it,"});
}

// ---- generators ----
// Is what the op at hand raises about to leave a generator?
bool Frame::is_leaving_generator() const {
  const bool in_expression = !meets_stop_ && py_.op(at_).code == "py.call"_op && py_.int_attr(at_, "in_generator");
  return (((consumer_ || resumed_) && !outside_) || in_expression) && !in_library();
}

Value Caught::stop() {
  Value e;
  e.kind = Kind::Exception;
  e.text = "StopIteration";
  return e;
}

void Caught::stop_unless(Frame& f, ValueId condition) {
  note_raised(f, {}, 1);
  f.b_.op("check.true"_op, {condition}, {}, {{"exception", "StopIteration"}, {"message", ""}, {"args", int64_t(1)}});
}

void Caught::become_runtime_error(Frame& f, const Value& caught) {
  f.b_.op("error.cause"_op, {caught.parts[0].id}, {});
  f.raise("RuntimeError", "generator raised StopIteration");
}

void Caught::stop_generator(Frame& f, const Value& stop) {
  f.guard(
      {stop}, [](Frame& inner, const Values& mine) { inner.raise(mine[0]); },
      [&](const Value& caught) { become_runtime_error(f, caught); });
}

// What is raised again, at the end of `finally` or by `raise`.
void Caught::stop_if_matches(Frame& f, const Value& caught) {
  f.when(matches(f, caught, {"StopIteration"}), [&] { become_runtime_error(f, caught); });
}

Value Frame::call_that_may_stop(const ir::PyForm& form, const Values& arguments) {
  ir::Function& body = session_.guarded_function(instance_, out_);
  Frame inner(session_, instance_, py_, body, body.body());
  inner.enter_guarded(*this);
  inner.meets_stop_ = true;
  std::vector<ValueId> handed;
  Values mine;
  for (const Value& v : arguments) mine.push_back(inner.taken_over(v, handed));
  const Value given = inner.call_instance(form, std::move(mine));
  if (given.kind == Kind::Never)
    inner.end_unreachable();
  else
    inner.leave_body(Way::Through, 0, {given});
  const GuardedCall call = call_guarded(inner, std::move(handed));
  OpId w = b_.op("if"_op, {test("not_equal"_op, call.status, ints(0))}, {}, {}, 2);
  RegionId home = b_.region();
  b_.set_region(b_.region_of(w, 0));
  const Value e = just_caught();
  Caught::stop_if_matches(*this, e);
  b_.op("error.raise"_op, {e.parts[0].id}, {}, {{"again", int64_t(1)}});
  b_.set_region(b_.region_of(w, 1));
  b_.op("yield"_op, {}, {});
  b_.set_region(home);
  Outcome through;
  after_guarded(at_, call, through);
  return through.ends ? Value{} : through.yielded[0];
}

}  // namespace aic::typeinfer
