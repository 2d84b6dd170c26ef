// Instances of the library's classes: what prim.instance made, "numpy.random._Generator" or "collections._deque". Their methods
// are the library's functions `_deque_append(state, …)`, operators and the like `_deque___len__(state)`. What collections'
// kinds of dict do not have of their own is the dict's.
#include "typeinfer/instances.h"

#include "typeinfer/caught.h"
#include "typeinfer/frame.h"

namespace aic::typeinfer {

bool is_library_instance(const Value& x) { return x.kind == Kind::Iterator && x.text.find("._") != std::string::npos; }
bool is_collection(const Value& x) { return x.kind == Kind::Iterator && x.text.starts_with("collections._"); }

bool is_packed_when_held(const Value& x) {
  return is_collection(x) || (x.kind == Kind::Iterator && x.text.starts_with("numpy.random._"));
}

static constexpr std::string_view made_by = ".of.";

Value packed(const Value& v) {
  if (is_caught(v)) {
    Value record = tuple(v.parts);
    record.text = exception_flavour;
    return record;
  }
  if (!is_library_instance(v) || v.parts.size() != 1 || v.parts[0].kind != Kind::Tuple) return v;
  Value state = v.parts[0];
  state.text = v.text;
  if (const std::string* factory = state.parts.empty() ? nullptr : builtin_name(state.parts.back())) {
    state.text += std::string(made_by) + *factory;
    state.parts.pop_back();
  }
  return is_representable(state) ? state : v;
}

Value packed_below(Value v) {
  if (v.kind == Kind::Tuple)
    for (Value& part : v.parts) part = packed_below(std::move(part));
  return is_packed_when_held(v) ? packed(v) : v;
}

Value unpacked(Value v) {
  if (v.kind != Kind::Tuple || v.text.find("._") == std::string::npos) return v;
  Value instance;
  if (v.text == exception_flavour) {
    instance.kind = Kind::Exception;
    instance.parts = std::move(v.parts);
    return instance;
  }
  if (v.text == slice_flavour || v.text == range_flavour) {  // an argument's
    instance.kind = v.text == slice_flavour ? Kind::Slice : Kind::Range;
    instance.parts = std::move(v.parts);
    return instance;
  }
  instance.kind = Kind::Iterator;
  size_t factory = v.text.find(made_by);
  instance.text = v.text.substr(0, factory);
  if (factory != std::string::npos) v.parts.push_back(entity(ir::Builtin{v.text.substr(factory + made_by.size())}));
  v.text.clear();
  instance.parts = {std::move(v)};
  return instance;
}

std::optional<bool> is_instance_of(const Value& x, const Value& classes) {
  if (classes.kind == Kind::Tuple) return is_instance_of_any(classes, [&](const Value& c) { return is_instance_of(x, c); });
  if (classes.kind == Kind::Entity && std::holds_alternative<ir::ClassEntity>(*classes.entity)) return false;
  if (dtype_class(classes)) return false;
  const std::string* name = builtin_name(classes);
  if (!name || name->starts_with("collections.abc.") || name->starts_with("numbers.")) return {};
  bool is_dict = is_collection(x) && x.text != "collections._deque";
  std::string own = x.text;
  own.erase(own.find("._") + 1, 1);
  bool is_bits = own == "numpy.random.PCG64" && *name == "numpy.random.BitGenerator";
  return *name == own || *name == "builtins.object" || (is_dict && *name == "builtins.dict") || is_bits;
}

bool has_python_object(Type t) {
  std::string_view f = t.flavour();
  return f == slice_flavour || f == range_flavour || f.starts_with("collections._") ||
         (f.starts_with("numpy.random._") && !f.ends_with("._PCG64"));
}

bool is_packed(Type t) { return t.is_tuple() && t.flavour().find("._") != std::string_view::npos; }

// A choice of one alone, and the dict of what is one but for some methods.
Value Frame::plain(const Value& x) {
  if (x.kind == Kind::Choice && x.parts.size() == 2) return plain(x.parts[1]);
  if (is_collection(x) && x.text != "collections._deque") return x.parts[0].parts[0];
  return x;
}

// `x[i]`, `len(x)`, … of an instance whose class says what it is.
std::optional<Value> Frame::special(const Value& given, const std::string& name, Values arguments) {
  if (given.kind == Kind::Choice && given.parts.size() == 2) return special(given.parts[1], name, std::move(arguments));
  if (!is_library_instance(given) || !session_.world.library(given.text + "_" + name)) return {};
  arguments.insert(arguments.begin(), given.parts[0]);
  for (size_t k = 1; k < arguments.size(); ++k) arguments[k] = real(arguments[k], name + std::to_string(k));
  return call_builtin(given.text + "_" + name, {std::move(arguments), {}});
}

}  // namespace aic::typeinfer
