// Calls of Python functions: arguments are bound as CPython binds them, the instance for their shapes is found or written,
// and its leaves are passed. A diagnostic met inside of the library is moved to the user's call.
#include <algorithm>
#include <set>

#include "typeinfer/caught.h"
#include "typeinfer/contexts.h"
#include "typeinfer/float_errors.h"
#include "typeinfer/local_classes.h"

namespace aic::typeinfer {

// functools.partial: a method whose receiver is the function; its name tells the keywords, whose values follow the
// positional ones.
static constexpr std::string_view partial_name = "functools.partial";
bool is_spread(const Value& v) { return v.kind == Kind::Iterator && v.text == "spread"; }
static Value partial(Frame::Arguments a) {
  Value m;
  m.kind = Kind::Method;
  m.text = partial_name;
  Values keywords;
  for (auto& [name, v] : a.keywords) m.text += " " + name, keywords.push_back(std::move(v));
  m.parts = {a.positional[0], tuple({a.positional.begin() + 1, a.positional.end()}), tuple(std::move(keywords))};
  return m;
}

Value Frame::call_partial(const Value& f, Arguments a) {
  a.positional.insert(a.positional.begin(), f.parts[1].parts.begin(), f.parts[1].parts.end());
  size_t at = f.text.find(' ');
  for (const Value& v : f.parts[2].parts) {
    size_t end = std::min(f.text.find(' ', at + 1), f.text.size());
    std::string name = f.text.substr(at + 1, end - at - 1);
    bool given = std::any_of(a.keywords.begin(), a.keywords.end(), [&](const auto& k) { return k.first == name; });
    if (!given) a.keywords.emplace_back(name, v);
    at = end;
  }
  return call(f.parts[0], std::move(a));
}

// functools.singledispatch: by the class of the first argument, which a union has several of.
Value Frame::dispatched(const std::string& name, const Arguments& a) {
  const std::string shown = name.substr(name.rfind('.') + 1);
  if (a.positional.empty()) return raise("TypeError", shown + " requires at least 1 positional argument"), Value{};
  return split(a.positional[0], [&](const Value& x) {
    const Value type = type_value(x);
    auto* c = type.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(type.entity.get()) : nullptr;
    const std::string* builtin = builtin_name(type);
    if (!c && !builtin) fail("unsupported", {"`" + shown + "`, a function by singledispatch, of " + describe(x)});
    ir::Entity taken = session_.world.attribute(ir::Builtin{name}, c ? "class " + std::to_string(c->key) : *builtin);
    if (!std::holds_alternative<ir::PythonFunction>(taken))
      fail("unsupported", {"what `" + shown + "`, a function by singledispatch, does with " + describe(x)});
    Arguments given = a;
    given.positional[0] = x;
    return call(of_world(taken), std::move(given));
  });
}

std::optional<Value> Frame::functools_value(const std::string& name, const Arguments& a) {
  if (name == partial_name) {
    if (a.positional.empty()) fail("call-arguments", {"type 'partial' takes at least one argument"});
    Arguments kept = a;
    for (size_t k = 0; k < kept.positional.size(); ++k)
      kept.positional[k] = real(kept.positional[k], "partial" + std::to_string(k));
    for (auto& [key, v] : kept.keywords) v = real(v, "partial " + key);
    return partial(std::move(kept));
  }
  if (name.starts_with("functools._dispatched.")) return dispatched(name, a);
  if (name == "functools.cmp_to_key" && a.positional.size() == 1) {
    Value m;
    m.kind = Kind::Method;
    m.text = name;
    m.parts = a.positional;
    return m;
  }
  return {};
}

// Methods of builtin classes that are taken from the class: `dict.get(d, k)`. Empty: it is one, or its object fits.
static std::string wrong_receiver(const std::string& name, const Values& given) {
  size_t dot = name.find('.');
  std::string type = name.substr(0, dot), method = name.substr(dot + 1);
  static constexpr std::string_view types[] = {"str", "bytes", "bytearray", "list", "dict", "set"};
  static constexpr std::string_view unbound[] = {"fromkeys", "maketrans", "fromhex"};
  if (std::ranges::find(types, type) == std::end(types) || std::ranges::find(unbound, method) != std::end(unbound)) return {};
  if (given.empty()) return "unbound method " + name + "() needs an argument";
  const Value& x = given[0];
  bool fits = type == "str"         ? is_text(x)
              : type == "bytes"     ? is_bytes(x)
              : type == "bytearray" ? is_bytearray(x)
              : type == "list"      ? is_list(x)
                                    : is_table(x) && x.type.flavour() == type;
  return fits ? "" : "descriptor '" + method + "' for '" + type + "' objects doesn't apply to a '" + describe(x) + "' object";
}

Value Frame::call(const Value& f, Arguments a) {
  if (!a.positional.empty() && is_spread(a.positional.back())) {
    bool method = f.kind == Kind::Method && (f.text.starts_with(partial_name) || f.parts.size() == 2 || is_table(f.parts[0]));
    bool binds = method || is_none(f) || f.kind == Kind::Function || f.kind == Kind::Choice || is_object(f) ||
                 (f.kind == Kind::Entity && (std::holds_alternative<ir::PythonFunction>(*f.entity) ||
                                             std::holds_alternative<ir::ClassEntity>(*f.entity)));
    if (const std::string* name = builtin_name(f)) return call_builtin_spread(*name, a);
    if (!binds)
      fail("unsupported", {"spreading " + describe(a.positional.back().parts[0]) + " over the arguments of " + describe(f)});
  }
  if (std::optional<Value> v = LocalClasses::decorated(*this, f, a)) return *v;
  bool users = f.kind == Kind::Function || f.kind == Kind::Choice ||
               (f.kind == Kind::Entity && std::holds_alternative<ir::PythonFunction>(*f.entity));
  for (size_t k = 0; users && k < a.positional.size(); ++k)
    a.positional[k] = real(a.positional[k], "argument" + std::to_string(k));
  for (auto& [name, v] : a.keywords)
    if (users) v = real(v, "argument " + name);
  if (f.kind == Kind::Choice) return by_arms(f, [&](const Value& one) { return call(one, a); });
  if (f.kind == Kind::Function) return call_function(*f.form, f, std::move(a));
  if (f.kind == Kind::Method && f.text.starts_with(partial_name)) return call_partial(f, std::move(a));
  if (f.kind == Kind::Method && f.parts.size() == 1 && f.parts[0].kind == Kind::Choice)  // of what a slot or container held
    return by_arms(f.parts[0], [&](const Value& one) {
      Value bound = f;
      bound.parts = {one};
      return call(bound, a);
    });
  if (f.kind == Kind::Method) {
    bool generated = is_object(f.parts[0]) || f.parts[0].text == "super";
    if (f.parts.size() == 2 && f.parts[0].text != "super") {  // of an object or class
      if (auto* p = f.parts[1].kind == Kind::Entity ? std::get_if<ir::PythonFunction>(f.parts[1].entity.get()) : nullptr)
        if (const ir::PyForm& form = session_.world.py_form(*p); form.parameters.empty())
          fail("call-arguments",
               {p->name + "() takes 0 positional arguments but " + std::to_string(a.positional.size() + 1) +
                (a.positional.empty() ? " was given" : " were given")},
               "a method's first parameter is the object: `def " + p->name + "(self)`");
      a.positional.insert(a.positional.begin(), f.parts[0]);
      return call(f.parts[1], std::move(a));
    }
    if (generated) return call_generated(f, std::move(a));
    if (is_union(f.parts[0])) return call_union_method(f, a);
    return call_method(f.parts[0], f.text, std::move(a));
  }
  if (LocalClass* l = LocalClasses::of(*this, f)) return instantiate(l->entity, std::move(a), &f);
  if (LocalClasses::is_union_of(*this, f)) return by_arms(f, [&](const Value& one) { return call(one, a); });
  if (is_object(f) && a.keywords.empty())
    if (std::optional<Value> v = call_special(f, "__call__", a.positional)) return *v;
  if (f.kind == Kind::Entity) {
    if (auto* p = std::get_if<ir::PythonFunction>(f.entity.get())) {
      auto called = [&] { return call_function(session_.world.py_form(*p), f, std::move(a)); };
      return !is_foreign() && session_.world.is_foreign(*p) ? told_here(p->name, called) : called_here(called);
    }
    if (auto* b = std::get_if<ir::Builtin>(f.entity.get())) {
      if (std::string why = wrong_receiver(b->name, a.positional); !why.empty()) {
        if (a.positional.empty() || !is_union(a.positional[0])) fail("call-arguments", {why, "TypeError"});
        return by_arms(a.positional[0], [&](const Value& arm) {
          Arguments one = a;
          one.positional[0] = arm;
          return call(f, std::move(one));
        });
      }
      if (b->name == "list.append") {  // no function of the library
        Value list = a.positional[0];
        a.positional.erase(a.positional.begin());
        return call_method(list, "append", std::move(a));
      }
      return call_builtin(b->name, std::move(a));
    }
    if (auto* c = std::get_if<ir::ClassEntity>(f.entity.get())) return instantiate(*c, std::move(a));
    if (auto* u = std::get_if<ir::Unknown>(f.entity.get())) fail("unusable-name", {"what is called", u->why});
    if (auto* d = std::get_if<ir::DTypeEntity>(f.entity.get())) {
      if (a.positional.size() > 1 || !a.keywords.empty()) fail("unsupported", {"these arguments of " + describe(f)});
      if (a.positional.empty()) return runtime(Type::scalar(d->dtype), number_constant(integer(0), Type::scalar(d->dtype)));
      DType to = d->dtype;
      return split(a.positional[0], [&](const Value& x) {
        if (wide_int(x)) return wide_as(x, Type::scalar(to));
        Value v = zero_rank_loaded(x.kind == Kind::Tuple ? as_array(x) : x);
        if (!is_number(v) && !is_array(v)) fail("unsupported-operand", {describe(f), describe(v)});
        if (ir::is_complex(type_of(v).dtype()) && !ir::is_complex(to)) fail("unsupported-operand", {describe(f), describe(v)});
        if (is_array(v)) return cast_to(v, to);
        return runtime(Type::scalar(to), to_element(v, Type::scalar(to)));
      });
    }
  }
  if (f.kind == Kind::Iterator && f.parts.size() == 1)  // what a function of the library made (np.vectorize)
    if (const ir::PyForm* form = session_.world.library(f.text + "___call__")) {
      a.positional.insert(a.positional.begin(), f.parts[0]);
      return call_function(*form, Value{}, std::move(a));
    }
  if (Contexts::is_errstate(f)) {  // around a function
    a.positional.insert(a.positional.begin(), f);
    return call_function(*session_.world.library("numpy.errstate___call__"), Value{}, std::move(a));
  }
  std::string name = name_of(py_.op(at_).operands[0]);
  fail("not-callable", {describe(f)}, name.empty() ? "" : "`" + name + "` is " + describe(f));
}

// ---- binding ----
static std::string python_name(const ir::PyForm& form) {
  for (const ir::NamedAttr& a : form.function->attrs)
    if (a.name == "name" && std::holds_alternative<std::string>(a.value)) return std::get<std::string>(a.value);
  return form.function->name();
}

// As __qualname__ tells it, and CPython's messages about arguments begin.
static std::string qualified_name(const ir::PyForm& form) {
  const ir::Function& f = *form.function;
  for (const ir::NamedAttr& a : f.attrs)
    if (a.name == "qualified") return std::get<std::string>(a.value);
  const std::vector<ir::Source>& sources = f.module().sources;
  std::string told = f.source < sources.size() ? sources[f.source].function : "";
  return told.empty() || Session::is_library(f) ? python_name(form) : told;
}

// The default of parameter k: nested functions carry values, functions of the world entities.
static std::optional<Value> default_of(Classes& classes, const ir::PyForm& form, const Value& function, size_t k) {
  std::vector<int64_t> which;
  for (const ir::NamedAttr& a : form.function->attrs)
    if (a.name == "defaulted" && std::holds_alternative<std::vector<int64_t>>(a.value))
      which = std::get<std::vector<int64_t>>(a.value);
  size_t count = function.kind == Kind::Function ? function.defaults.size() : form.defaults.size();
  size_t at;
  if (which.size() == count && count > 0) {
    auto it = std::find(which.begin(), which.end(), int64_t(k));
    if (it == which.end()) return {};
    at = size_t(it - which.begin());
  } else {
    size_t all = form.parameters.size(), last = all - form.has_varargs - form.has_kwargs;
    if (k >= last || k + count < all) return {};
    at = k + count - all;
  }
  if (function.kind == Kind::Function) return function.defaults[at];
  if (std::holds_alternative<ir::Missing>(form.defaults[at])) return {};
  return from_entity(form.defaults[at], classes);
}

std::string listed(const std::vector<std::string>& names) {
  std::string s;
  for (size_t k = 0; k < names.size(); ++k)
    s += (k == 0 ? "" : k + 1 < names.size() ? ", " : names.size() > 2 ? ", and " : " and ") + ("'" + names[k] + "'");
  return s;
}

// The rest of the keywords, `**named`: a dict, but where a function does nothing with it than to hand it on.
constexpr std::string_view keywords_text = "keywords";
static std::vector<std::string> words_after(const std::string& text) {
  std::vector<std::string> words;
  for (size_t at = text.find(' '); at != std::string::npos;) {
    size_t end = text.find(' ', at + 1);
    words.push_back(text.substr(at + 1, end == std::string::npos ? end : end - at - 1));
    at = end;
  }
  return words;
}

static bool only_spreads(const ir::PyForm& form) {
  const ir::Function& f = *form.function;
  for (const ir::Use& use : f.value(f.parameters().back()).uses) {
    const ir::Attr* names = f.op(use.op).code == "py.call"_op ? f.find_attr(use.op, "keywords") : nullptr;
    if (!names) return false;
    const auto& words = std::get<std::vector<std::string>>(*names);
    size_t first = f.op(use.op).operands.size() - words.size();
    if (use.operand < first || words[use.operand - first] != "**") return false;
  }
  return true;
}

Value Frame::dict_of_keywords(const Value& keywords) {
  Value d = new_table("dict", "keywords", {});
  std::vector<std::string> names = words_after(keywords.text);
  for (size_t k = 0; k < names.size(); ++k) set_dict_item(d, text(names[k]), real(keywords.parts[k], "value " + names[k]));
  return d;
}

// With the module, as CPython tells what is called where two mappings of keywords meet.
static std::string told_callee(Session& session, const Value& f) {
  auto with_module = [](const ir::Entity& module, const std::string& name) {
    auto* c = std::get_if<ir::Constant>(&module);
    auto* text = c ? std::get_if<std::string>(&c->value) : nullptr;
    return (text ? *text + "." : "") + name + "()";
  };
  if (f.kind == Kind::Method) return f.parts.size() == 2 ? told_callee(session, f.parts[1]) : "";
  if (auto* c = f.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(f.entity.get()) : nullptr)
    return with_module(session.world.class_member(*c, "__module__").entity, session.classes.qualified(*c));
  auto* p = f.kind == Kind::Entity ? std::get_if<ir::PythonFunction>(f.entity.get()) : nullptr;
  if (!p && f.kind != Kind::Function) return "";
  const ir::PyForm& form = p ? session.world.py_form(*p) : *f.form;
  return with_module(session.world.global(*form.function, "__name__"), qualified_name(form));
}

// f(**mapping): the names must be known, or the run tells them (takes_table).
void Frame::spread_keywords(ValueId given, Arguments& a) {
  const Value& v = py_value(given);
  if (v.kind == Kind::Iterator && v.text.starts_with(keywords_text)) {
    std::vector<std::string> names = words_after(v.text);
    for (size_t k = 0; k < names.size(); ++k) a.keywords.emplace_back(names[k], v.parts[k]);
    return;
  }
  // {"a": x} or dict(a=x), of which only the parts are asked for: it is what it was when it was made.
  auto only_read = [&](const ir::Use& use) {
    const ir::Op& o = py_.op(use.op);
    if (o.code == "py.getitem"_op && use.operand == 0) return true;
    const ir::Attr* names = o.code == "py.call"_op ? py_.find_attr(use.op, "keywords") : nullptr;
    if (!names) return false;
    const auto& words = std::get<std::vector<std::string>>(*names);
    size_t first = o.operands.size() - words.size();
    return use.operand >= first && words[use.operand - first] == "**";
  };
  OpId display = py_.defining_op(given);
  const size_t before = a.keywords.size();
  bool known = display && std::ranges::all_of(py_.value(given).uses, only_read);
  const ir::Attr* words = known ? py_.find_attr(display, "keywords") : nullptr;
  auto part = [&](const std::string& name, ValueId x) {
    known = known && (py_value(x).kind != Kind::Never || v.kind == Kind::Never);  // else it is of a frame around this one
    if (known) a.keywords.emplace_back(name, py_value(x));
  };
  if (known && py_.op(display).code == "py.dict"_op && !py_.find_attr(display, "starred")) {
    const std::vector<ValueId>& parts = py_.op(display).operands;
    for (size_t k = 0; known && k < parts.size(); k += 2) {
      const std::string* name = known_text(py_value(parts[k]));
      known = name;
      if (known) part(*name, parts[k + 1]);
    }
  } else if (known && py_.op(display).code == "py.call"_op && words &&
             std::get<std::vector<std::string>>(*words).size() + 1 == py_.op(display).operands.size()) {
    const std::string* callee = builtin_name(py_value(py_.op(display).operands[0]));
    known = callee && *callee == "builtins.dict";
    const auto& names = std::get<std::vector<std::string>>(*words);
    for (size_t k = 0; known && k < names.size(); ++k) {
      known = names[k] != "**";
      if (known) part(names[k], py_.op(display).operands[k + 1]);
    }
  } else {
    known = false;
  }
  if (known) return;
  a.keywords.erase(a.keywords.begin() + long(before), a.keywords.end());
  const Value d = plain(v);
  if (!takes_table(operand(at_, 0)) || !is_table(d) || d.type.flavour() != "dict")
    fail("unsupported", {"spreading a dict over keywords"});
  const Value entry = element_of_list(d);
  if (entry.kind == Kind::Never) return;
  if (type_of(entry.parts[1]) != Type::str()) fail("unsupported", {"spreading a dict of such keys over keywords"});
  for (auto& [name, _] : a.keywords)
    if (std::string callee = told_callee(session_, operand(at_, 0)); name != "**" && !callee.empty())
      check(inverse(as_type(truth(contains(text(name), d)), Type::boolean())), "TypeError",
            callee + " got multiple values for keyword argument '" + name + "'");
  a.keywords.emplace_back("**", d);
}

static bool is_named(const Frame::Arguments& a, const std::string& name) {
  return std::any_of(a.keywords.begin(), a.keywords.end(), [&](const auto& w) { return w.first == name; });
}

// Arguments that are spread at run time go to the parameters from `from` on: whether there are too few or too many is asked as
// CPython asks. What is left for `*args` is a tuple.
struct Frame::Spread {
  Value list;
  size_t from = 0;
};

void Frame::check_spread(const Signature& s, const Spread& spread, const Arguments& a) {
  const std::vector<Parameter>& all = s.positional;
  ValueId n = list_length(spread.list);
  auto left = [&](size_t k) { return ints(int64_t(k) - int64_t(spread.from)); };
  size_t least = all.size();
  while (least > 0 && all[least - 1].has_default) --least;
  for (size_t k = spread.from; k < all.size(); ++k)
    if (!all[k].by_position_only && is_named(a, all[k].name))
      check(test("less_equal"_op, n, left(k)), "TypeError",
            s.callee + " got multiple values for argument '" + all[k].name + "'");
  if (!s.takes_more) {
    size_t most = all.size() + s.implied, fewest = least + s.implied;
    ValueId total = make("add"_op, {n, ints(int64_t(spread.from + s.implied))}, Type::integer(), {{"exact", int64_t(1)}});
    std::string takes = (fewest < most ? "from " + std::to_string(fewest) + " to " : "") + std::to_string(most);
    std::string message =
        s.callee + " takes " + takes + " positional argument" + (most == 1 && fewest == 1 ? "" : "s") + " but {0} ";
    if (most == 0) check(test("not_equal"_op, n, left(1)), "TypeError", message + "was given", {total});
    check(test("less_equal"_op, n, left(all.size())), "TypeError", message + "were given", {total});
  }
  for (size_t k = spread.from; k < all.size(); ++k) {  // so many are there
    std::vector<std::string> missing;
    for (size_t m = k; m < all.size(); ++m)
      if (!all[m].has_default && !is_named(a, all[m].name)) missing.push_back(all[m].name);
    if (missing.empty()) break;
    check(test("not_equal"_op, n, left(k)), "TypeError",
          s.callee + " missing " + std::to_string(missing.size()) + " required positional argument" +
              (missing.size() == 1 ? "" : "s") + ": " + listed(missing));
  }
}

// Replaces a spread last argument of a class's constructor by the fields that it gives. `otherwise` makes a field's default.
void Frame::place_spread(const Signature& s, const std::function<Value(size_t)>& otherwise, Arguments& a) {
  if (a.positional.empty() || !is_spread(a.positional.back())) return;
  Spread spread{a.positional.back().parts[0], a.positional.size() - 1};
  a.positional.pop_back();
  check_spread(s, spread, a);
  ValueId n = list_length(spread.list);
  for (size_t k = spread.from; k < s.positional.size() && !is_named(a, s.positional[k].name); ++k) {
    ValueId at = ints(int64_t(k - spread.from));
    auto one = [&] { return bound_from(spread.list, k - spread.from, {}); };
    bool optional = s.positional[k].has_default;
    a.positional.push_back(optional ? choose(test("greater"_op, n, at), one, [&] { return otherwise(k); }) : one());
  }
}

// f(**table), where the run tells what is in it: parameters that have no argument yet take theirs from it, the rest goes to
// `**kwargs`. What is too much and what is missing is asked as CPython asks.
void Frame::bind_from_table(const ir::PyForm& form, const Value& function, const Value& table,
                            std::vector<std::optional<Value>>& given) {
  size_t n = form.parameters.size(), named = n - form.has_varargs - form.has_kwargs, first = size_t(form.positional_only);
  Values taken, open, required, required_by_name;
  for (size_t k = first; k < named; ++k) (given[k] ? taken : open).push_back(text(form.parameters[k]));
  for (size_t k = 0; k < named; ++k)
    if (!given[k] && !default_of(session_.classes, form, function, k))
      (k < named - size_t(form.keyword_only) ? required : required_by_name).push_back(text(form.parameters[k]));
  call_builtin("builtins._check_keywords", {{text(qualified_name(form) + "()"), table, tuple(taken), tuple(open),
                                             tuple(required), tuple(required_by_name), boolean(form.has_kwargs)},
                                            {}});
  for (size_t k = first; k < named; ++k) {
    if (given[k]) continue;
    std::optional<Value> otherwise = default_of(session_.classes, form, function, k);
    Value key = text(form.parameters[k]);
    auto there = [&] { return call_builtin("builtins._keyword", {{table, key}, {}}); };
    if (!otherwise) {
      given[k] = there();
      continue;
    }
    Value has = truth(contains(key, table));
    given[k] = choose(has.id, there, [&] { return real(*otherwise, "default " + std::to_string(k)); });
  }
  if (form.has_kwargs) call_builtin("builtins._rest_of_keywords", {{*given[n - 1], table, tuple(open)}, {}});
}

// Replaces a `**table` among the arguments of a class's constructor by the keywords that it gives. `otherwise` makes a field's
// default.
void Frame::place_table(const Signature& s, const std::function<Value(size_t)>& otherwise, Arguments& a) {
  auto spread = std::ranges::find(a.keywords, "**", [](const auto& k) { return k.first; });
  if (spread == a.keywords.end()) return;
  const Value table = spread->second;
  a.keywords.erase(spread);
  if (is_named(a, "**")) fail("unsupported", {"spreading two dicts over parameters"});
  Values taken, open, required[2];
  auto is_given = [&](size_t k) { return k < a.positional.size() || is_named(a, s.positional[k].name); };
  for (size_t k = 0; k < s.positional.size(); ++k) {
    const Parameter& p = s.positional[k];
    (is_given(k) ? taken : open).push_back(text(p.name));
    if (!is_given(k) && !p.has_default) required[p.by_name_only].push_back(text(p.name));
  }
  call_builtin(
      "builtins._check_keywords",
      {{text(s.callee), table, tuple(taken), tuple(open), tuple(required[0]), tuple(required[1]), boolean(false)}, {}});
  for (size_t k = 0; k < s.positional.size(); ++k) {
    if (is_given(k)) continue;
    const Parameter& p = s.positional[k];
    const Value key = text(p.name);
    auto there = [&] { return call_builtin("builtins._keyword", {{table, key}, {}}); };
    auto absent = [&] { return real(otherwise(k), "default " + std::to_string(k)); };
    a.keywords.emplace_back(p.name, p.has_default ? choose(truth(contains(key, table)).id, there, absent) : there());
  }
}

// May the run tell which keywords it is called with?
bool Frame::takes_table(const Value& callee) {
  if (callee.kind == Kind::Function) return true;
  if (callee.kind == Kind::Method) return callee.parts.size() == 2 || (callee.text == "format" && known_text(callee.parts[0]));
  if (callee.kind != Kind::Entity) return false;
  if (std::holds_alternative<ir::PythonFunction>(*callee.entity)) return true;
  auto* c = std::get_if<ir::ClassEntity>(callee.entity.get());
  if (!c) return false;
  const ir::ClassMember::Kind made = session_.classes.find(*c, "__init__").member.kind;
  return session_.classes.info(*c).kind == ir::ClassDescription::Named || made == ir::ClassMember::Generated ||
         made == ir::ClassMember::Function;
}

Values Frame::bind(const ir::PyForm& form, const Value& function, Arguments a, Values& captured) {
  if (function.kind == Kind::Function) captured = function.parts;
  std::optional<Spread> spread;
  if (!a.positional.empty() && is_spread(a.positional.back())) {
    spread = Spread{a.positional.back().parts[0], a.positional.size() - 1};
    a.positional.pop_back();
  }
  std::string name = qualified_name(form);
  auto wrong = [&](const std::string& message, const std::string& mend = "") {  // what CPython says of functions of the user's
    if (Session::is_library(*form.function)) fail("call-arguments", {message}, mend);
    fail("call-arguments", {message, "TypeError"}, mend);
  };
  size_t n = form.parameters.size(), named = n - form.has_varargs - form.has_kwargs;
  size_t positional = named - size_t(form.keyword_only);
  if (spread) {
    Signature s{name + "()", {}, 0, form.has_varargs};
    for (size_t k = 0; k < positional; ++k)
      s.positional.push_back(
          {form.parameters[k], default_of(session_.classes, form, function, k).has_value(), k < size_t(form.positional_only)});
    check_spread(s, *spread, a);
  }
  std::vector<std::optional<Value>> given(n);
  std::set<size_t> by_name;
  size_t count = a.positional.size();
  for (size_t k = 0; k < count && k < positional; ++k) given[k] = a.positional[k];
  if (count > positional && !form.has_varargs) {
    size_t least = positional;
    while (least > 0 && default_of(session_.classes, form, function, least - 1)) --least;
    std::string takes =
        least < positional ? "from " + std::to_string(least) + " to " + std::to_string(positional) : std::to_string(positional);
    size_t by_keyword = 0;
    for (auto& [key, value] : a.keywords)
      by_keyword += size_t(std::count(form.parameters.begin() + long(positional), form.parameters.begin() + long(named), key));
    std::string beside = by_keyword == 0
                             ? ""
                             : std::string(" positional argument") + (count == 1 ? "" : "s") + " (and " +
                                   std::to_string(by_keyword) + " keyword-only argument" + (by_keyword == 1 ? "" : "s") + ")";
    std::string message = name + "() takes " + takes + " positional argument" +
                          (positional == 1 && least == positional ? "" : "s") + " but " + std::to_string(count) + beside +
                          (count == 1 && by_keyword == 0 ? " was" : " were") + " given";
    if (by_keyword < a.keywords.size()) fail("call-arguments", {message});  // CPython looks at the keywords first
    wrong(message);
  }
  if (form.has_varargs) {
    Values rest;
    for (size_t k = positional; k < count; ++k) rest.push_back(a.positional[k]);
    given[named] = tuple(std::move(rest));
    if (spread) {
      size_t taken = positional > count ? positional - count : 0;
      Value whole;
      whole.kind = Kind::Slice;
      whole.parts = {integer(int64_t(taken)), none(), none()};
      Value left = is_long_tuple(spread->list) ? list_slice(spread->list, whole) : tuple_from(list_slice(spread->list, whole));
      given[named] = given[named]->parts.empty() ? left : *long_tuple_binary("+", *given[named], left);
    }
  }
  Value rest_of_keywords;
  rest_of_keywords.kind = Kind::Iterator;
  rest_of_keywords.text = keywords_text;
  std::optional<Value> table;
  for (auto& [key, value] : a.keywords) {
    if (key == "**") {
      if (table || (spread && count < positional))
        fail("unsupported", {"spreading " + std::string(table ? "two dicts" : "a list and a dict") + " over parameters"});
      table = value;
      continue;
    }
    auto it = std::find(form.parameters.begin(), form.parameters.begin() + long(named), key);
    size_t k = size_t(it - form.parameters.begin());
    if ((k == named || k < size_t(form.positional_only)) && form.has_kwargs) {
      rest_of_keywords.text += " " + key;
      rest_of_keywords.parts.push_back(std::move(value));
      continue;
    }
    if (k == named || k < size_t(form.positional_only)) {
      std::string close = ir::closest(key, form.parameters);
      wrong(name + "() got an unexpected keyword argument '" + key + "'", close.empty() ? "" : "did you mean `" + close + "`?");
    }
    if (given[k]) wrong(name + "() got multiple values for argument '" + key + "'");
    given[k] = std::move(value);
    by_name.insert(k);
  }
  if (form.has_kwargs) given[n - 1] = only_spreads(form) && !table ? rest_of_keywords : dict_of_keywords(rest_of_keywords);
  if (table) bind_from_table(form, function, *table, given);
  std::vector<std::string> missing, missing_keywords;
  for (size_t k = 0; k < named; ++k) {
    if (!given[k]) given[k] = default_of(session_.classes, form, function, k);
    bool spread_here = spread && k >= spread->from && k < positional && !by_name.contains(k);
    if (spread_here) given[k] = bound_from(spread->list, k - spread->from, given[k]);
    if (!given[k]) (k < positional ? missing : missing_keywords).push_back(form.parameters[k]);
  }
  if (missing.empty()) missing.swap(missing_keywords), positional = missing.empty() ? positional : 0;
  if (!missing.empty())
    wrong(name + "() missing " + std::to_string(missing.size()) + " required " +
          (positional == 0 && form.keyword_only ? "keyword-only" : "positional") + " argument" +
          (missing.size() == 1 ? "" : "s") + ": " + listed(missing));
  Values out;
  for (std::optional<Value>& v : given) out.push_back(std::move(*v));
  return out;
}

// ---- calling ----
Value Frame::call_function(const ir::PyForm& form, const Value& function, Arguments a) {
  auto called = [&] {
    Values captured, bound = bind(form, function, std::move(a), captured);
    for (size_t k = 0; k < bound.size(); ++k)
      if (holds_generator(bound[k]) && !is_stateful(bound[k]) && !takes_once(*form.function, captured.size() + k))
        bound[k] = is_generator(bound[k]) ? resumed(bound[k]) : iterator_of(bound[k]);  // of a map, a filter, an enumerate
    captured.insert(captured.end(), bound.begin(), bound.end());
    // What is spread from a list that never holds anything was missed: the check before has raised.
    if (std::any_of(bound.begin(), bound.end(), [](const Value& v) { return v.kind == Kind::Never; })) return Value{};
    std::optional<Value> cache;
    if (function.kind == Kind::Entity)
      if (auto* p = std::get_if<ir::PythonFunction>(function.entity.get()); p && p->is_cached)
        cache = hidden_array({p->key | 1, p->name + ".cache", Type::flavoured(Type::list(Type::never()), "dict")});
    for (const ir::NamedAttr& a : form.function->attrs) {
      if (a.name == "cached" && !cache) cache = captured.at(size_t(std::get<int64_t>(a.value)) - 1);
      if (a.name != "generator") continue;
      if (cache) fail("unsupported", {"a cache around a generator"});
      for (Value& v : captured)  // a default that is a container of the world
        if (v.kind == Kind::Entity && std::holds_alternative<ir::ArrayGlobal>(*v.entity)) v = handed_over(v);
      Value made = generator(form, std::move(captured));
      // Recursion over what gets smaller in its very type (nested tuples) ends by itself.
      auto has_these = [&](const Frame& f) {
        if (&f.py_ != form.function) return false;
        for (size_t k = 0; k < made.parts.size(); ++k) {
          const Value given = held(made.parts[k]), own = held(f.env_[f.py_.parameters()[k].index]);
          bool narrowed = is_union(given) && is_representable(own) && key(join(own, given)) == key(given);  // `if node:`
          if (!narrowed && key(own) != key(given)) return false;
        }
        return true;
      };
      bool same = session_.is_stepping(*form.function);
      for (const Frame* f = this; f && !same; f = f->consumer_ ? f->consumer_ : f->outside_) same = has_these(*f);
      if (yields_in_try(*form.function) && is_returned_at_once()) return made;  // who returns it sees to its end
      if (yields_in_try(*form.function) && !handed_) return resumed(made, true);
      if (same && is_recursive_generator(form)) return resumed(made, true);
      return is_handed_once() ? made : resumed(made);
    }
    if (cache) return call_cached(form, std::move(captured), bound, *cache);
    return call_instance(form, std::move(captured));
  };
  return Session::is_library(*form.function) && !is_foreign() ? told_here(python_name(form), called) : called();
}

// What is wrong in a function of the user's is told there; by which calls it was reached is kept with it.
Value Frame::called_here(const std::function<Value()>& called) {
  const ir::SpanId here = b_.span;
  try {
    return called();
  } catch (ir::Diagnosed& d) {
    const ir::Source& source = session_.out.source_of(here);
    ir::Position at = session_.out.position(here);
    at.line += source.first_line - 1, at.end_line += source.first_line - 1;
    d.diagnostic.callers.push_back({source.file, at});
    throw;
  }
}

// The user's mistake shows in code that is not the user's: it is told at the user's call.
Value Frame::told_here(const std::string& callee, const std::function<Value()>& called) {
  SpanId here = b_.span;
  try {
    return called();
  } catch (const ir::Diagnosed& d) {
    ir::Diagnostic told = d.diagnostic;
    std::string inside = told.position.line > 0 ? told.file + ":" + std::to_string(told.line()) : "";
    if (told.label.empty()) told.label = "in " + callee;
    bool elsewhere = told.file != session_.out.source_of(here).file && told.file.find("/aic/lib/") == std::string::npos;
    told.notes.clear();
    if (elsewhere && !inside.empty()) told.notes.emplace_back(ir::Position{}, "in `" + callee + "`, " + inside);
    told.place(session_.out, here);
    throw ir::Diagnosed(told);
  }
}

// As an argument: arrays and numbers of the world become values.
Value Frame::handed_over(Value v) {
  if (v.kind == Kind::Entity && std::holds_alternative<ir::ArrayGlobal>(*v.entity)) v = of_world(*v.entity);
  if (v.kind == Kind::Tuple)
    for (Value& p : v.parts) p = handed_over(std::move(p));
  if (v.kind == Kind::Pair) v = runtime(v.type, as_type(v, v.type));
  if (v.kind == Kind::Entity && std::holds_alternative<ir::NumpyConstant>(*v.entity)) v = zero_rank_loaded(v);
  return v;
}

// The shapes that arguments are to have. What the callee puts into their lists is held by sites of the caller: of one that
// belongs to the callee the caller would not be told when it grows.
Values Frame::parameters_of(const Instance& callee, const Values& arguments) {
  Values out = callee.arguments;
  for (size_t k = 0; k < out.size(); ++k)
    if (key(out[k]) != key(arguments[k])) {
      std::string path = "parameter" + std::to_string(k);
      out[k] = resited(out[k], [&](const std::string& part) { return site_here(path + part); });
    }
  return out;
}

// The same without what its texts say.
static Value without_texts(Value v) {
  if (v.kind == Kind::Constant && (known_text(v) || known_bytes(v))) return runtime(v.type, {});
  for (Value& p : v.parts) p = without_texts(std::move(p));
  return v;
}

// Does a recursion hand on another literal text each time? Then it would have an instance for each.
static bool has_growing_text(const Value& v, const std::vector<const Instance*>& outer, size_t parameter, size_t few) {
  const std::string whole = key(v), shape = key(without_texts(v));
  if (whole == shape) return false;
  std::set<std::string> texts{whole};
  for (size_t n = outer.size(); n-- > 0 && texts.size() <= few;) {
    const Value& before = outer[n]->arguments[parameter];
    if (key(without_texts(before)) == shape) texts.insert(key(before));
  }
  return texts.size() > few;
}

// A recursion that hands on ever longer tuples would have an instance for each length: they become tuples of any length;
// texts that it makes longer become texts that are known at run time only.
void Frame::stop_growing(const ir::PyForm& form, Values& arguments) {
  constexpr size_t few = 3, most = 48;
  std::vector<const Instance*> outer = session_.being_written(form);
  if (outer.size() > most) fail("unsupported", {"a recursion whose arguments have ever more types"});
  if (outer.size() < few) return;
  for (size_t k = 0; k < arguments.size(); ++k) {
    Value& v = arguments[k];
    if (has_growing_text(v, outer, k, few)) v = coerce(v, without_texts(shape_of(v)));
    if (v.kind != Kind::Tuple || !v.text.empty() || v.parts.empty() || !is_representable(v)) continue;
    size_t length = v.parts.size(), steps = 0;
    for (size_t n = outer.size(); n-- > 0 && outer[n]->arguments[k].kind == Kind::Tuple; ++steps) {
      if (outer[n]->arguments[k].parts.size() >= length) break;
      length = outer[n]->arguments[k].parts.size();
    }
    if (steps < few) continue;
    Value element;
    for (const Value& p : v.parts) element = join_elements(element, p);
    if (element.kind != Kind::Conflict) v = as_long_tuple(v, "growing" + std::to_string(k));
  }
}

Value Frame::call_instance(const ir::PyForm& form, Values arguments) {
  const bool of_iterator = Caught::is_call_of_iterator(*this);
  for (Value& v : arguments) v = handed_over(std::move(v));
  stop_growing(form, arguments);
  const bool enters_library = session_.float_errors && !in_library() && Session::is_library(*form.function);
  const bool unchecked = enters_library && !FloatErrors::is_checked(form, python_name(form));
  FloatErrors::Scope in_force(session_, unchecked ? 0 : session_.float_errors);
  Instance* found = &session_.instance(form, arguments);
  Value result = adopted(found->result, form);
  if (key(result) != key(found->result)) {  // this caller puts more into a list that it got
    found = &session_.instance(form, arguments, false, result);
    result = adopted(found->result, form);
  }
  Instance& i = *found;
  if (unchecked) FloatErrors::refuse_arithmetic(*this, i, python_name(form));
  if (Caught::ends_iterator(*this, form, of_iterator) && session_.may_stop(i)) Caught::refuse_end_of_iterator(*this);
  if (is_leaving_generator() && session_.may_stop(i)) return call_that_may_stop(form, arguments);
  if (!i.done) {
    i.recursive = true;
    lowest = std::min(lowest, i.depth);
  } else if (i.lowest < i.depth) {
    lowest = std::min(lowest, i.lowest);
  }
  std::vector<Type> types;
  leaf_types(i.result, types);
  bool returns = i.result.kind != Kind::Never;
  if (i.done && i.trivial && returns && types.empty()) return result;
  std::vector<ValueId> ids = leaf_ids(coerce_all(arguments, parameters_of(i, arguments)));
  for (size_t k = 0; k < i.hidden.size(); ++k) ids.push_back(hidden_id(i.hidden[k].array));
  Type whole = types.empty() ? Type::none() : types.size() == 1 ? types[0] : Type::tuple(types);
  ValueId r = b_.make("call"_op, ids, whole, {{"callee", ir::Symbol{i.symbol}}});
  if (!returns) return Value{};
  std::vector<ValueId> parts;
  for (size_t k = 0; types.size() > 1 && k < types.size(); ++k)
    parts.push_back(make("tuple.get"_op, {r}, types[k], {{"index", int64_t(k)}}));
  if (types.size() == 1) parts.push_back(r);
  const ValueId* next = parts.data();
  return rebuild(result, next);
}

// functools.cache: a dict from the arguments to the result. One that stands around a function of the module lives as long as
// the call from Python does: it is made by the entry (hidden_parameter).
Value Frame::call_cached(const ir::PyForm& form, Values arguments, const Values& bound, const Value& cache) {
  session_.cached.insert(&form);
  Values parts;
  for (const Value& v : bound) parts.push_back(real(handed_over(v), "cached" + std::to_string(parts.size())));
  const Value key = tuple(std::move(parts));
  check_hashable(key);
  ValueId place = find_place(cache, key);
  Value result = choose(
      test("greater_equal"_op, place, ints(0)), [&] { return take_part(cache, place, 2); },
      [&] {
        Value made = call_instance(form, arguments);
        if (made.kind == Kind::Never) return made;
        // A union of tuples that the dict holds as one of unions is to be that before: together they are more than either.
        if (const Value held = entry_of(cache);
            held.kind != Kind::Never && is_representable(held.parts[2]) && is_representable(made))
          if (const Type t = type_of(held.parts[2]); t != type_of(made) && join_types(t, type_of(made)) == t)
            made = exploded(t, as_type(made, t));
        set_dict_item(cache, key, made);
        return made;
      });
  const Value entry = entry_of(cache);
  for (size_t k = 0; entry.kind != Kind::Never && k < entry.parts[1].parts.size(); ++k) {
    const Value& part = entry.parts[1].parts[k];
    int numbers = 0;
    for (Type t : is_union(part) ? part.type.elements() : std::span<const Type>()) numbers += t.is_number();
    // 1 and 1.0 are one key, but not where they are the only argument.
    if (numbers > 1) fail("unsupported", {"a cached function whose argument is a number of several types"});
  }
  return result;
}

// Written in place, into the region at hand: for the elements of `generate`.
std::optional<Value> Frame::call_in_place(const Value& f, const Values& arguments) {
  const ir::PyForm* form = f.kind == Kind::Function ? f.form : nullptr;
  if (f.kind == Kind::Entity)
    if (auto* p = std::get_if<ir::PythonFunction>(f.entity.get())) form = &session_.world.py_form(*p);
  if (!form) return {};
  Values captured, bound = bind(*form, f, {arguments, {}}, captured);
  captured.insert(captured.end(), bound.begin(), bound.end());
  Frame inner(session_, instance_, *form->function, out_, b_.region());
  inner.speculating_ = 0;
  std::optional<Value> r = inner.run_inline(std::move(captured));
  lowest = std::min(lowest, inner.lowest);
  return r;
}

}  // namespace aic::typeinfer
