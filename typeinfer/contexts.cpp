// Context managers: see contexts.h. How `with` calls them is written by the frontend (lower_try.cpp).
#include "typeinfer/contexts.h"

#include "typeinfer/caught.h"

namespace aic::typeinfer {

static constexpr std::string_view suppress = "contextlib.suppress", errstate = "numpy.errstate";
bool Contexts::is_known(const Value& v) { return v.kind == Kind::Iterator && (v.text == suppress || v.text == errstate); }

Value Contexts::method(Frame& f, const Value& manager, const std::string& name) {
  if (is_known(manager)) {
    Value m;
    m.kind = Kind::Method;
    m.text = name;
    m.parts = {manager};
    return m;
  }
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

std::optional<Value> Contexts::make(Frame& f, const std::string& name, const Frame::Arguments& a) {
  if (name != suppress && name != errstate) return {};
  Value m;
  m.kind = Kind::Iterator;
  m.text = name;
  if (name == suppress) {
    if (!a.keywords.empty()) f.fail("call-arguments", {"suppress.__init__() got an unexpected keyword argument"});
    m.parts = a.positional;
    return m;
  }
  // Compiled code neither warns nor raises where floating point goes wrong: these are the only two that ask for this.
  if (!a.positional.empty()) f.fail("call-arguments", {"errstate() takes keyword arguments only"});
  for (const auto& [key, value] : a.keywords) {
    const std::string* how = known_text(value);
    if (!how) f.fail("needs-literal", {"`" + key + "` of np.errstate", describe(value)});
    if (*how != "ignore" && *how != "warn")
      f.fail("unsupported", {"`" + key + "=\"" + *how + "\"` of np.errstate"},
             "nothing is raised for floating point: test the result, with np.isfinite say");
  }
  return m;
}

std::optional<Value> Contexts::call(Frame& f, const Value& manager, const std::string& name, const Frame::Arguments& a) {
  if (!is_known(manager)) return {};
  if (name == "__enter__" || manager.text == errstate || is_none(a.positional.at(0)))
    return name == "__enter__" ? none() : boolean(false);
  return f.matches(a.positional.at(1), tuple(manager.parts));
}

}  // namespace aic::typeinfer
