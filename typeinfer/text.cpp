// Strings, and bytes (bytes.cpp): values whose operations are ops of the runtime (ir/ops/text.h). Literals fold where that is
// all there is to do (`+`, comparisons); methods are the library's (python/aic/lib/str.py). Also everything that makes text of
// values: str(), repr(), f-strings, `%`, format(), print.
#include <algorithm>

#include "typeinfer/caught.h"
#include "typeinfer/enums.h"

namespace aic::typeinfer {

static bool has_type(const Value& v, Type t) { return (v.kind == Kind::Runtime || v.kind == Kind::Constant) && v.type == t; }
bool is_text(const Value& v) { return has_type(v, Type::str()); }
bool is_bytes(const Value& v) { return has_type(v, Type::bytes()); }

// One op of the runtime, its operands converted to the signature's types.
Value Frame::text_op(OpCode code, const Values& arguments) {
  const ir::OpRecord& r = ir::record(code);
  if (int(arguments.size()) != r.arity()) fail("call-arguments", {"prim." + std::string(r.name)});
  std::vector<ValueId> ids;
  // Of bytes come bytes.
  bool bytes = code == "str.of_list"_op || std::any_of(arguments.begin(), arguments.end(), is_bytes);
  Type texts = bytes ? Type::bytes() : Type::str();
  auto type_of_letter = [&](char c) {
    return c == 's' ? texts : c == 'i' ? Type::integer() : c == 'b' ? Type::boolean() : Type::floating();
  };
  for (size_t k = 0; k < arguments.size(); ++k) {
    const Value& v = arguments[k];
    if (r.signature[k] == 'l' || r.signature[k] == 't') {
      ids.push_back(v.id);
      continue;
    }
    Type t = type_of_letter(r.signature[k]);
    bool fits = t.is(TypeKind::Str) ? has_type(v, t) : is_number(v) || v.kind == Kind::Pair;
    if (!fits) fail("unsupported-operand", {std::string(r.name.substr(4)), describe(v)});
    ids.push_back(t.is(TypeKind::Str) ? materialise(v) : as_type(v, t));
  }
  if (r.results == 0) {
    b_.op(code, ids, {});
    return none();
  }
  Type t = type_of_letter(r.signature.back());
  return runtime(t, b_.make(code, ids, t));
}

Value Frame::text_compare(const std::string& op, const Value& x, const Value& y) {
  if (known_text(x) && known_text(y)) {  // UTF-8 keeps the order of code points
    int order = known_text(x)->compare(*known_text(y));
    return boolean(op == "=="   ? order == 0
                   : op == "!=" ? order != 0
                   : op == "<"  ? order < 0
                   : op == "<=" ? order <= 0
                   : op == ">"  ? order > 0
                                : order >= 0);
  }
  if (op == "==" || op == "!=") {
    Value same = text_op("str.equal"_op, {x, y});
    return op == "==" ? same : negation(same);
  }
  return compare(op, text_op("str.compare"_op, {x, y}), integer(0));
}

Value Frame::text_length(const Value& s) {
  if (const std::string* known = is_bytes(s) ? known_bytes(s) : known_text(s))
    return integer(std::count_if(known->begin(), known->end(), [](char c) { return (uint8_t(c) & 0xc0) != 0x80; }));
  return text_op("str.length"_op, {s});
}

Value Frame::text_item(const Value& s, const Value& index) {
  Value n = text_length(s);
  if (index.kind == Kind::Slice) {
    std::vector<ValueId> parts;
    slice_operands(index, materialise(n), parts);
    Values arguments{s};
    for (ValueId id : parts) arguments.push_back(runtime(Type::integer(), id));
    return text_op("str.slice"_op, arguments);
  }
  bool bytes = is_bytes(s);
  Value i = zero_rank_loaded(index);
  if (i.kind == Kind::Pair) i = i.parts[0];
  if (!is_number(i) || !(ir::is_integer(type_of(i).dtype()) || i.type.is(TypeKind::Bool)))
    fail("bad-index", {"an index of type " + describe(index), bytes ? "bytes" : "a str"});
  ValueId at = make("check.index"_op, {as_type(i, Type::integer()), materialise(n)}, Type::integer(),
                    {{"message", std::string(bytes ? "index out of range" : "string index out of range")}});
  return text_op(bytes ? "str.at"_op : "str.char"_op, {s, runtime(Type::integer(), at)});
}

Value Frame::text_binary(const std::string& op, const Value& x, const Value& y) {
  if (op == "+" && is_text(x) && is_text(y)) {
    if (known_text(x) && known_text(y)) return text(*known_text(x) + *known_text(y));
    return text_op("str.concat"_op, {x, y});
  }
  if (op == "*") {
    const Value &s = is_text(x) ? x : y, &n = is_text(x) ? y : x;
    if (is_number(n) && (type_of(n).is(TypeKind::Int) || n.type.is(TypeKind::Bool))) return text_op("str.repeat"_op, {s, n});
  }
  if (op == "%" && known_text(x)) return percent_format(*known_text(x), y);
  wrong_operands(op, x, y);
}

// ---- text of values ----
Value Frame::joined(const Values& pieces) {
  Value all = text("");
  if (std::ranges::any_of(pieces, [](const Value& p) { return p.kind == Kind::Never; })) return Value{};  // not known yet
  for (const Value& p : pieces) all = known_text(all) && known_text(all)->empty() ? p : text_binary("+", all, p);
  return all;
}

static bool shows_as_python(Type t) { return ir::is_integer(t.dtype()) || t.dtype() == DType::F64 || t.dtype() == DType::Bool; }

static bool is_python_class(const std::string& name) {
  static const std::set<std::string> all = {"builtins.int",   "builtins.float",    "builtins.complex", "builtins.bool",
                                            "builtins.str",   "builtins.bytes",    "builtins.list",    "builtins.dict",
                                            "builtins.set",   "builtins.tuple",    "builtins.range",   "builtins.frozenset",
                                            "builtins.slice", "builtins.bytearray"};
  return all.contains(name);
}

// str(v), or repr(v).
Value Frame::as_text(const Value& given, bool repr) {
  if (is_union(given)) return by_arms(given, [&](const Value& arm) { return as_text(arm, repr); });
  if (std::optional<Value> shown = special(given, "__repr__", {})) return *shown;
  if (is_object(given)) return object_text(given, repr);
  if (const std::string* name = builtin_name(given); name && is_python_class(*name))
    return text("<class '" + name->substr(name->find('.') + 1) + "'>");
  if (Enums::class_of(*this, given)) return Enums::text(*this, given, repr);
  if (Class* c = Named::class_of(*this, given)) {
    for (const char* name : {"__str__", "__repr__"})
      if ((!repr || name == std::string("__repr__")) && has_special(given, name)) return *call_special(given, name, {});
    return c->info->fields.size() == given.parts.size() ? Named::text(*this, given) : text("");
  }
  const bool is_dtype = given.kind == Kind::Entity && std::holds_alternative<ir::DTypeEntity>(*given.entity);
  Value v = is_dtype ? given : zero_rank_loaded(given);
  if (is_list_like(v)) {
    const ir::PyForm* form = session_.world.library("str._of_list");
    AIC_CHECK(form);
    return call_function(*form, Value{}, {{real(v, "text")}, {}});
  }
  if (is_long_tuple(v)) return call_function(*session_.world.library("str._of_tuple"), Value{}, {{v}, {}});
  if (is_table(v)) {
    const ir::PyForm* form = session_.world.library(v.type.flavour() == "dict" ? "str._of_dict" : "str._of_set");
    AIC_CHECK(form);
    return call_function(*form, Value{}, {{v}, {}});
  }
  if (is_text(v)) return repr ? text_op("str.changed"_op, {v, integer(6)}) : v;
  if (is_bytes(v)) return *prim_bytes("bytes_repr", {{v}, {}});
  if (is_bytearray(v)) return call_bytearray("_text", {{v}, {}});
  if (v.kind == Kind::Entity)
    if (auto* d = std::get_if<ir::DTypeEntity>(v.entity.get())) {
      std::string name(ir::numpy_name(d->dtype));
      return text(!d->instance ? "<class 'numpy." + name + "'>" : repr ? "dtype('" + name + "')" : name);
    }
  if (v.kind == Kind::Exception) return Caught::text(*this, v, repr);
  if (is_none(v)) return text("None");
  if (v.kind == Kind::Ellipsis) return text("Ellipsis");
  if (v.kind == Kind::Tuple) {
    Values pieces{text("(")};
    for (size_t k = 0; k < v.parts.size(); ++k) {
      if (k) pieces.push_back(text(", "));
      pieces.push_back(as_text(v.parts[k], true));
    }
    pieces.push_back(text(v.parts.size() == 1 ? ",)" : ")"));
    return joined(pieces);
  }
  if (is_table_view(v)) {
    const std::string name = std::string(v.parts.size() > 1 ? "odict_" : "dict_") + v.text;
    Value view = v;
    view.parts.resize(1);
    return joined({text(name + "("), as_text(list_from(view), true), text(")")});
  }
  if (v.kind == Kind::Slice) return joined({text("slice"), as_text(tuple(v.parts), true)});
  if (v.kind == Kind::Range) {
    Values pieces{text("range("), as_text(v.parts[0], true), text(", "), as_text(v.parts[1], true)};
    Value plain = joined({joined(pieces), text(")")});
    if (known_int(v.parts[2]) == 1) return plain;
    Value stepped = joined({joined(pieces), text(", "), as_text(v.parts[2], true), text(")")});
    if (known_int(v.parts[2])) return stepped;
    return choose(test("equal"_op, materialise(v.parts[2]), ints(1)), [&] { return plain; }, [&] { return stepped; });
  }
  auto of_numpy = [&](const char* function) {
    const ir::PyForm* form = session_.world.library(std::string("numpy.text.") + function);
    AIC_CHECK(form);
    return call_function(*form, Value{}, {{v}, {}});
  };
  if (is_array(v)) return of_numpy(repr ? "_repr" : "_str");
  if (!is_number(v)) fail("unsupported", {"text of " + describe(v)});
  bool numpy = v.type.is(TypeKind::Scalar);
  DType d = v.type.dtype();
  bool narrow = numpy && ir::is_float(d) && d != DType::F64;
  if (d == DType::BF16) fail("unsupported", {"text of " + describe(v)}, "write float(x)");
  if (numpy && !narrow && !shows_as_python(v.type)) fail("unsupported", {"text of " + describe(v)});
  Value plain;
  if (d == DType::Bool) {
    plain = known_bool(v) ? text(*known_bool(v) ? "True" : "False")
                          : choose(as_type(v, Type::boolean()), [] { return text("True"); }, [] { return text("False"); });
  } else if (d == DType::U64 || narrow) {
    plain = of_numpy(narrow ? "_of_narrow" : "_of_uint64");
  } else if (ir::is_complex(d)) {
    ValueId z = as_type(v, Type::complex());
    plain = text_op("str.of_complex"_op, {runtime(Type::floating(), make("real"_op, {z}, Type::floating())),
                                          runtime(Type::floating(), make("imag"_op, {z}, Type::floating()))});
  } else if (ir::is_float(d)) {
    plain = text_op("str.of_float"_op, {v});
  } else {
    plain = known_int(v) ? text(std::to_string(*known_int(v))) : text_op("str.of_int"_op, {v});
  }
  if (!numpy || !repr) return plain;
  if (d == DType::Bool) return joined({text("np."), plain, text("_")});
  return joined({text("np." + std::string(ir::numpy_name(d)) + "("), plain, text(")")});
}

// format(v, spec); the empty specification is str(v).
Value Frame::formatted(const Value& given, const Value& spec) {
  const bool plain = known_text(spec) && known_text(spec)->empty();
  if (given.kind == Kind::Member && Enums::shows_value(*this, given, "__format__"))  // int's own
    return plain ? Enums::text(*this, given, false) : formatted(Enums::value(*this, given), spec);
  if (is_object(given) || has_special(given, "__format__"))
    if (std::optional<Value> v = call_special(given, "__format__", {spec})) return *v;
  if (given.kind == Kind::Member) return formatted(Enums::text(*this, given, false), spec);
  // NumPy formats a float32 or float16 as the float that it is.
  auto is_narrow = [](const Value& v) {
    return is_number(v) && v.type.is(TypeKind::Scalar) && ir::is_float(v.type.dtype()) && v.type.dtype() != DType::F64;
  };
  if (plain) return as_text(is_narrow(given) ? to_float(given) : given, false);
  if (is_union(given)) return by_arms(given, [&](const Value& arm) { return formatted(arm, spec); });
  Value v = zero_rank_loaded(given);
  if (is_narrow(v)) v = to_float(v);
  int kind = 2;
  if (is_array(v)) {
    raise("TypeError", "unsupported format string passed to numpy.ndarray.__format__");
    return Value{};
  }
  if (is_number(v)) {
    if (ir::is_complex(v.type.dtype()) && !v.type.is(TypeKind::Scalar))
      return call_function(*session_.world.library("complex._formatted"), Value{}, {{v, spec}, {}});
    if (ir::is_complex(v.type.dtype()) ||
        (v.type.is(TypeKind::Scalar) && (!shows_as_python(v.type) || v.type.dtype() == DType::Bool)))
      fail("unsupported", {"a format specification for " + describe(v)});
    kind = ir::is_float(v.type.dtype()) ? 1 : 0;
  } else if (!is_text(v)) {
    fail("unsupported", {"a format specification for " + describe(v)});
  }
  constexpr const char* names[] = {"int", "float", "str"};
  std::string message = "Invalid format specifier";
  if (const std::string* s = known_text(spec); s && isalpha(uint8_t(s->back())))
    message = "Unknown format code '" + s->substr(s->size() - 1) + "' for object of type '" + names[kind] + "'";
  check(text_op("str.spec_fits"_op, {spec, integer(kind)}).id, "ValueError", message);
  if (kind == 2) return text_op("str.format_str"_op, {v, spec});
  return text_op(kind == 1 ? "str.format_float"_op : "str.format_int"_op, {v, spec});
}

Value Frame::converted(const Value& v, const std::string& conversion) {
  if (conversion.empty()) return v;
  if (conversion == "s" || conversion == "r") return as_text(v, conversion == "r");
  if (is_text(v)) return text_op("str.changed"_op, {v, integer(7)});
  if (!is_number(v) && !is_none(v)) fail("unsupported", {"ascii of " + describe(v)});
  return as_text(v, true);
}

// An f-string.
Value Frame::format(OpId op) {
  const std::vector<std::string> none_given;
  auto list = [&](const char* name) -> const std::vector<std::string>& {
    const ir::Attr* a = py_.find_attr(op, name);
    return a && std::holds_alternative<std::vector<std::string>>(*a) ? std::get<std::vector<std::string>>(*a) : none_given;
  };
  const std::vector<std::string>&texts = list("parts"), &conversions = list("conversions"), &specs = list("specs");
  std::vector<int64_t> dynamic = py_.list_attr(op, "dynamic");
  AIC_CHECK(!texts.empty());
  Values pieces;
  for (size_t k = 0; k < texts.size(); ++k) {
    if (!texts[k].empty()) pieces.push_back(text(texts[k]));
    if (k + 1 == texts.size()) break;
    auto at = std::find(dynamic.begin(), dynamic.end(), int64_t(k));
    Value spec = at == dynamic.end() ? text(k < specs.size() ? specs[k] : "")
                                     : operand(op, texts.size() - 1 + size_t(at - dynamic.begin()));
    pieces.push_back(formatted(converted(operand(op, k), k < conversions.size() ? conversions[k] : ""), spec));
  }
  return joined(pieces);
}

Value Frame::code_point(const Value& given) {
  Value v = to_int(given);
  Value fits = runtime(Type::boolean(), both(test("greater_equal"_op, materialise(v), ints(0)),
                                             test("less"_op, materialise(v), ints(0x110000))));
  check(fits.id, "ValueError", "chr() arg not in range(0x110000)");
  return v;
}

Value Frame::print(const Arguments& a) {
  Value separator = text(" "), end = text("\n");
  for (auto& [name, v] : a.keywords) {
    if (name == "flush" || is_none(v)) continue;
    if ((name != "sep" && name != "end") || !is_text(v)) fail("unsupported", {"the keyword `" + name + "` of print"});
    (name == "sep" ? separator : end) = v;
  }
  Values pieces;
  for (size_t k = 0; k < a.positional.size(); ++k) {
    if (k) pieces.push_back(separator);
    pieces.push_back(as_text(a.positional[k], false));
  }
  pieces.push_back(end);
  text_op("str.write"_op, {joined(pieces), integer(1)});
  return none();
}

std::optional<Value> Frame::builtin_text(const std::string& name, const Arguments& a) {
  const Values& p = a.positional;
  auto counts = [&](size_t least, size_t most) {
    if (p.size() < least || p.size() > most)
      fail("call-arguments", {name + "() takes " + std::to_string(most) + " argument" + (most == 1 ? "" : "s") + " but " +
                              std::to_string(p.size()) + " were given"});
  };
  if (name == "print") return print(a);
  if (!a.keywords.empty()) return {};
  if (name == "str" || name == "repr" || name == "ascii") {
    counts(name == "str" ? 0 : 1, 1);
    return p.empty() ? text("") : converted(p[0], name.substr(0, 1));
  }
  if (name == "format") {
    counts(1, 2);
    return formatted(p[0], p.size() > 1 ? p[1] : text(""));
  }
  if (name == "chr") {
    counts(1, 1);
    return text_op("str.of_code"_op, {code_point(p[0])});
  }
  if (name == "ord") {
    counts(1, 1);
    if (!is_text(p[0]) && !is_bytes(p[0])) fail("unsupported-operand", {"ord", describe(p[0])});
    Value n = text_length(p[0]);
    Value one = compare("==", n, integer(1));
    if (known_bool(one) != true)
      check(materialise(one), "TypeError", "ord() expected a character, but string of length {0} found", {materialise(n)});
    return text_op("str.at"_op, {p[0], integer(0)});
  }
  if (name == "bin" || name == "oct" || name == "hex") {
    counts(1, 1);
    if (!is_number(p[0]) || ir::is_float(p[0].type.dtype()) || ir::is_complex(p[0].type.dtype()))
      fail("unsupported-operand", {name, describe(p[0])});
    return text_op("str.format_int"_op, {to_int(p[0]), text(name == "bin" ? "#b" : name == "oct" ? "#o" : "#x")});
  }
  return {};
}

// int(s, base) and float(s).
Value Frame::int_of_text(const Value& given, const Value& base) {
  Value s = relabelled(given, Type::str());
  ValueId code = materialise(text_op("str.int_status"_op, {s, base}));
  choose(
      test("not_equal"_op, code, ints(1)), [] { return none(); },
      [&] {
        Value message =
            joined({text("invalid literal for int() with base "), as_text(base, true), text(": "), as_text(given, true)});
        raise("ValueError", "{0}", {materialise(message)});
        return Value{};
      });
  check(test("equal"_op, code, ints(0)), "OverflowError", "an int beyond 64 bits");
  return text_op("str.to_int"_op, {s, base});
}
Value Frame::float_of_text(const Value& given) {
  Value s = relabelled(given, Type::str());
  choose(
      text_op("str.is_float"_op, {s}).id, [] { return none(); },
      [&] {
        raise("ValueError", "{0}", {materialise(joined({text("could not convert string to float: "), as_text(given, true)}))});
        return Value{};
      });
  return text_op("str.to_float"_op, {s});
}

}  // namespace aic::typeinfer
