// Arguments, the interpreter's outcome, comparison: see run.h.
#include "tests/fuzz/ir/run.h"

#include <array>

#include "tests/fuzz/ir/random.h"
#include "tests/tools/lent_texts.h"

namespace aic::fuzz {

using namespace ir;

namespace {

Scalar make_scalar(Random& random, DType d, bool small) {
  if (d == DType::Bool) return Scalar::boolean(random.chance(50));
  if (is_integer(d)) {
    constexpr int64_t large[] = {INT64_MAX, INT64_MIN, INT64_MAX - 1, int64_t(1) << 31, -(int64_t(1) << 31), int64_t(1) << 62};
    if (!small && random.chance(6)) return Scalar::integer(large[random.below(6)], d);
    return Scalar::integer(random.between(is_signed(d) ? -4 : 0, 9), d);
  }
  auto real = [&] {
    constexpr double rare[] = {0.0, -0.0, 1e300, -1e300, 1e-300, __builtin_inf(), -__builtin_inf(), __builtin_nan("")};
    return random.chance(12) ? rare[random.below(8)] : random.between(-24, 24) / 4.0;
  };
  if (is_complex(d)) return Scalar::complex(real(), real(), d);
  return Scalar::floating(real(), d);
}

void fill(Random& random, ArrayValue& a) {
  std::vector<int64_t> index(a.shape.size());
  for (int64_t n = a.size(), k = 0; k < n; ++k) {
    int64_t rest = k;
    for (size_t axis = a.shape.size(); axis-- > 0;) index[axis] = rest % a.shape[axis], rest /= a.shape[axis];
    a.set(index, make_scalar(random, a.dtype, false));
  }
}

// The layout's strides; a strided array takes every second element, or runs backwards.
std::shared_ptr<ArrayValue> make_array(Random& random, Type t, std::vector<int64_t> shape) {
  bool spread = (t.layout() == Layout::Strided || t.layout() == Layout::Inner) && random.chance(75);
  if (!spread) {
    std::shared_ptr<ArrayValue> a =
        ArrayValue::make(t.dtype(), std::move(shape), t.layout() == Layout::F ? Layout::F : Layout::C);
    return fill(random, *a), a;
  }
  std::vector<int64_t> box = shape;
  std::vector<int64_t> steps(shape.size(), 1);
  for (size_t k = 0; k < shape.size(); ++k) {
    if (k + 1 == shape.size() && t.layout() == Layout::Inner) continue;
    steps[k] = random.one_of({1, 2, -1, -2});
    box[k] = shape[k] * 2 + 1;
  }
  std::shared_ptr<ArrayValue> a =
      ArrayValue::make(t.dtype(), box, random.chance(80) || t.layout() == Layout::Inner ? Layout::C : Layout::F);
  for (size_t k = 0; k < shape.size(); ++k) {
    if (steps[k] < 0) a->offset += a->strides[k] * (box[k] - 1);
    a->strides[k] *= steps[k];
  }
  a->shape = std::move(shape);
  return fill(random, *a), a;
}

// The array itself, or backwards where any strides will do; null where the types do not allow it.
std::shared_ptr<ArrayValue> same_memory(Random& random, const std::shared_ptr<ArrayValue>& a, Type from, Type t,
                                        const std::vector<int64_t>& shape) {
  if (a->shape != shape || from.dtype() != t.dtype()) return nullptr;
  if (t.layout() != Layout::Strided) return from.layout() == t.layout() ? a : nullptr;
  auto view = std::make_shared<ArrayValue>(*a);
  for (size_t k = 0; k < shape.size(); ++k) {
    if (!random.chance(40) || shape[k] == 0) continue;
    view->offset += (shape[k] - 1) * view->strides[k];
    view->strides[k] = -view->strides[k];
  }
  return view;
}

bool has_header(const Function& f, std::string_view name) {
  for (const NamedAttr& a : f.attrs)
    if (a.name == name && a.value == Attr(int64_t(1))) return true;
  return false;
}
std::vector<int64_t> axes_of(const Function& f) {
  for (const NamedAttr& a : f.attrs)
    if (a.name == "axes") return std::get<std::vector<int64_t>>(a.value);
  return {};
}

}  // namespace

std::vector<RuntimeValue> make_arguments(const Module& m, uint64_t seed) {
  const Function& f = *m.find("main");
  Random random(seed ^ 0x5eed);
  bool small = has_header(f, "small"), apart = has_header(f, "noalias");
  std::array<int64_t, 4> extents{1, random.between(0, 6), random.between(1, 5), random.between(1, 3)};
  if (random.chance(70)) extents[1] = std::max<int64_t>(extents[1], 3);
  std::vector<int64_t> axes = axes_of(f);
  std::vector<RuntimeValue> out;
  size_t axis = 0;
  for (ValueId v : f.parameters()) {
    Type t = f.type(v);
    if (!t.is_array()) {
      Scalar s = make_scalar(random, t.dtype(), small && t.is(TypeKind::Int));
      s.python = t.is_python_number();
      out.emplace_back(s);
      continue;
    }
    std::vector<int64_t> shape;
    for (int k = 0; k < t.rank(); ++k) shape.push_back(extents[size_t(axes.at(axis++))]);
    std::shared_ptr<ArrayValue> a;
    if (!apart && random.chance(40))
      for (size_t k = 0; k < out.size() && !a; ++k)
        if (f.type(f.parameters()[k]).is_array())
          a = same_memory(random, std::get<std::shared_ptr<ArrayValue>>(out[k]), f.type(f.parameters()[k]), t, shape);
    if (!a) a = make_array(random, t, shape);
    out.emplace_back(a);
  }
  return out;
}

Outcome interpreted(const Module& m, uint64_t seed) {
  Outcome o;
  std::vector<RuntimeValue> arguments = make_arguments(m, seed);
  try {
    Result r = interpret(m, "main", arguments, 60000, tests::lent_texts(&o.written));
    o.exception = r.exception, o.message = r.message, o.results = r.values;
  } catch (const InternalError&) {
    throw;
  } catch (const Error& e) {
    if (std::string(e.what()).find("steps are used up") == std::string::npos) throw;
    o.steps = true;
  }
  o.arguments = arguments;
  return o;
}

std::string difference(const Outcome& want, const Outcome& got, bool with_message) {
  if (want.steps || got.steps) return "";
  if (want.exception != got.exception) return "raises `" + got.exception + "`, not `" + want.exception + "`";
  if (with_message && want.message != got.message) return "says `" + got.message + "`, not `" + want.message + "`";
  if (want.written != got.written) return "writes `" + got.written + "`, not `" + want.written + "`";
  for (size_t k = 0; k < want.results.size(); ++k)
    if (!same(want.results[k], got.results.at(k))) return "gives " + text(got.results[k]) + ", not " + text(want.results[k]);
  for (size_t k = 0; k < want.arguments.size(); ++k)
    if (!same(want.arguments[k], got.arguments.at(k)))
      return "leaves argument " + std::to_string(k) + " as " + text(got.arguments[k]) + ", not " + text(want.arguments[k]);
  return "";
}

}  // namespace aic::fuzz
