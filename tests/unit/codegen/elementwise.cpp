// Every elementwise record on every dtype: machine code against the interpreter's arithmetic, straight and vectorised.
#include <bit>
#include <cmath>
#include <cstring>

#include "ir/ops/table.h"
#include "ir/scalar.h"
#include "tests/unit/codegen/program.h"

using namespace aic;
using namespace aic::ir;
using namespace aic::tests;

namespace {

constexpr double edge_values[] = {0.0,      -0.0,      1.0,    -1.0,  2.0,   3.0,    -3.0,    0.5,  -2.5,
                                  7.0,      100.0,     -128.0, 127.0, 255.0, 1e-300, 65536.5, -3e9, 9007199254740993.0,
                                  INFINITY, -INFINITY, NAN};

bool takes(const OpRecord& r, DType d) {
  DType in[3] = {r.has(Selects) ? DType::Bool : d, d, d}, out{};
  return r.dtype.compute(std::span(in, size_t(r.arity())), out) && out == d;
}

std::string function_text(const OpRecord& r, DType d, DType to, const std::string& symbol) {
  std::string arguments, names, type(name(d));
  for (int k = 0; k < r.arity(); ++k) {
    std::string t = k == 0 && r.has(Selects) ? "b1" : type, n = "%x" + std::to_string(k);
    arguments += (k ? ", " : "") + n + ": " + t;
    names += (k ? ", " : "") + n;
  }
  std::string result(name(to));
  return "func @" + symbol + "(" + arguments + ") -> (" + result + ") {entry = 1, quiet = 1} {\n  %r = " + std::string(r.name) +
         " " + names + " : " + result + "\n  return %r\n}\n";
}

void push(std::vector<rt::Slot>& to, const Scalar& v) {
  if (v.dtype == DType::F32 || v.dtype == DType::F64) {
    rt::Slot s{.i = 0};
    v.dtype == DType::F32 ? void(s.f32 = float(v.re)) : void(s.f = v.re);
    to.push_back(s);
  } else if (is_narrow_float(v.dtype)) {
    to.push_back(slot(int64_t(narrow_bits(v.re, v.dtype))));
  } else if (v.dtype == DType::C64) {
    float parts[2] = {float(v.re), float(v.im)};
    rt::Slot s;
    memcpy(&s, parts, 8);
    to.push_back(s);
  } else if (v.dtype == DType::C128) {
    to.insert(to.end(), {slot(v.re), slot(v.im)});
  } else {
    to.push_back(slot(v.i));
  }
}

Scalar pull(const rt::Slot* s, DType d) {
  if (d == DType::F64) return Scalar::floating(s->f);
  if (is_narrow_float(d)) return Scalar::floating(narrow_value(uint16_t(s->i), d), d);
  if (d == DType::F32) return Scalar::floating(double(s->f32), d);
  if (d == DType::C128) return Scalar::complex(s[0].f, s[1].f);
  if (d == DType::C64) {
    float parts[2];
    memcpy(parts, s, 8);
    return Scalar::complex(double(parts[0]), double(parts[1]), d);
  }
  Scalar v = Scalar::integer(s->i, d);
  CHECK(v.i == s->i);  // extended as abi.h says
  return v;
}

// Within a few units in the last place of the dtype, relative to the modulus for complex numbers.
bool close(const Scalar& got, const Scalar& want, double ulps) {
  if (got.same(want)) return true;
  if (!is_float(want.dtype) && !is_complex(want.dtype)) return false;
  double unit = want.dtype == DType::BF16                              ? 0x1p-7
                : want.dtype == DType::F16                             ? 0x1p-10
                : want.dtype == DType::F32 || want.dtype == DType::C64 ? 0x1p-23
                                                                       : 0x1p-52;
  double size = is_complex(want.dtype) ? std::hypot(want.re, want.im) : std::fabs(want.re);
  auto part = [&](double g, double w) {
    return (std::isnan(g) && std::isnan(w)) || g == w ||
           std::fabs(g - w) <= ulps * unit * size + (unit > 1e-4    ? 0x1p-24
                                                     : unit > 1e-10 ? 1e-44
                                                                    : 5e-324);
  };
  return part(got.re, want.re) && part(got.im, want.im);
}

// Where C and NumPy leave the answer open.
bool is_open(const OpRecord& r, const Scalar* x, DType d) {
  bool infinite = false;
  for (int k = 0; k < r.arity(); ++k) infinite |= is_complex(x[k].dtype) && !(std::isfinite(x[k].re) && std::isfinite(x[k].im));
  if (infinite) return true;
  if (is_complex(d) && r.name == "power" && x[0].re == 0 && x[0].im == 0) return true;
  bool large = is_complex(d) && (std::fabs(x[0].re) > 1e4 || (r.arity() > 1 && std::fabs(x[1].re) > 1e4));
  return large;
}

}  // namespace

TEST_CASE("every_record_computes_what_the_interpreter_computes") {
  struct Item {
    const OpRecord* record;
    OpCode code;
    DType d, to;
  };
  std::vector<Item> items;
  std::string text;
  for (const OpRecord& r : elementwise_records)
    for (int d = 0; d <= int(DType::C128); ++d) {
      if (!takes(r, DType(d))) continue;
      OpCode code{};
      REQUIRE(find_op(r.name, code));
      for (int to = 0; to <= (r.has(ResultGiven) ? int(DType::C128) : 0); ++to) {
        DType result = r.has(ResultGiven) ? DType(to) : r.dtype.result(DType(d));
        items.push_back({&r, code, DType(d), result});
        text += function_text(r, DType(d), result, "f." + std::to_string(items.size() - 1));
      }
    }
  REQUIRE(items.size() > 500);
  for (uint32_t level : {AIC_CG_OPT_0, AIC_CG_OPT_2}) {
    Program p(text, level);
    for (size_t n = 0; n < items.size(); ++n) {
      const Item& item = items[n];
      for (double a : edge_values)
        for (double b : edge_values) {
          Scalar x[3] = {convert(Scalar::floating(a), item.d), convert(Scalar::floating(b), item.d),
                         convert(Scalar::floating(a), item.d)};
          if (is_complex(item.d))
            x[0] = convert(Scalar::complex(a, b), item.d), x[1] = convert(Scalar::complex(b, 1.5), item.d);
          if (item.record->has(Selects)) x[0] = Scalar::boolean(a > 0);
          if (is_open(*item.record, x, item.d)) continue;
          std::vector<rt::Slot> arguments;
          for (int k = 0; k < item.record->arity(); ++k) push(arguments, x[k]);
          REQUIRE(p.call("f." + std::to_string(n), arguments) == 0);
          Scalar got = pull(p.results, item.to), want = evaluate(item.code, x, item.to);
          // Complex powers of single precision are computed in double here, in single there.
          bool loose = item.d == DType::C64 && item.record->name == "power";
          if (!close(got, want, loose ? 128 : 8)) {
            INFO(item.record->name << " of " << name(item.d) << " -> " << name(item.to) << " at " << a << ", " << b << ": ("
                                   << got.i << " " << got.re << " " << got.im << "), wanted (" << want.i << " " << want.re
                                   << " " << want.im << ")");
            CHECK(false);
          }
        }
    }
  }
}
