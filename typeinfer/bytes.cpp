// Bytes: immutable ones are strings whose characters are all below 256, of the type bytes'str; so the ops of strings are
// theirs, and Latin-1 costs nothing (docs/bytes.md). A bytearray is a list of one-byte elements, bytearray'list<u8>, which
// are Python's ints as soon as they are read. What both do apart from that is written in Python (lib/bytes.py, bytearray.py).
#include <algorithm>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

Value Frame::relabelled(const Value& v, Type t) {
  if (v.type == t) return v;
  ValueId s = materialise(v), n = materialise(text_length(v));
  return runtime(t, b_.make("str.slice"_op, std::array{s, ints(0), n, ints(1)}, t));
}

// A function of python/aic/lib/bytes.py.
Value Frame::call_bytes(const std::string& name, Arguments a) {
  const ir::PyForm* form = session_.world.library("bytes." + name);
  if (!form) fail("unknown-attribute", {"bytes", name});
  for (size_t k = 0; k < a.positional.size(); ++k) a.positional[k] = real(a.positional[k], "argument" + std::to_string(k));
  return call_function(*form, Value{}, std::move(a));
}

bool is_bytearray(const Value& v) { return v.kind == Kind::Runtime && v.type.is_list() && v.type.flavour() == "bytearray"; }

Value Frame::call_bytearray(const std::string& name, Arguments a) {
  const ir::PyForm* form = session_.world.library("bytearray." + name);
  if (!form) fail("unknown-attribute", {"bytearray", name});
  for (size_t k = 0; k < a.positional.size(); ++k) a.positional[k] = real(a.positional[k], "argument" + std::to_string(k));
  return call_function(*form, Value{}, std::move(a));
}

Value Frame::get_byte(const Value& x, const Value& index) {
  if (index.kind == Kind::Slice) return call_bytearray("_slice", {{x, index.parts[0], index.parts[1], index.parts[2]}, {}});
  return take(x, list_index(x, index, "bytearray index out of range"));
}

void Frame::set_byte(const Value& x, const Value& index, const Value& value) {
  if (index.kind == Kind::Slice) {
    call_bytearray("_assign_slice", {{x, index.parts[0], index.parts[1], index.parts[2], value}, {}});
    return;
  }
  ValueId at = list_index(x, index, "bytearray index out of range");
  Value byte = call_bytearray("_byte", {{value}, {}});
  if (byte.kind != Kind::Never) put(x, at, byte, false);
}

std::optional<Value> Frame::bytes_binary(const std::string& op, const Value& x, const Value& y, bool in_place) {
  if (op == "+" && is_bytes(x) && is_bytes(y)) {
    if (known_bytes(x) && known_bytes(y)) return bytes_literal(*known_bytes(x) + *known_bytes(y));
    return text_op("str.concat"_op, {x, y});
  }
  auto whole = [&](const Value& v) { return is_number(v) && (v.type.is(TypeKind::Bool) || ir::is_integer(v.type.dtype())); };
  if (op == "+" && is_bytearray(x) && in_place) return call_bytearray("_iadd", {{x, y}, {}});
  if (op == "+" && is_bytes(x) && is_bytearray(y)) return call_bytes("_concatenated", {{x, y}, {}});
  if (op == "+" && is_bytearray(x) && (is_bytes(y) || is_bytearray(y))) return call_bytearray("_concatenated", {{x, y}, {}});
  if (op == "*" && is_bytearray(x) && whole(y)) return call_bytearray(in_place ? "_imul" : "_repeated", {{x, to_int(y)}, {}});
  if (op == "*" && is_bytearray(y) && whole(x)) return call_bytearray("_repeated", {{y, to_int(x)}, {}});
  if (op == "*" && is_bytes(x) && whole(y)) return text_op("str.repeat"_op, {x, to_int(y)});
  if (op == "*" && is_bytes(y) && whole(x)) return text_op("str.repeat"_op, {y, to_int(x)});
  if (op == "%" && (is_bytes(x) || is_bytearray(x))) fail("unsupported", {"`%` of bytes"});
  return {};
}

std::optional<Value> Frame::bytes_compare(const std::string& op, const Value& x, const Value& y) {
  if ((is_bytearray(x) && (is_bytes(y) || is_bytearray(y))) || (is_bytes(x) && is_bytearray(y))) {
    auto contents = [&](const Value& v) { return is_bytes(v) ? v : call_bytearray("_bytes", {{v}, {}}); };
    Value a = contents(x);
    return bytes_compare(op, a, contents(y));
  }
  if (!is_bytes(x) || !is_bytes(y)) return {};
  if (op == "==" || op == "!=") {
    Value same =
        known_bytes(x) && known_bytes(y) ? boolean(*known_bytes(x) == *known_bytes(y)) : text_op("str.equal"_op, {x, y});
    return op == "==" ? same : negation(same);
  }
  return compare(op, text_op("str.compare"_op, {x, y}), integer(0));
}

// ---- primitives of the library ----
static std::string codec_name(std::string s) {
  for (char& c : s) c = c == '_' || c == ' ' ? '-' : char(tolower(uint8_t(c)));
  return s;
}

std::optional<Value> Frame::prim_bytes(const std::string& name, const Arguments& a) {
  const Values& p = a.positional;
  if (name == "latin_text") return relabelled(p.at(0), Type::str());
  if (name == "latin_bytes") return relabelled(p.at(0), Type::bytes());
  auto made = [&](OpCode code, Type t, const Value& v, int64_t how) {
    return runtime(t, make(code, {materialise(v), ints(how)}, t));
  };
  if (name == "utf8_text") return made("str.recoded"_op, Type::str(), p.at(0), 0);
  if (name == "utf8_bytes") return made("str.recoded"_op, Type::bytes(), p.at(0), 1);
  if (name == "bytes_repr") return made("str.changed"_op, Type::str(), p.at(0), 9);
  if (name == "one_byte") {  // of an int in range
    ValueId i = as_type(p.at(0), Type::integer());
    return runtime(Type::bytes(), make("str.of_code"_op, {i}, Type::bytes()));
  }
  // Asked of the host, which is asked about characters beyond ASCII alone.
  if (name == "prints_plainly") return text_op("str.is"_op, {text("\u00e9"), integer(32)});
  if (name == "bytearray_new") {  // so many bytes, to be filled
    std::shared_ptr<ListSite> site = site_here("bytearray");
    set_flavour(site, "bytearray");
    Value l = list_of(site, {});
    bool before = instance_.grown;
    grow(l, runtime(Type::scalar(DType::U8), {}));
    instance_.grown = before;
    l.type = type_of(l);
    ValueId n = as_type(p.at(0), Type::integer());
    l.id = make("list.new"_op, {n}, l.type);
    b_.op("list.resize"_op, {l.id, n}, {});
    return l;
  }
  if (name == "codec" || name == "error_policy") {
    static const std::pair<std::string_view, int> codecs[] = {
        {"utf-8", 0},   {"utf8", 0},   {"u8", 0},         {"ascii", 1},     {"us-ascii", 1},
        {"latin-1", 2}, {"latin1", 2}, {"iso-8859-1", 2}, {"iso8859-1", 2}, {"l1", 2}};
    static const std::pair<std::string_view, int> policies[] = {{"strict", 0}, {"ignore", 1}, {"replace", 2}};
    const std::string* said = known_text(p.at(0));
    if (!said) {
      if (p[0].parameter >= 0) throw NeedsLiteral{&instance_, p[0].parameter};
      fail("needs-literal", {name == "codec" ? "an encoding" : "what to do about errors", describe(p[0])});
    }
    for (auto [known, number] :
         name == "codec" ? std::span(codecs) : std::span<const std::pair<std::string_view, int>>(policies))
      if (codec_name(*said) == known) return integer(number);
    fail("unsupported", {(name == "codec" ? "the encoding `" : "the error handling `") + *said + "`"});
  }
  return {};
}

}  // namespace aic::typeinfer
