// Context managers: see contexts.h. How `with` calls them is written by the frontend (lower_try.cpp).
#include "typeinfer/contexts.h"

#include <algorithm>

#include "typeinfer/caught.h"
#include "typeinfer/float_errors.h"

namespace aic::typeinfer {

static constexpr std::string_view suppress = "contextlib.suppress", errstate = "numpy.errstate", closer = "contextlib.closing",
                                  empty = "contextlib.nullcontext";
// A generator that `with` sees to the end of; what contextmanager makes of a function; the world's name for such a one.
static constexpr std::string_view managed = "contextlib.managed", maker = "contextlib.contextmanager",
                                  made_before = "contextlib._managed.";

bool Contexts::is_known(const Value& v) {
  return v.kind == Kind::Iterator &&
         (v.text == suppress || v.text == errstate || v.text == managed || v.text == closer || v.text == empty);
}

bool Contexts::is_errstate(const Value& v) { return v.kind == Kind::Iterator && v.text == errstate; }

static Value iterator(std::string_view text, Values parts) {
  Value m;
  m.kind = Kind::Iterator;
  m.text = text;
  m.parts = std::move(parts);
  return m;
}

static Value method_of(const Value& manager, const std::string& name) {
  Value m;
  m.kind = Kind::Method;
  m.text = name;
  m.parts = {manager};
  return m;
}

Value Contexts::method(Frame& f, const Value& manager, const std::string& name) {
  if (is_known(manager)) return method_of(manager, name);
  if (manager.kind == Kind::Choice && std::all_of(manager.parts.begin() + 1, manager.parts.end(), is_known))
    return method_of(manager, name);
  auto fits = [&](Type t) {
    Class* c = f.session_.classes.of_type(t);
    if (!c) return false;
    auto has = [&](const char* method) {
      return f.session_.classes.find(c->entity, method).member.kind != ir::ClassMember::Absent;
    };
    return has("__enter__") && has("__exit__");
  };
  bool good = false;
  if (is_union(manager) && manager.kind == Kind::Runtime)
    for (Type t : manager.type.elements()) good |= fits(t);
  else
    good = is_object(manager) && fits(type_of(manager));
  if (!good) f.fail("not-a-context", {describe(manager)});
  return f.attribute(manager, name);
}

Value Contexts::manage(Frame& f, const Value& function, const Frame::Arguments& a) {
  bool handed = std::exchange(f.handed_, true);
  Value made = f.call(function, a);
  f.handed_ = handed;
  if (made.kind == Kind::Never) return made;
  if (!is_generator(made)) f.fail("not-a-context", {describe(made) + ", which a function behind `contextmanager` gave,"});
  return iterator(managed, {f.resumed(made, false, true)});
}

std::optional<Value> Contexts::make(Frame& f, const std::string& name, const Frame::Arguments& a) {
  if (name.starts_with(made_before)) {
    size_t dot = name.find('.', made_before.size());
    ir::PythonFunction function{std::stoull(name.substr(made_before.size(), dot - made_before.size())), name.substr(dot + 1)};
    return manage(f, entity(function), a);
  }
  if (name == maker) return method_of(iterator(maker, {a.positional.at(0)}), "__call__");
  if (name == closer) return iterator(closer, {a.positional.at(0)});
  if (name == empty)
    return iterator(empty, {!a.positional.empty() ? a.positional[0] : !a.keywords.empty() ? a.keywords[0].second : none()});
  if (name == suppress) {
    if (!a.keywords.empty()) f.fail("call-arguments", {"suppress.__init__() got an unexpected keyword argument"});
    return iterator(suppress, a.positional);
  }
  if (name != errstate) return {};
  const auto [raises, quiet] = FloatErrors::asked(f, a.positional, a.keywords);
  return iterator(errstate, {integer(raises), integer(quiet)});
}

// As contextlib does: what the generator yields is what `with` binds; it goes on when the block is left, with the exception
// that left it thrown into it, and must end then.
Value Contexts::enter(Frame& f, const Value& x) {
  auto nothing = [&] {  // from None, while StopIteration is being handled
    f.guard(
        {}, [](Frame& inner, const Values&) { inner.raise("StopIteration", ""); },
        [&](const Value&) {
          Value e, no_cause = none();
          e.kind = Kind::Exception;
          e.text = "RuntimeError";
          e.parts = {text("generator didn't yield")};
          Caught::raise(f, e, &no_cause);
        });
  };
  if (x.kind == Kind::Unbound) return nothing(), Value{};
  if (x.kind != Kind::Maybe) return x;
  f.when(f.inverse(x.parts[1].id), nothing);
  return x.parts[0];
}

void Contexts::check_ended(Frame& f, const Value& x, const char* message) {
  if (x.kind == Kind::Unbound || x.kind == Kind::Never) return;
  f.check(x.kind == Kind::Maybe ? f.inverse(x.parts[1].id) : f.number_constant(boolean(false), Type::boolean()), "RuntimeError",
          message);
}

Value Contexts::leave(Frame& f, const Value& g, const Value& exception) {
  if (typeinfer::is_none(exception)) {
    check_ended(f, f.resume(g, none()), "generator didn't stop");
    return boolean(false);
  }
  const ResumePlan& plan = f.session_.resume_plan(*g.form->function);
  if (plan.thrown < 0) return f.close_generator(g), boolean(false);
  if (g.parts.size() < 2 + size_t(plan.count)) return boolean(false);  // its parts are not known yet
  f.set_cell(g.parts[2 + size_t(plan.thrown)], Caught::saved(f, exception).parts[0]);
  check_ended(f, f.resume(g, none()), "generator didn't stop after throw()");
  return boolean(true);
}

std::optional<Value> Contexts::call(Frame& f, const Value& given, const std::string& name, const Frame::Arguments& a) {
  if (given.kind == Kind::Iterator && given.text == maker) return manage(f, given.parts[0], a);
  if (!is_known(given)) return {};
  Value manager = given;
  for (Value& p : manager.parts)
    if (p.kind == Kind::Choice && p.parts.size() == 2) p = Value(p.parts[1]);  // out of a slot
  const bool enters = name == "__enter__";
  if (manager.text == managed && enters) return enter(f, f.resume(manager.parts[0], none()));
  if (manager.text == managed) return leave(f, manager.parts[0], a.positional.at(1));
  if (enters && (manager.text == closer || manager.text == empty)) return manager.parts[0];
  if (manager.text == closer) f.call(f.attribute(manager.parts[0], "close"), {});
  if (enters || manager.text != suppress || typeinfer::is_none(a.positional.at(0))) return enters ? none() : boolean(false);
  return f.matches(a.positional.at(1), tuple(manager.parts));
}

}  // namespace aic::typeinfer
