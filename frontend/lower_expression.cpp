// Expressions, in Python's order of evaluation.
#include <optional>

#include "frontend/lower.h"

namespace aic::frontend {

namespace {

// Bytes as text, one character up to U+00FF each: the IR's text is UTF-8.
std::string latin_text(const std::string& bytes) {
  std::string out;
  for (char c : bytes) {
    if (uint8_t(c) >= 0x80) out += char(0xc0 | uint8_t(c) >> 6), c = char(0x80 | (c & 63));
    out += c;
  }
  return out;
}

}  // namespace

ValueId Lowering::expression(const Node& n) {
  switch (n.kind) {
    case Kind::Constant: return constant(n);
    case Kind::Name: return read(n);
    case Kind::BinOp: {
      if (ValueId wide = beyond_64_bits(n)) return wide;
      ValueId x = expression(n.at(Field::left));
      ValueId y = expression(n.at(Field::right));
      return make(n, "py.binary"_op, {x, y}, {{"op", n.text}});
    }
    case Kind::UnaryOp: return unary(n);
    case Kind::BoolOp: return boolean_operator(n);
    case Kind::Compare: return comparison(n, false);
    case Kind::IfExp: return conditional_expression(n);
    case Kind::NamedExpr: return walrus(n);
    case Kind::Call: return call(n);
    case Kind::Attribute: {
      ValueId x = expression(n.at(Field::value));
      return make(n, "py.attribute"_op, {x}, {{"name", n.text}});
    }
    case Kind::Subscript: {
      ValueId x = expression(n.at(Field::value));
      ValueId index = expression(n.at(Field::slice));
      return make(n, "py.getitem"_op, {x, index});
    }
    case Kind::Slice: {
      ValueId start = expression_or_none(n.child(Field::lower), n);
      ValueId stop = expression_or_none(n.child(Field::upper), n);
      ValueId step = expression_or_none(n.child(Field::step), n);
      return make(n, "py.slice"_op, {start, stop, step});
    }
    case Kind::Yield: {
      const Node* value = n.child(Field::value);
      ValueId x = value ? expression(*value) : none(n);
      return make(n, "py.yield"_op, {x});
    }
    case Kind::YieldFrom: {  // what the generator returns is asked of it under a name that no attribute has
      if (!n.at(Field::value).is(Kind::Call))
        unit_.refuse(
            n, "yield",
            {"the value of `yield from` is known only where a call follows it: another generator may have ended before"});
      ValueId from = expression(n.at(Field::value));
      each(n, from, {}, nullptr,
           [&](ValueId x) { static_cast<void>(make(n, "py.yield"_op, {x}, {{"delegated", int64_t(1)}})); });
      return make(n, "py.attribute"_op, {from}, {{"name", "yield from"}});
    }
    case Kind::Tuple:
    case Kind::List:
    case Kind::Set:
    case Kind::Dict: return display(n);
    case Kind::FunctionDef:
    case Kind::Lambda: return function_value(n, n);
    case Kind::JoinedStr: return formatted(n);
    case Kind::ListComp:
    case Kind::SetComp:
    case Kind::DictComp: return comprehension(n);
    case Kind::GeneratorExp: unit_.refuse(n, "generator-expression");
    case Kind::Starred: unit_.refuse(n, "unsupported-syntax", {"starred expression"});
    default: unit_.refuse(n, "unsupported-syntax", {n.is(Kind::Unknown) ? n.text : std::string(name(n.kind))});
  }
}

ValueId Lowering::expression_or_none(const Node* n, const Node& at) { return n ? expression(*n) : none(at); }

ValueId Lowering::condition(const Node& n) {
  if (n.is(Kind::BoolOp)) return boolean_condition(n);
  if (n.is(Kind::UnaryOp) && n.text == "not") return make(n, "py.not"_op, {condition(n.at(Field::operand))});
  if (n.is(Kind::Compare)) return comparison(n, true);
  if (n.is(Kind::Constant) && n.constant.kind == Constant::Kind::Bool) return constant(n);
  return make(n, "py.truth"_op, {expression(n)});
}

ValueId Lowering::constant(const Node& n) {
  const Constant& c = n.constant;
  auto literal = [&](const char* kind, ir::Attr value) {
    return make(n, "py.const"_op, {}, {{"value", std::move(value)}, {"kind", kind}});
  };
  switch (c.kind) {
    case Constant::Kind::None: return none(n);
    case Constant::Kind::Bool: return boolean(n, c.integer != 0);
    case Constant::Kind::Int: return literal("int", c.integer);
    case Constant::Kind::BigInt:
      if (c.text.size() > 18 || c.text[0] == '-') unit_.refuse(n, "big-integer");
      return literal("wide", int64_t(std::stoull(c.text, nullptr, 16)));
    case Constant::Kind::Float: return literal("float", c.real);
    case Constant::Kind::Complex: return literal("complex", c.real);
    case Constant::Kind::Str: return literal("str", c.text);
    case Constant::Kind::Bytes: return literal("bytes", latin_text(c.text));
    case Constant::Kind::Ellipsis: return make(n, "py.const"_op, {}, {{"kind", "ellipsis"}});
    case Constant::Kind::Absent: break;
  }
  AIC_CHECK(false, "a constant without a value");
  return {};
}

// ---- expressions of literals that pass 2**63: `(1 << 64) - 1` ----
namespace {

struct Whole {
  __int128 value = 0;
  bool beyond = false;  // it, or a part of it, does not fit in 64 bits
};

std::optional<__int128> computed(std::string_view op, __int128 x, __int128 y) {
  __int128 r = 0;
  if (op == "+") return __builtin_add_overflow(x, y, &r) ? std::nullopt : std::optional(r);
  if (op == "-") return __builtin_sub_overflow(x, y, &r) ? std::nullopt : std::optional(r);
  if (op == "*") return __builtin_mul_overflow(x, y, &r) ? std::nullopt : std::optional(r);
  if (op == "|") return x | y;
  if (op == "&") return x & y;
  if (op == "^") return x ^ y;
  if (y < 0 || y > 100 || x < 0) return {};
  if (op == ">>") return x >> y;
  if (op != "<<" && op != "**") return {};
  for (r = op == "<<" ? x : 1; y > 0; --y)
    if (__builtin_mul_overflow(r, op == "<<" ? __int128(2) : x, &r)) return {};
  return r;
}

std::optional<Whole> whole(const Node& n, int depth) {
  constexpr __int128 least = INT64_MIN, greatest = INT64_MAX;
  const Constant& c = n.constant;
  if (n.is(Kind::Constant) && c.kind == Constant::Kind::Int) return Whole{c.integer};
  if (n.is(Kind::Constant) && c.kind == Constant::Kind::BigInt && c.text.size() <= 18 && c.text[0] != '-')
    return Whole{__int128(std::stoull(c.text, nullptr, 16)), true};
  if (!n.is(Kind::BinOp) || depth == 0) return {};
  std::optional<Whole> y = whole(n.at(Field::right), depth - 1), x = y ? whole(n.at(Field::left), depth - 1) : y;
  if (!x) return {};
  std::optional<__int128> r = computed(n.text, x->value, y->value);
  if (!r) return {};
  return Whole{*r, x->beyond || y->beyond || *r < least || *r > greatest};
}

}  // namespace

// Nothing where all of it fits: that is left to inference.
ValueId Lowering::beyond_64_bits(const Node& n) {
  std::optional<Whole> w = whole(n, 4);
  if (!w || !w->beyond || w->value < INT64_MIN || w->value > __int128(UINT64_MAX)) return {};
  const char* kind = w->value > INT64_MAX ? "wide" : "int";
  return make(n, "py.const"_op, {}, {{"value", int64_t(uint64_t(w->value))}, {"kind", kind}});
}

ValueId Lowering::unary(const Node& n) {
  const Node& operand = n.at(Field::operand);
  if (n.text == "not") return make(n, "py.not"_op, {condition(operand)});
  const Constant& c = operand.constant;
  if (n.text == "-" && operand.is(Kind::Constant)) {  // a negative literal
    auto literal = [&](const char* kind, ir::Attr value) {
      return make(n, "py.const"_op, {}, {{"value", std::move(value)}, {"kind", kind}});
    };
    if (c.kind == Constant::Kind::Int) return literal("int", -c.integer);
    if (c.kind == Constant::Kind::Float) return literal("float", -c.real);
    if (c.kind == Constant::Kind::BigInt && c.text == "0x8000000000000000") return literal("int", INT64_MIN);
  }
  return make(n, "py.unary"_op, {expression(operand)}, {{"op", n.text}});
}

// f(positional…, *starred, name=value, **mapping): {starred} and the keyword "**" tell them apart.
ValueId Lowering::call(const Node& n) {
  if (asks_a_generator(n)) return asked_generator(n);
  const Node& callee = n.at(Field::func);
  Variable* fixed = callee.is(Kind::Name) ? unit_.scopes.variable(callee) : nullptr;
  bool late = fixed && fixed->fixed;  // it sees what its arguments bind
  std::vector<ValueId> operands{late ? ValueId() : expression(callee)};
  std::vector<int64_t> starred;
  std::vector<std::string> keywords;
  for (const Node* a : n.list(Field::args)) {
    if (a->is(Kind::Starred)) starred.push_back(int64_t(operands.size() - 1));
    const Node& value = a->is(Kind::Starred) ? a->at(Field::value) : *a;
    operands.push_back(value.is(Kind::GeneratorExp) ? comprehension(value) : expression(value));
  }
  for (const Node* k : n.list(Field::keywords)) {
    keywords.push_back(k->text.empty() ? "**" : k->text);
    operands.push_back(expression(k->at(Field::value)));
  }
  if (late) operands[0] = expression(callee);
  std::vector<ir::NamedAttr> attrs;
  if (!starred.empty()) attrs.push_back({"starred", std::move(starred)});
  if (!keywords.empty()) attrs.push_back({"keywords", std::move(keywords)});
  if (in_rounds_) attrs.push_back({"in_generator", int64_t(1)});
  return make(n, "py.call"_op, operands, std::move(attrs));
}

// (…), […], {…}: {starred} lists the operands that are spread; a dict's spread mapping stands without a key.
ValueId Lowering::display(const Node& n) {
  std::vector<ValueId> operands;
  std::vector<int64_t> starred;
  Nodes keys = n.list(Field::keys), values = n.list(n.is(Kind::Dict) ? Field::values : Field::elts);
  for (size_t k = 0; k < values.size(); ++k) {
    const Node& v = *values[k];
    bool spread = n.is(Kind::Dict) ? !keys[k] : v.is(Kind::Starred);
    if (spread) starred.push_back(int64_t(operands.size()));
    if (n.is(Kind::Dict) && keys[k]) operands.push_back(expression(*keys[k]));
    const Node& value = v.is(Kind::Starred) ? v.at(Field::value) : v;
    operands.push_back(v.is(Kind::Starred) && value.is(Kind::GeneratorExp) ? comprehension(value) : expression(value));
  }
  std::vector<ir::NamedAttr> attrs;
  if (!starred.empty()) attrs.push_back({"starred", std::move(starred)});
  ir::OpCode code = n.is(Kind::Tuple)  ? "py.tuple"_op
                    : n.is(Kind::List) ? "py.list"_op
                    : n.is(Kind::Set)  ? "py.set"_op
                                       : "py.dict"_op;
  return make(n, code, operands, std::move(attrs));
}

}  // namespace aic::frontend
