// try. The body becomes a function of its own, whose call ends exceptions: what it takes are the values that it uses, what
// it returns says by which way it was left (falling through, a return, a break or continue of a loop around the `try`)
// and carries the values of that way. So exceptions cross compiled code as they always do, by the status of a call, and no
// pass needs to know of handlers. docs/exceptions.md says more.
//
//   %status, %r = call %a, %b {callee = @f.1, caught = 1} : int, (int, int, float)
//   if %status != 0 { %e = error.save; …handlers… } { …go on as the first element of %r says… }
//
// An exception that was caught is a value of kind Exception without a class: its part is what error.save gave (caught.h).
// Whichever way its handler is left but by an exception, error.done says so: what is raised in it has it as its context.
#include <algorithm>
#include <map>

#include "ir/exceptions.h"
#include "ir/verify.h"
#include "typeinfer/caught.h"
#include "typeinfer/certain_errors.h"
#include "typeinfer/float_errors.h"

namespace aic::typeinfer {

// ---- the body ----
void Frame::leave_body(Way::What what, int64_t loop, Values values) {
  ways_.push_back({what, loop, b_.op("return"_op, {}, {}), std::move(values)});
}

// A value of the frame outside as a parameter of this one, which is given `handed`.
Value Frame::taken_over(const Value& given, std::vector<ValueId>& handed) {
  std::vector<Type> types;
  leaf_types(given, types);
  leaves(given, handed);
  std::vector<ValueId> ids;
  for (Type t : types) ids.push_back(out_.add_argument(out_.body(), t));
  const ValueId* next = ids.data();
  Value mine = rebuild(given, next);
  if (mine.kind != Kind::Runtime) mine.id = {};
  return mine;
}

// This frame writes a guarded part of what `outer` writes.
void Frame::enter_guarded(Frame& outer) {
  outside_ = &outer;
  speculating_ = outer.speculating_;
  careful_ = outer.careful_;
  stable_ = outer.stable_;
  at_ = outer.at_;
  b_.span = outer.b_.span;
}

// This frame writes the body of `op`, in a function of its own. Gives what `outer` hands over, in the order of the parameters.
std::vector<ValueId> Frame::enter_body(Frame& outer, OpId op) {
  enter_guarded(outer);
  at_ = op;
  std::vector<bool> inside(py_.value_count());
  RegionId body = py_.op(op).regions[0];
  std::vector<OpId> below = py_.ops_below(body);
  for (OpId id : below) {
    for (ValueId v : py_.op(id).results) inside[v.index] = true;
    for (RegionId r : py_.op(id).regions)
      for (ValueId v : py_.region(r).arguments) inside[v.index] = true;
  }
  std::vector<ValueId> handed;
  std::vector<bool> known(py_.value_count());
  for (OpId id : below)
    for (ValueId v : py_.op(id).operands) {
      if (inside[v.index] || known[v.index]) continue;
      known[v.index] = true;
      Value mine = taken_over(outer.py_value(v), handed);
      set(v, std::move(mine));
    }
  return handed;
}

// The ways by which a body is left, those of one kind together, and where the values of each stand in its result.
struct Frame::Ways {
  struct Group {
    Way::What what;
    int64_t loop;
    Values shapes;
    size_t first = 0;  // leaf
  };
  std::vector<Group> groups;
  std::vector<Type> types;
  [[nodiscard]] size_t find(const Way& w) const {
    size_t k = 0;
    while (k < groups.size() && (groups[k].what != w.what || groups[k].loop != w.loop)) ++k;
    return k;
  }
  void add(const Way& w) {
    size_t k = find(w);
    if (k == groups.size()) groups.push_back({w.what, w.loop, {}, 0});
    Group& g = groups[k];
    if (g.shapes.size() < w.values.size()) g.shapes.resize(w.values.size());
    for (size_t n = 0; n < w.values.size(); ++n) g.shapes[n] = join(g.shapes[n], w.values[n]);
  }
};

Frame::GuardedCall Frame::call_guarded(Frame& inner, std::vector<ValueId> handed) {
  ir::Function& body = inner.out_;
  lowest = std::min(lowest, inner.lowest);
  if (inner.kept_ && !kept_) kept_ = inner.kept_;
  handed.insert(handed.end(), inner.late_.begin(), inner.late_.end());
  auto found = std::make_shared<Ways>();
  Ways& ways = *found;
  for (const Way& w : inner.ways_) ways.add(w);
  for (Ways::Group& g : ways.groups) {
    for (const Value& s : g.shapes)
      if (s.kind == Kind::Conflict) fail("conflict", {"a name here", s.text});
    g.first = ways.types.size();
    for (const Value& s : g.shapes) leaf_types(s, ways.types);
  }
  // What the body returns: which way, and the leaves of all ways.
  std::vector<Type> parts{Type::integer()};
  parts.insert(parts.end(), ways.types.begin(), ways.types.end());
  Type whole = Type::tuple(parts);
  for (const Way& w : inner.ways_) {
    inner.b_ = ir::Builder::before(body, w.at);
    inner.b_.span = body.op(w.at).span;
    size_t k = ways.find(w);
    const Ways::Group& g = ways.groups[k];
    std::vector<ValueId> leaves = inner.leaf_ids(inner.coerce_all(w.values, g.shapes)), ids{inner.ints(int64_t(k))};
    for (size_t n = 0; n < ways.types.size(); ++n)
      ids.push_back(n >= g.first && n < g.first + leaves.size() ? leaves[n - g.first]
                                                                : inner.make("undefined"_op, {}, ways.types[n]));
    ValueId packed = inner.b_.make("tuple"_op, ids, whole);
    body.set_operands(w.at, {&packed, 1});
  }
  body.result_types = {whole};
  Type results[] = {Type::integer(), whole};
  OpId call = b_.op("call"_op, handed, results, {{"callee", ir::Symbol{body.name()}}, {"caught", int64_t(1)}});
  return {found, out_.op(call).results[0], out_.op(call).results[1]};
}

// Where no exception came: on by the way that the body was left.
void Frame::after_guarded(OpId op, const GuardedCall& c, Outcome& through) {
  Values values;
  for (size_t n = 0; n < c.ways->types.size(); ++n) {
    Type t = c.ways->types[n];
    values.push_back(runtime(t, make("tuple.get"_op, {c.result}, t, {{"index", int64_t(n + 1)}})));
  }
  Value kind = runtime(Type::integer(), make("tuple.get"_op, {c.result}, Type::integer(), {{"index", int64_t(0)}}));
  go_ways(op, *c.ways, kind, values, through);
}

Value Frame::just_caught() {
  Value e = caught_shape();
  e.parts[0].id = b_.make("error.save"_op, {}, e.parts[0].type);
  return e;
}

bool Frame::try_statement(OpId op) {
  SpanId span = b_.span;
  ir::Function& body = session_.guarded_function(instance_, out_);
  Frame inner(session_, instance_, py_, body, body.body());
  std::vector<ValueId> handed = inner.enter_body(*this, op);
  Outcome through = [&] {
    Guarded guarded(py_, op);
    FloatErrors::Scope in_force(session_, FloatErrors::in_body(*this, op));
    return inner.region(py_.op(op).regions[0]);
  }();
  if (!through.ends) inner.leave_body(Way::Through, 0, through.yielded);
  b_.span = span;
  GuardedCall call = call_guarded(inner, std::move(handed));
  OpId w = b_.op("if"_op, {test("not_equal"_op, call.status, ints(0))}, {}, {}, 2);
  RegionId home = b_.region();
  Outcome o[2];
  b_.set_region(b_.region_of(w, 0));
  const Value e = just_caught();
  set(py_.region(py_.op(op).regions[1]).arguments[0], e);
  handlers_.push_back({e.parts[0].id, loops_.size()});
  try {
    o[0] = region(py_.op(op).regions[1]);
  } catch (...) {
    handlers_.pop_back();
    throw;
  }
  if (!o[0].ends) b_.op("error.done"_op, {e.parts[0].id}, {});
  handlers_.pop_back();
  b_.set_region(b_.region_of(w, 1));
  b_.span = span;
  after_guarded(op, call, o[1]);
  b_.set_region(home);
  b_.span = span;
  return merge_arms(op, w, o);
}

// What `body` writes is a function of its own; an exception that leaves it goes to `caught`.
void Frame::guard(const Values& given, const std::function<void(Frame&, const Values&)>& body,
                  const std::function<void(const Value&)>& caught, bool goes_on_handling) {
  ir::Function& f = session_.guarded_function(instance_, out_);
  Frame inner(session_, instance_, py_, f, f.body());
  inner.enter_guarded(*this);
  inner.meets_stop_ = true;
  std::vector<ValueId> handed;
  Values mine;
  for (const Value& v : given) mine.push_back(inner.taken_over(v, handed));
  body(inner, mine);
  auto goes_on = [](Frame& f) {
    OpId last = f.out_.terminator(f.b_.region());
    return !last || ir::falls_through(f.out_, last);
  };
  if (goes_on(inner)) inner.leave_body(Way::Through, 0, {});
  GuardedCall call = call_guarded(inner, std::move(handed));
  OpId w = b_.op("if"_op, {test("not_equal"_op, call.status, ints(0))}, {}, {}, 2);
  RegionId home = b_.region();
  b_.set_region(b_.region_of(w, 0));
  const Value e = just_caught();
  caught(e);
  if (goes_on(*this)) {
    if (!goes_on_handling) b_.op("error.done"_op, {e.parts[0].id}, {});
    b_.op("yield"_op, {}, {});
  }
  b_.set_region(b_.region_of(w, 1));
  Outcome through;
  after_guarded(at_, call, through);
  if (goes_on(*this)) b_.op("yield"_op, {}, {});
  b_.set_region(home);
}

// After a body that was not left by an exception: on by the way it was left.
bool Frame::go_ways(OpId op, const Ways& ways, const Value& kind, const Values& values, Outcome& through) {
  std::vector<ValueId> ids;
  for (const Value& v : values) ids.push_back(v.id);
  const Ways::Group* falls = nullptr;
  auto take_way = [&](const Ways::Group& g) {
    Values mine = rebuilt(g.shapes, ids, g.first);
    at_ = op;
    if (g.what == Way::Yield) {
      leave_handlers(0);
      if (outside_) return leave_body(Way::Yield, 0, std::move(mine));
      returns_.push_back({b_.op("return"_op, {}, {}), mine[0]});
      return;
    }
    if (g.what != Way::Return) return exit_loop_with(g.loop, g.what == Way::Break, std::move(mine));
    leave_handlers(0);
    if (resumed_ && !outside_) return end_resumed(mine[0]);
    if (generator_label_) {
      b_.op("break"_op, {}, {}, {{"loop", generator_label_}});
      return;
    }
    if (outside_) return leave_body(Way::Return, 0, std::move(mine));
    if (inline_) fail("unsupported", {"a return out of `try` in a function of elements"});
    close_all();
    OpId at = b_.op("return"_op, {}, {});
    returns_.push_back({at, mine[0]});
  };
  size_t left = ways.groups.size();
  for (size_t k = 0; k < ways.groups.size(); ++k) {
    const Ways::Group& g = ways.groups[k];
    --left;
    if (g.what == Way::Through) {
      falls = &g;
      continue;
    }
    if (left == 0 && !falls) {  // the only way that remains
      take_way(g);
      through.ends = true;
      return true;
    }
    OpId is = b_.op("if"_op, {test("equal"_op, kind.id, ints(int64_t(k)))}, {}, {}, 2);
    RegionId home = b_.region();
    b_.set_region(b_.region_of(is, 0));
    take_way(g);
    b_.set_region(b_.region_of(is, 1));
    b_.op("yield"_op, {}, {});
    b_.set_region(home);
  }
  through.ends = !falls;
  if (falls)
    through.yielded = rebuilt(falls->shapes, ids, falls->first);
  else
    end_unreachable();
  return through.ends;
}

// Before a return, or an exit from one of the open loops: the handlers that this leaves are done.
void Frame::leave_handlers(size_t loops) {
  for (size_t k = handlers_.size(); k-- > 0 && handlers_[k].loops >= loops;)
    b_.op("error.done"_op, {handlers_[k].slot < 0 ? handlers_[k].exception : read_slot(size_t(handlers_[k].slot)).parts[0].id},
          {});
}

// ---- caught exceptions ----
// isinstance(exception, classes)
Value Frame::matches(const Value& exception, const Value& classes) {
  std::vector<std::string> names;
  std::function<void(const Value&)> collect = [&](const Value& c) {
    if (c.kind == Kind::Tuple) {
      for (const Value& p : c.parts) collect(p);
      return;
    }
    if (auto* user = c.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(c.entity.get()) : nullptr) {
      if (!Caught::is_class(*this, c)) fail("except-class", {describe(c)});
      names.emplace_back(session_.classes.of(*user).type.flavour());
      return;
    }
    const std::string* name = builtin_name(c);
    std::string plain = name ? name->substr(name->rfind('.') + 1) : "";
    if (!ir::is_exception_class(plain)) fail("except-class", {describe(c)});
    names.push_back(plain);
  };
  collect(classes);
  if (Caught::is_object(*this, exception)) {
    const Class& mine = class_of(exception);
    bool any = false;
    for (const ir::ClassEntity& base : mine.info->lookup)
      any |= std::find(names.begin(), names.end(), session_.classes.of(base).type.flavour()) != names.end();
    for (const std::string& n : names) any |= ir::is_subclass(mine.info->builtin, n);
    return boolean(any);
  }
  if (!is_caught(exception)) {
    bool any = false;
    for (const std::string& n : names) any |= ir::is_subclass(exception.text, n);
    return boolean(any);
  }
  ValueId yes = make("error.matches"_op, {exception.parts[0].id}, Type::boolean(), {{"classes", names}});
  return runtime(Type::boolean(), yes);
}

// str(e), type(e).__name__ or repr(e)
Value Frame::caught_text(const Value& exception, int64_t what) {
  AIC_CHECK(is_caught(exception));
  return runtime(Type::str(), make("error.text"_op, {exception.parts[0].id}, Type::str(), {{"what", what}}));
}

void Frame::raise_again(const Value& exception) {
  std::vector<ir::NamedAttr> again;
  if (py_.int_attr(at_, "again")) again.push_back({"again", int64_t(1)});
  b_.op("error.raise"_op, {exception.parts[0].id}, {}, std::move(again));
}

// An exception whose arguments are not one text: the host makes it of the values. False: its text says all.
bool Frame::raise_with_arguments(const Value& e) {
  bool one_text = e.parts.size() == 1 && is_text(e.parts[0]) && e.text != "KeyError";
  if (one_text) return false;
  std::vector<ValueId> ids;
  std::vector<Type> types;
  for (const Value& p : e.parts) {
    Caught::check_argument(*this, p);
    ids.push_back(materialise(p));
    types.push_back(type(ids.back()));
  }
  Caught::note_raised(*this, types, 0);
  b_.op("raise"_op, ids, {}, {{"exception", e.text}, {"args", int64_t(1)}});
  return true;
}

}  // namespace aic::typeinfer
