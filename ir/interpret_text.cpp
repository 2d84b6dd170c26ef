// Calls and values as text: `f(3, [1.0, 2.0])` in, Python's way of showing values out.
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "ir/interpret.h"
#include "ir/interpret_internal.h"

namespace aic::ir {

namespace {

class CallReader {
 public:
  CallReader(const Module& m, std::string_view text) : module_(m), rest_(text) {}
  CallText run() {
    std::string name(rest_.substr(0, rest_.find('(')));
    while (!name.empty() && name.back() == ' ') name.pop_back();
    const Function* f = module_.find(name);
    if (!f) f = module_.find(name + ".0");  // the first instance
    if (!f) throw Error("no function @" + name);
    rest_.remove_prefix(std::min(rest_.find('('), rest_.size()));
    CallText call{f->name(), {}};
    expect("(");
    for (size_t k = 0; k < f->parameters().size(); ++k) {
      if (k) expect(",");
      call.arguments.push_back(value(f->type(f->parameters()[k])));
    }
    expect(")");
    skip();
    if (!rest_.empty()) fail("the end");
    return call;
  }

 private:
  [[noreturn]] void fail(const std::string& what) {
    throw Error("expected " + what + ", found `" + std::string(rest_.substr(0, 24)) + "`");
  }
  void skip() {
    while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
  }
  bool eat(std::string_view s) {
    skip();
    if (!rest_.starts_with(s)) return false;
    rest_.remove_prefix(s.size());
    return true;
  }
  void expect(std::string_view s) {
    if (!eat(s)) fail("`" + std::string(s) + "`");
  }
  double real() {
    skip();
    std::string copy(rest_.substr(0, 64));
    char* end = nullptr;
    double v = std::strtod(copy.c_str(), &end);
    if (end == copy.c_str()) fail("a number");
    rest_.remove_prefix(size_t(end - copy.c_str()));
    return v;
  }
  Scalar number(DType d) {
    if (eat("True")) return convert(Scalar::integer(1), d);
    if (eat("False")) return convert(Scalar::integer(0), d);
    skip();
    if (is_integer(d) || d == DType::Bool) {
      uint64_t magnitude = 0;
      bool minus = eat("-");
      auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), magnitude);
      if (error != std::errc()) fail("an integer");
      rest_.remove_prefix(size_t(end - rest_.data()));
      return Scalar::integer(int64_t(minus ? 0 - magnitude : magnitude), d);
    }
    double re = real(), im = 0;
    if (eat("j"))
      im = re, re = 0;
    else if (is_complex(d) && (rest_.starts_with("+") || rest_.starts_with("-")))
      im = real(), expect("j");
    return is_complex(d) ? Scalar::complex(re, im, d) : Scalar::floating(re, d);
  }
  // Nested lists, first as (shape, numbers), then as an array of the type's layout.
  void list(size_t axis, Type t, std::vector<int64_t>& shape, std::vector<Scalar>& numbers) {
    if (axis == size_t(t.rank())) return numbers.push_back(number(t.dtype()));
    expect("[");
    int64_t n = 0;
    for (; !eat("]"); ++n) {
      if (n) expect(",");
      list(axis + 1, t, shape, numbers);
    }
    if (shape[axis] >= 0 && shape[axis] != n) fail("lists of one length");
    shape[axis] = n;
  }
  RuntimeValue value(Type t) {
    if (t.is(TypeKind::None)) return expect("None"), NoneValue{};
    if (t.is_number()) return number(t.dtype());
    if (t.is(TypeKind::Str)) {
      expect("'");
      std::string s(rest_.substr(0, rest_.find('\'')));
      rest_.remove_prefix(s.size());
      return expect("'"), s;
    }
    if (t.is_array()) {
      std::vector<int64_t> shape(size_t(t.rank()), -1);
      std::vector<Scalar> numbers;
      list(0, t, shape, numbers);
      for (int64_t& e : shape) e = std::max<int64_t>(e, 0);
      std::shared_ptr<ArrayValue> a = ArrayValue::make(t.dtype(), shape, t.layout());
      size_t k = 0;
      interpreter::each_index(a->shape, [&](const std::vector<int64_t>& index) { a->set(index, numbers.at(k++)); });
      return a;
    }
    if (t.is(TypeKind::Tuple)) {
      TupleValue tuple;
      expect("(");
      for (Type e : t.elements()) {
        if (!tuple.elements.empty()) expect(",");
        tuple.elements.push_back(value(e));
      }
      eat(",");
      return expect(")"), tuple;
    }
    if (t.is_list()) {
      auto l = std::make_shared<ListValue>();
      expect("[");
      while (!eat("]")) {
        if (!l->elements.empty()) expect(",");
        l->elements.push_back(value(t.element()));
      }
      return l;
    }
    if (t.is(TypeKind::Union)) return arm(t);
    throw Error("no literal of type " + t.text());
  }
  // The first arm whose type reads the literal: ints before floats.
  RuntimeValue arm(Type t) {
    for (bool integral : {true, false})
      for (size_t k = 0; k < t.elements().size(); ++k) {
        Type e = t.elements()[k];
        if (integral == (e.is_number() && (is_float(e.dtype()) || is_complex(e.dtype())))) continue;
        std::string_view saved = rest_;
        try {
          RuntimeValue v = value(e);
          skip();
          if (rest_.empty() || rest_[0] == ',' || rest_[0] == ')' || rest_[0] == ']')
            return UnionValue{int(k), std::make_shared<RuntimeValue>(std::move(v))};
          rest_ = saved;
        } catch (const Error&) {
          rest_ = saved;  // not this arm's literal: the next is tried
        }
      }
    fail("a value of type " + t.text());
  }
  const Module& module_;
  std::string_view rest_;
};

std::string float_text(double v, DType d, bool bare) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  double m = std::fabs(v);
  bool scientific = m != 0 && (m < 1e-4 || m >= 1e16);
  char buffer[400];
  auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  char* end = d == DType::F32 || d == DType::C64 ? std::to_chars(buffer, buffer + sizeof buffer, float(v), format).ptr
                                                 : std::to_chars(buffer, buffer + sizeof buffer, v, format).ptr;
  std::string s(buffer, end);
  return bare || scientific || s.find('.') != std::string::npos ? s : s + ".0";
}
std::string scalar_text(const Scalar& s) {
  if (s.dtype == DType::Bool) return s.i ? "True" : "False";
  if (s.dtype == DType::U64) return std::to_string(uint64_t(s.i));
  if (is_integer(s.dtype)) return std::to_string(s.i);
  if (is_float(s.dtype)) return float_text(s.re, s.dtype, false);
  std::string im = float_text(s.im, s.dtype, true) + "j";
  if (s.re == 0 && !std::signbit(s.re)) return im;
  return "(" + float_text(s.re, s.dtype, true) + (im[0] == '-' ? "" : "+") + im + ")";
}
std::string nested(const ArrayValue& a, std::vector<int64_t>& index) {
  if (index.size() == a.shape.size()) return scalar_text(a.get(index));
  std::string s = "[";
  for (int64_t i = 0; i < a.shape[index.size()]; ++i) {
    index.push_back(i);
    s += (i ? ", " : "") + nested(a, index);
    index.pop_back();
  }
  return s + "]";
}

struct ValueText {
  std::string operator()(const Undefined&) const { return "<undefined>"; }
  std::string operator()(const NoneValue&) const { return "None"; }
  std::string operator()(const Scalar& s) const { return scalar_text(s); }
  std::string operator()(const std::string& s) const { return s; }
  std::string operator()(const std::shared_ptr<ArrayValue>& a) const {
    std::vector<int64_t> index;
    return nested(*a, index);
  }
  std::string operator()(const TupleValue& t) const {
    std::string s = "(";
    for (size_t k = 0; k < t.elements.size(); ++k) s += (k ? ", " : "") + text(t.elements[k]);
    return s + (t.elements.size() == 1 ? ",)" : ")");
  }
  std::string operator()(const UnionValue& u) const { return text(*u.payload); }
  std::string operator()(const std::shared_ptr<ListValue>& l) const {
    std::string s = "[";
    for (size_t k = 0; k < l->elements.size(); ++k) s += (k ? ", " : "") + text(l->elements[k]);
    return s + "]";
  }
  std::string operator()(const CellValue& c) const { return text(*c.content); }
};

bool same_arrays(const ArrayValue& a, const ArrayValue& b) {
  if (a.dtype != b.dtype || a.shape != b.shape) return false;
  bool equal = true;
  interpreter::each_index(a.shape,
                          [&](const std::vector<int64_t>& index) { equal = equal && a.get(index).same(b.get(index)); });
  return equal;
}

}  // namespace

CallText read_call(const Module& m, std::string_view text) { return CallReader(m, text).run(); }

std::string text(const RuntimeValue& v) { return std::visit(ValueText{}, static_cast<const RuntimeValue::variant&>(v)); }

std::string text(const Result& r) {
  if (!r.exception.empty()) return r.exception + (r.message.empty() ? "" : ": " + r.message);
  std::string s;
  for (const RuntimeValue& v : r.values) s += (s.empty() ? "" : ", ") + text(v);
  return s;
}

bool same(const RuntimeValue& a, const RuntimeValue& b) {
  if (a.index() != b.index()) return false;
  if (const Scalar* s = std::get_if<Scalar>(&a)) return s->same(std::get<Scalar>(b)) && s->python == std::get<Scalar>(b).python;
  if (const std::string* s = std::get_if<std::string>(&a)) return *s == std::get<std::string>(b);
  if (const auto* p = std::get_if<std::shared_ptr<ArrayValue>>(&a))
    return same_arrays(**p, *std::get<std::shared_ptr<ArrayValue>>(b));
  if (const UnionValue* u = std::get_if<UnionValue>(&a))
    return u->tag == std::get<UnionValue>(b).tag && same(*u->payload, *std::get<UnionValue>(b).payload);
  auto all_same = [](const std::vector<RuntimeValue>& x, const std::vector<RuntimeValue>& y) {
    for (size_t k = 0; k < x.size() && x.size() == y.size(); ++k)
      if (!same(x[k], y[k])) return false;
    return x.size() == y.size();
  };
  if (const TupleValue* t = std::get_if<TupleValue>(&a)) return all_same(t->elements, std::get<TupleValue>(b).elements);
  if (const auto* l = std::get_if<std::shared_ptr<ListValue>>(&a))
    return all_same((*l)->elements, std::get<std::shared_ptr<ListValue>>(b)->elements);
  return true;
}

}  // namespace aic::ir
