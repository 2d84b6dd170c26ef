// Generators as objects. Such a generator is called again for every element: an instance of its own form runs from where the
// last call left it to the next `yield`, and returns a Maybe, unbound at the end. What it remembers between calls lies in
// cells, which are arguments of the call: the number of the yield to go on at, the value sent, and a slot for each value that
// is used on the other side of a yield.
//
// The py form is structured, so going on in the middle of a loop means to walk there: ops between yields are written as
// segments, `if running { … }`; an `if` or a loop with a yield in it is entered when it is running and its condition says so,
// or when the yield to go on at is in it. At that yield it runs again. While it runs the number is -1, which is also how it
// ends: a generator that raised is finished, as in CPython.
#include <algorithm>
#include <set>

#include "ir/verify.h"
#include "typeinfer/caught.h"

namespace aic::typeinfer {

constexpr int64_t running = -1;

// ---- the plan: which values need slots ----
class Planner {
 public:
  Planner(const ir::Function& py, ResumePlan& plan) : py_(py), plan_(plan), segment_of_(py.value_count(), -1) {
    plan_.slot_of.assign(py.value_count(), -1);
    number(py.body());
    for (ValueId p : py.parameters()) segment_of_[p.index] = -2;  // arguments are there in every call
    walk(py.body());
    uses(py.body());
    plan_.count = int(plan_.slots.size());
    for (OpId op : py.ops_below(py.body()))
      if (py.op(op).code == "py.for"_op || py.op(op).code == "if"_op || py.op(op).code == "py.try"_op)
        if (splits(op)) plan_.more[op.index] = plan_.count++;
    if (yields_in_try(py)) plan_.thrown = plan_.count++;
    ++plan_.count;  // of what it returns
    find_dead_slots(py, plan_);
  }

 private:
  [[nodiscard]] bool splits(OpId op) const { return plan_.yields.contains(op.index); }
  void number(RegionId r) {
    for (OpId op = py_.region(r).first; op; op = py_.op(op).next) {
      int first = yields_ + 1;
      if (py_.op(op).code == "py.yield"_op) ++yields_, plan_.delegates |= py_.find_attr(op, "delegated") != nullptr;
      for (RegionId inner : py_.op(op).regions) number(inner);
      if (yields_ >= first) plan_.yields[op.index] = {first, yields_};
    }
  }
  void slot(ValueId v) {
    if (plan_.slot_of[v.index] >= 0) return;
    plan_.slot_of[v.index] = int(plan_.slots.size());
    plan_.slots.push_back(v);
  }
  // Numbers the segments; what a split op hands to its regions and gives has slots.
  void walk(RegionId r) {
    ++segment_;
    for (OpId op = py_.region(r).first; op; op = py_.op(op).next) {
      segments_[op.index] = segment_;
      if (!splits(op)) {
        for (ValueId v : py_.op(op).results) segment_of_[v.index] = segment_, plan_.once.insert(v.index);
        for (OpId below : below_of(op)) {
          segments_[below.index] = segment_;
          for (ValueId v : py_.op(below).results) segment_of_[v.index] = segment_;
        }
        for (RegionId inner : regions_below(op))
          for (ValueId v : py_.region(inner).arguments) segment_of_[v.index] = segment_;
        continue;
      }
      for (ValueId v : py_.op(op).results) segment_of_[v.index] = -1, slot(v);
      for (RegionId inner : py_.op(op).regions) {
        bool handles = py_.op(op).code == "py.try"_op && !yields_below(py_, inner);  // at once: the exception is not kept
        for (ValueId v : py_.region(inner).arguments)
          if (segment_of_[v.index] = handles ? segment_ + 1 : -1; !handles) slot(v);
        walk(inner);
      }
      ++segment_;
    }
  }
  [[nodiscard]] std::vector<OpId> below_of(OpId op) const {
    std::vector<OpId> all;
    for (RegionId r : py_.op(op).regions)
      for (OpId below : py_.ops_below(r)) all.push_back(below);
    return all;
  }
  [[nodiscard]] std::vector<RegionId> regions_below(OpId op) const {
    std::vector<RegionId> all = py_.op(op).regions;
    for (OpId below : below_of(op)) all.insert(all.end(), py_.op(below).regions.begin(), py_.op(below).regions.end());
    return all;
  }
  void uses(RegionId r) {
    for (OpId op : py_.ops_below(r))
      for (ValueId v : py_.op(op).operands)
        if (int s = segment_of_[v.index]; s != -2 && s != segments_[op.index]) slot(v);
  }

  const ir::Function& py_;
  ResumePlan& plan_;
  std::vector<int> segment_of_;  // by value; -2: a parameter, -1: in a slot from the start
  std::map<uint32_t, int> segments_;
  int segment_ = 0, yields_ = 0;
};

const ResumePlan& Session::resume_plan(const ir::Function& py) {
  std::unique_ptr<ResumePlan>& plan = resume_plans_[&py];
  if (!plan) {
    plan = std::make_unique<ResumePlan>();
    Planner(py, *plan);
  }
  return *plan;
}

// The form whose instances are single steps of a generator's.
// `sending`: send() is known of where it was made, so that what a `yield` gives waits for its type.
const ir::PyForm& Session::resumed_form(const ir::PyForm& form, bool sending) {
  std::unique_ptr<ir::PyForm>& step = resumed_forms_[{&form, sending}];
  if (step) return *step;
  step = std::make_unique<ir::PyForm>(form);
  is_resumed_form_.insert(step.get());
  if (sending) is_sending_form_.insert(step.get());
  return *step;
}

// ---- outside ----
// Is this a generator that is made while it runs itself, or while a step of it is written? Then what it remembers may hold its
// like.
bool Frame::is_recursive_generator(const ir::PyForm& form) const {
  for (const Frame* f = this; f; f = f->consumer_ ? f->consumer_ : f->outside_)
    if (f != this && &f->py_ == form.function) return true;
  return &py_ == form.function || session_.is_stepping(*form.function);
}

// The parts of a generator in a box, with the sites that its lists have in this instance.
Value Frame::box_shape(Box& b) {
  std::string name = "box " + std::string(b.of->type.flavour());
  auto site = [&](const std::string& path) {
    std::shared_ptr<ListSite>& s = instance_.sites[name + path];
    if (!s) s = new_site(&instance_.grown);
    return s;
  };
  Value mine = resited(b.shape, site);
  instance_.boxes[&b] = mine;
  session_.classes.widen(b, mine);
  return mine;
}

Value Frame::boxed(Value g) {
  Box& b = session_.classes.box(*g.form->function);
  const Value whole = tuple(g.parts), shape = widen(whole);
  g.text = "resumed boxed " + std::to_string(reinterpret_cast<uintptr_t>(g.form));
  if (b.shape.kind != Kind::Never) static_cast<void>(join(box_shape(b), whole));  // their lists are the same from now on
  session_.classes.widen(b, shape);
  if (b.shape.kind == Kind::Conflict) fail("conflict", {"a generator that holds its like", b.shape.text});
  Value mine = box_shape(b);
  const Type t = b.of->type;
  if (key(mine) != key(b.written)) {  // this will be written again
    session_.classes.grown = true;
    g.parts = {undefined(runtime(t, {}))};
    return g;
  }
  std::vector<ValueId> ids = leaf_ids({coerce(whole, mine)});
  std::vector<ir::NamedAttr> place{{"part", int64_t(0)}, {"layout", b.of->layout}};
  ValueId object = make("list.new"_op, {ints(1)}, t, {{"layout", b.of->layout}});
  ValueId state = b_.make("tuple"_op, ids, b.of->fields.front().written);
  b_.op("list.store"_op, {object, state, ints(0)}, {}, std::move(place));
  g.parts = {runtime(t, object)};
  return g;
}

Values Frame::unboxed(const Value& object, Box& b) {
  Value mine = box_shape(b);
  if (b.written.kind == Kind::Never || key(mine) != key(b.written)) {  // this will be written again
    session_.classes.grown = true;
    return undefined(mine).parts;
  }
  const Type t = b.of->fields.front().written;
  ValueId state = make("list.load"_op, {object.id, ints(0)}, t, {{"part", int64_t(0)}, {"layout", b.of->layout}});
  std::vector<ValueId> ids;
  for (size_t k = 0; k < t.elements().size(); ++k)
    ids.push_back(make("tuple.get"_op, {state}, t.elements()[k], {{"index", int64_t(k)}}));
  const ValueId* next = ids.data();
  return rebuild(mine, next).parts;
}

// `managed`: a `with` sees to its end.
Value Frame::resumed(const Value& generator, bool in_box, bool managed) {
  Value g;
  g.kind = Kind::Iterator;
  bool sending = resumed_ && session_.is_sending_form(*instance_.form);  // `yield from` hands it on
  for (OpId op : py_.ops_below(py_.body()))
    sending |= py_.op(op).code == "py.attribute"_op && py_.text_attr(op, "name") == "send";
  g.text = (sending ? "resumed sending " : "resumed ") + std::to_string(reinterpret_cast<uintptr_t>(generator.form));
  g.form = generator.form;
  const ResumePlan& plan = session_.resume_plan(*g.form->function);
  Value unbound;
  unbound.kind = Kind::Unbound;
  std::string path = "resumed" + std::to_string(iterators_++) + ":";
  g.parts = {list_display({integer(0)}, path + "state"), new_cell(unbound, path + "sent")};
  for (int k = 0; k < plan.count; ++k) g.parts.push_back(new_cell(unbound, path + std::to_string(k)));
  for (const Value& a : generator.parts) {
    Value kept = a;
    if (is_generator(a)) kept = resumed(a);
    check_kept(a, "is handed to another that is kept");
    g.parts.push_back(kept.kind == Kind::Iterator && !is_stateful(kept) ? iterator_of(kept) : real(kept, path + "argument"));
  }
  if (plan.thrown >= 0 && !managed) {
    const Value list = closing(*g.form);
    g = boxed(std::move(g));
    if (list.kind != Kind::Never) append(list, g.parts[0]);
    return g;
  }
  if (in_box) return boxed(std::move(g));
  return g;
}

static bool is_boxed(const Value& g) { return g.text.starts_with("resumed boxed "); }

Values Frame::parts_of(const Value& g) {
  return is_boxed(g) ? unboxed(g.parts[0], session_.classes.box(*g.form->function)) : g.parts;
}

// The next element; `sent`: None, what send() is given, or a Maybe of that.
Value Frame::resume(const Value& g, const Value& sent) {
  bool sending = g.text.starts_with("resumed sending");
  if (is_boxed(g)) {
    Box& b = session_.classes.box(*g.form->function);
    if (!is_none(sent) && !std::exchange(b.is_sent_to, true)) session_.classes.grown = true;  // its steps are to know that
    sending = b.is_sent_to;
  }
  if (const Values parts = sending || !is_boxed(g) ? parts_of(g) : Values{}; parts.size() > 1) {
    if (is_none(sent) || sent.kind == Kind::Maybe) b_.op("list.resize"_op, {parts[1].id, ints(0)}, {});
    if (sent.kind == Kind::Maybe)
      when(sent.parts[1].id, [&] { set_cell(parts[1], sent.parts[0]); });
    else if (!is_none(sent))
      set_cell(parts[1], sent);
  }
  return call_instance(session_.resumed_form(*g.form, sending), g.parts);
}

// The next element of what `yield from` goes over: a generator gets what this one was sent at that yield.
Value Frame::pull_delegated(const Value& v) {
  if (element_of_list(sent_).kind == Kind::Never) return pull(v);
  if (v.kind == Kind::Choice) return by_arms(v, [&](const Value& one) { return pull_delegated(one); });
  if (!is_resumed(v)) fail("unsupported", {"sending to a generator that yields from what is no generator"});
  const Value sent = read_cell(sent_, true);
  b_.op("list.resize"_op, {sent_.id, ints(0)}, {});
  return resume(v, sent);
}

// `x = yield from g`: what g returned, when it has given all that it gives. Only a generator that was made for this has not
// ended before; None is what other iterables return.
Value Frame::returned_by(const Value& g, ValueId made) {
  if (g.kind == Kind::Choice && g.parts.size() == 2) return returned_by(g.parts[1], made);  // out of a slot
  if (!is_stateful(g)) return none();
  OpId call = py_.defining_op(made);
  if (!is_resumed(g) || !call || py_.op(call).code != "py.call"_op || py_.value(made).uses.size() != 2)
    fail("unsupported", {"the value of `yield from` this"});
  bool always = true;
  const ir::Function& py = *g.form->function;
  for (OpId op : py.ops_below(py.body())) {
    if (py.op(op).code != "return"_op) continue;
    OpId value = py.defining_op(py.op(op).operands[0]);
    always &= !value || py.op(value).code != "py.const"_op || py.text_attr(value, "kind") != "none";
  }
  const Values parts = parts_of(g);
  const size_t place = 1 + size_t(session_.resume_plan(py).count);
  if (place >= parts.size()) return Value{};  // its parts are not known yet
  const Value x = read_cell(parts[place], !always);
  if (x.kind == Kind::Unbound) return none();
  if (x.kind != Kind::Maybe) return x;
  return choose(x.parts[1].id, [&] { return x.parts[0]; }, [&] { return none(); });
}

Value Frame::resumed_method(const Value& g, const std::string& name, const Arguments& a) {
  if (name == "close") return close_generator(g), none();
  if (name == "throw") return throw_into(g, a.positional.at(0));
  if (name == "send") {
    Value given = a.positional.at(0);
    if (const Values parts = parts_of(g); !is_none(given) && parts.size() > 1) {
      Value state = take(parts[0], ints(0));
      check(test("not_equal"_op, state.id, ints(0)), "TypeError", "can't send non-None value to a just-started generator");
    }
    const Returning r = returning(g);
    return sent_or_stopped(resume(g, real(given, "sent")), r);
  }
  return next({{g}, {}});
}

Value Frame::sent_or_stopped(const Value& x, const Returning& r) {
  if (x.kind != Kind::Maybe && x.kind != Kind::Unbound) return x;
  const ValueId more = x.kind == Kind::Maybe ? x.parts[1].id : number_constant(boolean(false), Type::boolean());
  stop_with_returned(r, inverse(more));
  if (x.kind == Kind::Unbound) return raise(Caught::stop()), Value{};
  Caught::stop_unless(*this, more);
  return x.parts[0];
}

Frame::Returning Frame::returning(const Value& g) {
  if (!is_resumed(g)) return {};
  const ir::Function& py = *g.form->function;
  const Values parts = parts_of(g);
  const size_t place = 1 + size_t(session_.resume_plan(py).count);
  if (place >= parts.size() || element_of_list(parts[place]).kind == Kind::Never) return {};
  return {parts[place], take(parts[0], ints(0))};
}

void Frame::stop_with_returned(const Returning& r, ValueId ended) {
  if (r.cell.kind == Kind::Never || is_none(element_of_list(r.cell))) return;
  if (!Caught::can_be_argument(type_of(element_of_list(r.cell)))) return Caught::drop_arguments(*this);
  when(both(ended, test("not_equal"_op, r.before.id, ints(running))), [&] {
    const Value given = read_cell(r.cell, true);
    when(given.parts[1].id, [&] {
      static_cast<void>(split(given.parts[0], [&](const Value& v) {
        Value stop = Caught::stop();
        stop.parts = {v};
        if (!is_none(v)) Caught::raise(*this, stop, nullptr);
        return none();
      }));
    });
  });
}

// ---- inside: one call ----
void Frame::run_resumed() {
  const ResumePlan& plan = session_.resume_plan(py_);
  resumed_ = &plan;
  b_.span = session_.span(py_, py_.span);
  Values given;
  for (const Value& shape : instance_.arguments) {
    std::vector<Type> types;
    leaf_types(shape, types);
    std::vector<ValueId> ids;
    for (Type t : types) ids.push_back(out_.add_argument(out_.body(), t));
    const ValueId* next = ids.data();
    given.push_back(rebuild(shape, next));
  }
  out_.attrs.push_back({"params", std::vector<std::string>(out_.parameters().size())});
  for (HiddenArray& h : instance_.hidden) h.id = out_.add_argument(out_.body(), h.array.type);
  if (given.size() == 1) given = unboxed(given[0], session_.classes.box(py_));
  if (given.size() < 2 + size_t(plan.count)) return end_resumed(none()), finish_returns();  // its parts are not known yet
  state_ = given[0], sent_ = given[1];
  slots_.assign(given.begin() + 2, given.begin() + 2 + plan.count);
  for (size_t k = 0; k < py_.parameters().size(); ++k) set(py_.parameters()[k], given[size_t(plan.count) + 2 + k]);
  ValueId at = take(state_, ints(0)).id;
  when(test("equal"_op, at, ints(running)), [&] { end_resumed(none()); });
  when(test("equal"_op, at, ints(0)), [&] { put(state_, ints(0), integer(running), false); });
  split_region(py_.body(), [](const Values&) {});
  if (OpId last = out_.terminator(b_.region()); !last || ir::falls_through(out_, last)) end_resumed(none());
  finish_returns();
}

// Returns: there is no element more. What the generator returns is in the last slot.
void Frame::end_resumed(const Value& given) {
  if (!is_none(given)) put_slot(size_t(resumed_->count) - 1, real(given, "returned"));
  Value unbound;
  unbound.kind = Kind::Unbound;
  returns_.push_back({b_.op("return"_op, {}, {}), unbound});
}

void Frame::when(ValueId condition, const std::function<void()>& then) {
  OpId w = b_.op("if"_op, {condition}, {}, {}, 2);
  RegionId home = b_.region();
  b_.set_region(b_.region_of(w, 1));
  b_.op("yield"_op, {}, {});
  b_.set_region(b_.region_of(w, 0));
  then();
  if (OpId last = out_.terminator(b_.region()); !last || ir::falls_through(out_, last)) b_.op("yield"_op, {}, {});
  b_.set_region(home);
}

ValueId Frame::is_running() { return test("equal"_op, take(state_, ints(0)).id, ints(running)); }

ValueId Frame::goes_on_in(std::pair<int, int> yields) {
  ValueId at = take(state_, ints(0)).id;
  return both(test("greater_equal"_op, at, ints(yields.first)), test("less_equal"_op, at, ints(yields.second)));
}

// ---- slots ----
std::string Frame::slot_name(size_t k) const {
  return "slot " + std::to_string(reinterpret_cast<uintptr_t>(&py_)) + ":" + std::to_string(k);
}

// An exception lies in its slot as the saved record.
void Frame::put_slot(size_t k, const Value& given) {
  Value v = given;
  Value& held = v.kind == Kind::Maybe ? v.parts[0] : v;
  const std::string exceptions = "exception in " + slot_name(k);
  if (held.kind == Kind::Exception && instance_.unbound_states.insert(exceptions).second) instance_.grown = true;
  if (held.kind != Kind::Unbound && instance_.unbound_states.contains(exceptions)) held = Caught::saved(*this, held).parts[0];
  bool may_lack = v.kind == Kind::Unbound || v.kind == Kind::Maybe;
  if (may_lack && instance_.unbound_states.insert(slot_name(k)).second) instance_.grown = true;
  set_cell(slots_[k], v);
}

size_t Frame::slot(ValueId py) const { return size_t(resumed_->slot_of[py.index]); }

Value Frame::read_slot(size_t k) {
  Value v = read_cell(slots_[k], instance_.unbound_states.contains(slot_name(k)));
  if (!instance_.unbound_states.contains("exception in " + slot_name(k))) return v;
  Value& held = v.kind == Kind::Maybe ? v.parts[0] : v;
  if (held.kind == Kind::Unbound) return v;
  Value e = caught_shape();
  e.parts[0].id = held.id;
  held = e;
  return v;
}

// A value that one op makes has its slot set, unless it is known without run time.
void Frame::keep(ValueId py, const Value& v) {
  if (resumed_->slot_of[py.index] < 0) return;
  is_kept_.erase(py.index);
  if (v.kind != Kind::Maybe && v.kind != Kind::Unbound && is_fully_static(v)) return;
  is_kept_.insert(py.index);
  put_slot(slot(py), real(v, "slot"));
}

void Frame::fetch(ValueId py) {
  if (resumed_->slot_of[py.index] < 0) return;
  if (resumed_->once.contains(py.index) && !is_kept_.contains(py.index)) return;
  set(py, read_slot(slot(py)));
}

// ---- regions ----
// Interprets the ops from `op` on, up to one that splits, under a test that the generator runs. `entry` is the part of that op
// that belongs before it; `finish` gets what the region yields at its end. Gives the op that splits, if there is one.
OpId Frame::segment(OpId op, const std::function<void(OpId)>& entry, const std::function<void(const Values&)>& finish) {
  OpId stop = op;
  while (stop && !resumed_->yields.contains(stop.index)) stop = py_.op(stop).next;
  std::vector<Fact> narrowed;
  std::vector<Fact>* outer = std::exchange(undo_, &narrowed);
  auto restore = [&] {
    for (size_t k = narrowed.size(); k-- > 0;) set(narrowed[k].py, std::move(narrowed[k].value));
    undo_ = outer;
  };
  auto write = [&] {
    if (!fetch_all(op, stop)) {
      raise("SystemError", "aic: a generator is sent None alone");
      stop = {};
      return;
    }
    Outcome o;
    for (; op != stop; op = py_.op(op).next) {
      if (!step(op, o)) {
        for (ValueId v : py_.op(op).results) keep(v, py_value(v));
        continue;
      }
      if (!o.ends) finish(o.yielded);
      stop = {};
      return;
    }
    if (!stop) return;
    at_ = stop;
    b_.span = session_.span(py_, py_.op(stop).span);
    entry(stop);
  };
  try {
    when(is_running(), write);
  } catch (...) {
    restore();
    throw;
  }
  restore();
  return stop;
}

// What the ops of a segment use and others made.
bool Frame::fetch_all(OpId from, OpId stop) {
  std::set<uint32_t> made;
  bool waits = false;
  auto use = [&](OpId op) {
    for (ValueId v : py_.op(op).operands) {
      if (!made.insert(v.index).second) continue;
      fetch(v);
      waits |= resumed_->slot_of[v.index] >= 0 && py_value(v).kind == Kind::Never;
    }
  };
  std::function<void(OpId)> visit = [&](OpId op) {
    use(op);
    for (RegionId r : py_.op(op).regions) {
      for (ValueId v : py_.region(r).arguments) made.insert(v.index);
      for (OpId inner = py_.region(r).first; inner; inner = py_.op(inner).next) visit(inner);
    }
    for (ValueId v : py_.op(op).results) made.insert(v.index);
  };
  for (OpId op = from; op && op != stop; op = py_.op(op).next) visit(op);
  if (stop) use(stop);
  return !waits || !session_.is_sending_form(*instance_.form) || element_of_list(sent_).kind != Kind::Never;
}

void Frame::split_region(RegionId r, const std::function<void(const Values&)>& finish) {
  OpId op = py_.region(r).first;
  while (op) {
    op = segment(op, [&](OpId split) { enter_split(split); }, finish);
    if (!op) return;
    at_ = op;
    b_.span = session_.span(py_, py_.op(op).span);
    write_split(op);
    // What follows is written when the type of what is sent is known.
    bool waits = py_.op(op).code == "py.yield"_op && !py_.value(py_.op(op).results[0]).uses.empty() &&
                 element_of_list(sent_).kind == Kind::Never && session_.is_sending_form(*instance_.form);
    if (waits) return;
    op = py_.op(op).next;
  }
}

std::pair<int, int> Frame::yields_in(RegionId r) const {
  std::pair<int, int> all{1, 0};
  for (OpId op = py_.region(r).first; op; op = py_.op(op).next)
    if (auto it = resumed_->yields.find(op.index); it != resumed_->yields.end()) {
      if (all.second == 0) all.first = it->second.first;
      all.second = it->second.second;
    }
  return all;
}

// What of an op with a yield in it is done before: while the generator runs.
void Frame::enter_split(OpId op) {
  const ir::Op& o = py_.op(op);
  if (o.code == "py.yield"_op) {
    put(state_, ints(0), integer(resumed_->yields.at(op.index).first), false);
    Value x = real(operand(op, 0), "yield");
    give_away(op, x);
    leave_handlers(0);
    if (outside_) return leave_body(Way::Yield, 0, {x});
    returns_.push_back({b_.op("return"_op, {}, {}), x});
  } else if (o.code == "if"_op) {
    Value c = truth(operand(op, 0));
    chosen_.erase(op.index);
    if (std::optional<bool> known = known_bool(c))
      chosen_[op.index] = *known;
    else
      put_slot(size_t(resumed_->more.at(op.index)), runtime(Type::boolean(), as_type(c, Type::boolean())));
  } else if (o.code == "while"_op) {
    const std::vector<ValueId>& state = py_.region(o.regions[0]).arguments;
    if (yields_in(o.regions[0]).second)
      fail("yield", {"`yield` in the condition of a `while` is not supported in a generator that is kept"});
    for (size_t k = 0; k < state.size(); ++k) put_slot(slot(state[k]), py_value(o.operands[k]));
  } else if (o.code == "py.for"_op) {
    const std::vector<ValueId>& arguments = py_.region(o.regions[0]).arguments;
    put_slot(size_t(resumed_->more.at(op.index)), iterator_of(operand(op, 0)));
    for (size_t k = 1; k < arguments.size(); ++k) put_slot(slot(arguments[k]), py_value(o.operands[k]));
  } else if (o.code == "py.try"_op) {
    put_slot(size_t(resumed_->more.at(op.index)), boolean(false));
  } else {
    fail("yield", {"`yield` is not supported here in a generator that is kept"});
  }
}

void Frame::write_split(OpId op) {
  const ir::Op& o = py_.op(op);
  std::pair<int, int> yields = resumed_->yields.at(op.index);
  if (o.code == "py.yield"_op) return write_yield(op);
  if (o.code == "if"_op) return write_split_if(op);
  if (o.code == "py.try"_op) return when(either(is_running(), goes_on_in(yields)), [&] { write_split_try(op); });
  when(either(is_running(), goes_on_in(yields)), [&] {
    rounds([&](int64_t label) {
      LoopContext c;
      c.py_label = py_.int_attr(op, "label");
      c.label = c.break_label = label;
      c.by_slots = true;
      for (ValueId v : py_.op(op).results) c.break_slots.push_back(slot(v));
      bool is_for = py_.op(op).code == "py.for"_op;
      for (ValueId v : py_.region(py_.op(op).regions[0]).arguments) c.slots.push_back(slot(v));
      if (is_for) c.slots.erase(c.slots.begin());
      bool none = false;  // there never is an element
      is_for ? next_of_split_for(op, c, none) : test_of_split_while(op, c);
      if (none) return;
      loops_.push_back(c);
      split_region(py_.op(op).regions[is_for ? 0 : 1], [](const Values&) {});
      loops_.pop_back();
    });
  });
}

void Frame::write_yield(OpId op) {
  ValueId at = take(state_, ints(0)).id, result = py_.op(op).results[0];
  when(test("equal"_op, at, ints(resumed_->yields.at(op.index).first)), [&] {
    put(state_, ints(0), integer(running), false);
    raise_thrown();
    const bool clears = resumed_->delegates && !py_.find_attr(op, "delegated");  // what a `yield from` gets is sent there
    auto clear = [&] {
      if (clears) b_.op("list.resize"_op, {sent_.id, ints(0)}, {});
    };
    if (py_.value(result).uses.empty()) return clear();
    Value none_sent = none();
    bool never = element_of_list(sent_).kind == Kind::Never;
    if (never && session_.is_sending_form(*instance_.form)) return raise("SystemError", "aic: a generator is sent None alone");
    put_slot(slot(result), never ? none_sent
                                 : choose(
                                       test("not_equal"_op, list_length(sent_), ints(0)), [&] { return take(sent_, ints(0)); },
                                       [&] { return none_sent; }));
    clear();
  });
}

void Frame::write_split_if(OpId op) {
  auto finish = [&](const Values& yielded) {
    for (size_t k = 0; k < py_.op(op).results.size(); ++k) put_slot(slot(py_.op(op).results[k]), yielded[k]);
  };
  auto known = chosen_.find(op.index);
  if (known != chosen_.end()) return split_region(py_.op(op).regions[known->second ? 0 : 1], finish);
  Value condition = choose(
      is_running(), [&] { return read_cell(slots_[size_t(resumed_->more.at(op.index))], false); },
      [&] { return runtime(Type::boolean(), number_constant(boolean(false), Type::boolean())); });
  ValueId runs = is_running();
  auto in = [&](RegionId r) {
    std::pair<int, int> below = yields_in(r);
    return below.second ? goes_on_in(below) : number_constant(boolean(false), Type::boolean());
  };
  ValueId first = either(condition.id, in(py_.op(op).regions[0]));
  ValueId second = either(both(runs, inverse(condition.id)), in(py_.op(op).regions[1]));
  OpId w = b_.op("if"_op, {first}, {}, {}, 2);
  RegionId home = b_.region();
  auto close = [&] {
    if (OpId last = out_.terminator(b_.region()); !last || ir::falls_through(out_, last)) b_.op("yield"_op, {}, {});
  };
  b_.set_region(b_.region_of(w, 0));
  split_region(py_.op(op).regions[0], finish);
  close();
  b_.set_region(b_.region_of(w, 1));
  when(second, [&] { split_region(py_.op(op).regions[1], finish); });
  close();
  b_.set_region(home);
}

void Frame::next_of_split_for(OpId op, const LoopContext& c, bool& none) {
  bool delegated = false;
  for (OpId inner = py_.region(py_.op(op).regions[0]).first; inner; inner = py_.op(inner).next)
    delegated |= py_.find_attr(inner, "delegated") != nullptr;
  when(is_running(), [&] {
    const Value from = read_cell(slots_[size_t(resumed_->more.at(op.index))], false);
    Value x = delegated ? pull_delegated(from) : pull(from);
    auto leave = [&] {
      for (size_t k = 0; k < c.slots.size(); ++k) put_slot(c.break_slots[k], read_slot(c.slots[k]));
      b_.op("break"_op, {}, {}, {{"loop", c.label}});
    };
    if (x.kind == Kind::Never) return end_unreachable();
    none = x.kind == Kind::Unbound;
    if (none) return leave();
    if (x.kind == Kind::Maybe) when(inverse(x.parts[1].id), leave);
    put_slot(slot(py_.region(py_.op(op).regions[0]).arguments[0]), x.kind == Kind::Maybe ? x.parts[0] : x);
  });
}

void Frame::test_of_split_while(OpId op, const LoopContext& c) {
  RegionId asked = py_.op(op).regions[0], body = py_.op(op).regions[1];
  segment(
      py_.region(asked).first, [](OpId) {},
      [&](const Values& passed) {
        auto leave = [&] {
          for (size_t k = 0; k < c.break_slots.size(); ++k)
            if (k + 1 < passed.size()) put_slot(c.break_slots[k], passed[k + 1]);
          b_.op("break"_op, {}, {}, {{"loop", c.label}});
        };
        Value holds = truth(passed[0]);
        if (known_bool(holds) == false) return leave();
        if (!known_bool(holds)) when(inverse(as_type(holds, Type::boolean())), leave);
        const std::vector<ValueId>& arguments = py_.region(body).arguments;
        for (size_t k = 0; k < arguments.size(); ++k) put_slot(slot(arguments[k]), passed[k + 1]);
      });
}

}  // namespace aic::typeinfer
