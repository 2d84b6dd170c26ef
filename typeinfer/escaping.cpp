// Generators that are returned to Python. Such a one is kept (resumed.cpp) in a box: what it remembers is one object, whose
// type is what the function returns. For each there is one more entry, which Python calls for every element: it takes the
// object and what is sent, and gives a tuple of whether there was an element, the element, and at the end what the generator
// returned. One that yields inside of `try` has an entry more, which throws an exception of Python's into it.
//
// Containers and objects of the caller's may not be in it: they are converted for the time of a call alone. What is one of them
// in plain sight is refused here, anything else when the call would return (python/bindings/suspended.cpp). Likewise those that
// are yielded: Python gets them whole, so that the generator may not have them any more.
#include <algorithm>

#include "ir/exceptions.h"
#include "ir/ops/table.h"
#include "typeinfer/caught.h"

namespace aic::typeinfer {

// ---- what is not used again after a yield ----
namespace {

class Uses {
 public:
  explicit Uses(const ir::Function& py) : py_(py) { number(py.body()); }
  [[nodiscard]] bool is_live(ValueId v, OpId yield) const {
    OpId def = py_.defining_op(v);
    RegionId scope = def ? py_.op(def).parent : py_.value(v).region;
    if (!is_inside(yield, scope) || (def && !is_before(def, yield))) return false;  // it is made anew before it is used
    return std::ranges::any_of(py_.value(v).uses, [&](const ir::Use& u) {
      if (first_.at(u.op.index) > first_.at(yield.index) && !are_alternatives(py_, u.op, yield)) return true;
      for (RegionId r = py_.op(yield).parent; r != scope; r = py_.op(py_.region(r).op).parent) {
        OpId around = py_.region(r).op;
        if (ir::record(py_.op(around).code).has(ir::Loop) && u.op != around && is_within(u.op, around)) return true;
      }
      return false;
    });
  }

 private:
  void number(RegionId r) {
    for (OpId op = py_.region(r).first; op; op = py_.op(op).next) {
      first_[op.index] = ++count_;
      for (RegionId inner : py_.op(op).regions) number(inner);
      last_[op.index] = count_;
    }
  }
  [[nodiscard]] bool is_within(OpId op, OpId around) const {
    return first_.at(around.index) <= first_.at(op.index) && first_.at(op.index) <= last_.at(around.index);
  }
  [[nodiscard]] bool is_before(OpId op, OpId other) const { return last_.at(op.index) < first_.at(other.index); }
  [[nodiscard]] bool is_inside(OpId op, RegionId scope) const {
    return scope == py_.body() || is_within(op, py_.region(scope).op);
  }

  const ir::Function& py_;
  std::map<uint32_t, int> first_, last_;
  int count_ = 0;
};

}  // namespace

void find_dead_slots(const ir::Function& py, ResumePlan& plan) {
  const Uses uses(py);
  for (OpId op : py.ops_below(py.body())) {
    if (py.op(op).code != "py.yield"_op) continue;
    plan.takes_sent |= plan.delegates || !py.value(py.op(op).results[0]).uses.empty();
    if (uses.is_live(py.op(op).operands[0], op)) plan.used_again.insert(op.index);
    for (size_t k = 0; k < plan.slots.size(); ++k)
      if (!uses.is_live(plan.slots[k], op)) plan.dead[op.index].push_back(int(k));
  }
}

static bool holds_mutable(Type t) {
  const bool fixed = t.flavour() == "tuple" || t.flavour() == "frozenset";
  if (t.is_list() && !fixed) return true;
  return (t.is_list() || t.is_tuple() || t.is(TypeKind::Union)) && std::ranges::any_of(t.elements(), holds_mutable);
}

static bool holds_list(Type t) {
  return t.is_list() || ((t.is_tuple() || t.is(TypeKind::Union)) && std::ranges::any_of(t.elements(), holds_list));
}

// Slots of what is not used again may hold the container still.
void Frame::give_away(OpId yield, const Value& x) {
  if (!session_.classes.box(py_).form || !is_representable(x) || !holds_mutable(type_of(x))) return;
  if (resumed_->used_again.contains(yield.index)) fail("escaping-generator", {"what it yields here: " + describe(x)});
  auto dead = resumed_->dead.find(yield.index);
  if (dead == resumed_->dead.end()) return;
  for (int k : dead->second) {
    const Value held = element_of_list(slots_[size_t(k)]);
    if (held.kind != Kind::Never && is_representable(held) && holds_mutable(type_of(held)))
      b_.op("list.resize"_op, {slots_[size_t(k)].id, ints(0)}, {});
  }
}

// ---- which are returned ----
const ir::PyForm& Session::driven_form(const ir::PyForm& form, bool throws) {
  std::unique_ptr<ir::PyForm>& driven = driven_forms_[{&form, throws}];
  if (driven) return *driven;
  driven = std::make_unique<ir::PyForm>(form);
  is_driven_form_.insert(driven.get());
  if (throws) is_throwing_form_.insert(driven.get());
  return *driven;
}

static void boxes_below(Type t, std::vector<Type>& out) {
  if (is_box(t) && std::ranges::find(out, t) == out.end()) out.push_back(t);
  if (t.is_tuple() || t.is(TypeKind::Union))
    for (Type e : t.elements()) boxes_below(e, out);
}

static Value boxed_generator(const Box& b) {
  Value g;
  g.kind = Kind::Iterator;
  g.form = b.form;
  g.text = "resumed boxed " + std::to_string(reinterpret_cast<uintptr_t>(b.form));
  g.parts = {runtime(b.of->type, {})};
  return g;
}

// Which classes of exceptions handlers tell apart, of which one that Python throws is to be: the builtin ones that are asked
// for anywhere (`=C`: as just this one; `-C`: one without arguments, where these are asked for). `more`: "arguments", "own"
// where those of an exception, or classes of the user's are asked for.
static std::vector<std::string> thrown_classes(const Session& session, std::string* more = nullptr) {
  std::set<std::string> all{"BaseException"};
  const bool arguments = session.classes.asks_raised();
  bool own = false;
  for (const std::unique_ptr<ir::Function>& f : session.out.functions)
    for (OpId op : f->ops_below(f->body())) {
      if (f->op(op).code != "error.matches"_op) continue;
      for (const std::string& c : std::get<std::vector<std::string>>(*f->find_attr(op, "classes")))
        ir::is_exception_class(c[0] == '=' ? c.substr(1) : c) ? void(all.insert(c)) : void(own = true);
    }
  if (arguments)
    for (const std::string& c : std::set<std::string>(all)) all.insert("-" + c);
  if (more) *more = std::string(arguments ? "arguments " : "") + (own ? "own" : "");
  return {all.begin(), all.end()};
}

// {generators = […]} tells who makes the Python objects: of each the type, the symbols of what steps it and what throws into it
// ("": it has no handlers), what is sent ("ignored"; "none": it takes only None; "some"), and which exceptions can be thrown.
std::vector<Instance*> Session::driven(Instance& entry) {
  std::vector<Type> boxes;
  if (entry.result.kind == Kind::Never) return {};
  std::vector<Instance*> all;
  std::vector<std::string> told;
  boxes_below(type_of(entry.result), boxes);
  for (Type t : boxes) {
    const Box& b = classes.box(t);
    const ResumePlan& plan = resume_plan(*b.form->function);
    all.push_back(&instance(driven_form(*b.form, false), {boxed_generator(b)}, true));
    told.insert(told.end(), {std::string(t.flavour()), all.back()->symbol});
    if (plan.thrown >= 0) all.push_back(&instance(driven_form(*b.form, true), {boxed_generator(b)}, true));
    std::string classes_thrown, more;
    if (plan.thrown >= 0)
      for (const std::string& c : thrown_classes(*this, &more)) classes_thrown += (classes_thrown.empty() ? "" : " ") + c;
    told.insert(told.end(), {plan.thrown >= 0 ? all.back()->symbol : "",
                             !plan.takes_sent    ? "ignored"
                             : options.sent == 0 ? "none"
                                                 : "some",
                             classes_thrown, more});
  }
  if (!told.empty()) entry.out->attrs.push_back({"generators", told});
  return all;
}

// What the function is called with, or a list that may be one of those.
static bool is_callers(const ir::Function& f, const Values& arguments, const Value& v) {
  const std::vector<ValueId>& given = f.parameters();
  if (v.kind == Kind::Runtime && v.type.is_list() && std::ranges::find(given, v.id) != given.end()) return true;
  if (std::ranges::any_of(arguments, [&](const Value& a) { return holds_list_like(a, v); })) return true;
  return std::ranges::any_of(v.parts, [&](const Value& p) { return is_callers(f, arguments, p); });
}

Value Frame::escaping(const Value& v) {
  if (v.kind == Kind::Tuple && v.text.empty()) {
    Value all = v;
    for (Value& p : all.parts) p = escaping(p);
    return all;
  }
  if (!is_generator(v) && !is_resumed(v)) return v;
  if (!outside_ && is_callers(out_, instance_.arguments, v))
    fail("escaping-generator", {"a list, dict, set or object of the caller's"});
  Value g = v;
  if (is_generator(g)) g = resumed(g, true, true);
  if (!g.text.starts_with("resumed boxed ")) g = boxed(g);
  session_.classes.box(*g.form->function).form = g.form;
  return g.parts[0];
}

// Is what the op at hand makes returned to Python, and nothing else done with it?
bool Frame::is_returned_at_once() const {
  if (!instance_.entry || inline_ || resumed_ || outside_ || consumer_ || py_.op(at_).results.empty()) return false;
  const std::vector<ir::Use>& uses = py_.value(py_.op(at_).results[0]).uses;
  return uses.size() == 1 && py_.op(uses[0].op).code == "return"_op;
}

// ---- the entries that Python calls ----
void Frame::run_driven() {
  at_ = py_.region(py_.body()).first;
  Value g = instance_.arguments[0];
  g.parts[0].id = out_.add_argument(out_.body(), g.parts[0].type);
  session_.is_throwing_form(*instance_.form) ? drive_throw(g) : drive_step(g);
  finish_returns();
  b_.span = session_.span(py_, py_.span);
  for (const HiddenArray& h : instance_.hidden)
    if (holds_list(h.array.type) && !(h.array.key & 1)) fail("escaping-generator", {"a list, dict, set or object of a module"});
  tell_hidden();
}

// What is thrown is an object of Python's, which the host has: here it is the number of its class and its address.
void Frame::drive_throw(const Value& g) {
  out_.attrs.push_back({"params", std::vector<std::string>(3)});
  const ValueId number = out_.add_argument(out_.body(), Type::integer()),
                object = out_.add_argument(out_.body(), Type::integer());
  for (HiddenArray& h : instance_.hidden) h.id = new_hidden(h.array);
  const ResumePlan& plan = session_.resume_plan(py_);
  const Values parts = parts_of(g);
  if (parts.size() < 2 + size_t(plan.count)) return end_unreachable();  // this will be written again
  int64_t k = 0;
  for (const std::string& told : thrown_classes(session_)) {
    const size_t first = told.find_first_not_of("=-");
    const std::string c = told.substr(first);
    const bool exactly = first && told[first - 1] == '=';
    std::vector<ir::NamedAttr> attrs{{"exception", exactly ? c : "thrown " + c}, {"thrown", int64_t(1)}};
    if (!exactly) attrs.push_back({"bases", std::vector<std::string>{"thrown " + c, c}});
    if (told[0] == '-') attrs.push_back({"args", int64_t(1)}), Caught::note_raised(*this, {}, 1);
    when(test("equal"_op, number, ints(k++)), [&] {
      Value e = caught_shape();
      e.parts[0].id = b_.make("error.make"_op, {object}, e.parts[0].type, std::move(attrs));
      set_cell(parts[2 + size_t(plan.thrown)], e.parts[0]);
    });
  }
  give_step(g, resume(g, none()));
}

void Frame::drive_step(const Value& g) {
  const ResumePlan& plan = session_.resume_plan(py_);
  std::vector<std::string> names{""};
  Value sent = none();
  if (plan.takes_sent && session_.options.sent > 0) {
    if (session_.options.guesses_sent) *session_.options.guesses_sent = true;
    std::vector<Type> kinds{Type::none(), Type::integer(), Type::floating(), Type::str()};
    kinds.resize(size_t(session_.options.sent) + 1);
    const Type any = Type::union_of(kinds);
    sent = runtime(any, out_.add_argument(out_.body(), any));
    names.emplace_back();
  }
  out_.attrs.push_back({"params", names});
  for (HiddenArray& h : instance_.hidden) h.id = new_hidden(h.array);
  give_step(g, resume(g, sent));
}

void Frame::give_step(const Value& g, const Value& x) {
  if (x.kind == Kind::Never) return end_unreachable();
  const bool may_end = x.kind == Kind::Maybe, has_none = x.kind == Kind::Unbound;
  const Value element = has_none ? none() : may_end ? x.parts[0] : x;
  if (!is_representable(element) || holds_choice(element) || is_box(type_of(element))) {
    b_.span = session_.span(py_, py_.span);
    fail("cannot-return", {"a generator of " + describe(element)});
  }
  Values told{has_none ? boolean(false) : may_end ? x.parts[1] : boolean(true), element};
  const Values parts = parts_of(g);
  const size_t place = 1 + size_t(session_.resume_plan(py_).count);
  if (place < parts.size() && element_of_list(parts[place]).kind != Kind::Never) {
    const Value given = read_cell(parts[place], true);
    told.insert(told.end(), {given.parts[1], given.parts[0]});
  }
  returns_.push_back({b_.op("return"_op, {}, {}), tuple(told)});
}

}  // namespace aic::typeinfer
