// Random programs over ints and an array: what the interpreter says before the passes it must say after them, value for
// value, exception for exception, store for store. Every pass is also tried alone. AIC_FUZZ=20000 tries more programs.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <random>

#include "ir/interpret.h"
#include "ir/verify.h"
#include "passes/passes.h"

using namespace aic;

namespace {

class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}
  std::string module(bool small) {
    out_ = "form tensor\n";
    function("g.0", 2, false, "");
    function("f.0", 3, true, small ? " {small = 1, entry = 1}" : " {entry = 1}");
    return out_;
  }
  int pick(int n) { return int(random_() % unsigned(n)); }
  int64_t argument(bool small) {
    static constexpr int64_t large[] = {INT64_MAX, INT64_MIN, int64_t(1) << 40, -(int64_t(1) << 33)};
    return !small && pick(12) == 0 ? large[pick(4)] : pick(10) - 2;
  }

 private:
  std::string fresh() { return "%v" + std::to_string(++names_); }
  void line(const std::string& text) { out_ += std::string(size_t(depth_) * 2 + 2, ' ') + text + "\n"; }
  std::string an_int() {
    return ints_[size_t(pick(3) ? int(ints_.size()) - 1 - pick(std::min(6, int(ints_.size()))) : pick(int(ints_.size())))];
  }
  std::string define(const std::string& text, const char* type = "int") {
    std::string v = fresh();
    line(v + " = " + text + " : " + type);
    return v;
  }
  std::string constant(int64_t c) { return define("const {value = " + std::to_string(c) + "}"); }
  std::string expression() {
    static const char* checked[] = {"add", "subtract", "multiply"};
    static const char* plain[] = {"minimum", "maximum", "bitwise_and", "bitwise_or", "bitwise_xor"};
    switch (pick(9)) {
      case 0:
      case 1:
      case 2: return define("check.overflow " + an_int() + ", " + an_int() + " {op = \"" + checked[pick(3)] + "\"}");
      case 3: return define(std::string(plain[pick(5)]) + " " + an_int() + ", " + an_int());
      case 4: return constant(pick(6) - 1);
      case 5: {
        std::string d =
            pick(2) ? constant(pick(3) + 1) : define("check.zero " + an_int() + " {message = \"division by zero\"}");
        if (pick(2)) return define("remainder " + an_int() + ", " + d);
        return define("check.overflow " + an_int() + ", " + d + " {op = \"floor_divide\"}");
      }
      case 6: return define("right_shift " + an_int() + ", " + constant(pick(3)));
      case 7: return has_array_ ? load() : constant(pick(4));
      default: return define("select " + condition() + ", " + an_int() + ", " + an_int());
    }
  }
  std::string condition() {
    static const char* names[] = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"};
    std::string c = define(std::string(names[pick(6)]) + " " + an_int() + ", " + an_int(), "bool");
    if (pick(6) == 0)
      c = define("logical_and " + c + ", " + define(std::string(names[pick(4)]) + " " + an_int() + ", " + an_int(), "bool"),
                 "bool");
    if (pick(8) == 0) c = define("logical_not " + c, "bool");
    return c;
  }
  std::string index() { return define("check.index " + an_int() + ", " + define("extent %a {axis = 0}") + " {axis = 0}"); }
  std::string load() { return define("cast " + define("load %a, " + index(), "i64")); }

  void statements(int n) {
    for (int k = 0; k < n; ++k) statement();
  }
  void statement() {
    int kind = pick(14);
    if (kind < 5)
      ints_.push_back(expression());
    else if (kind < 7 && has_array_)
      line("store %a, " + define("cast " + an_int(), "i64") + ", " + index());
    else if (kind == 7)
      branch();
    else if (kind == 8 && depth_ < 3)
      guard();
    else if ((kind == 9 || kind == 10) && depth_ < 3)
      counted();
    else if (kind == 11 && depth_ < 2)
      uncounted();
    else if (kind == 12 && has_array_)
      ints_.push_back(define("call " + an_int() + ", " + an_int() + " {callee = @g.0}"));
    else if (kind == 13 && pick(3) == 0)
      line("check.true " + condition() + " {exception = \"ValueError\", message = \"no\"}");
    else
      ints_.push_back(define("check.overflow " + an_int() + ", " + constant(1) + " {op = \"add\"}"));
  }
  // A region's names end with it.
  template <class Body>
  void inside(Body body) {
    size_t kept = ints_.size();
    ++depth_;
    body();
    --depth_;
    ints_.resize(kept);
  }
  void branch() {
    std::string c = condition(), v = fresh();
    line(v + " = if " + c + " {");
    inside([&] {
      statements(1 + pick(2));
      line("yield " + an_int());
    });
    line("} {");
    inside([&] {
      statements(pick(2));
      line("yield " + an_int());
    });
    line("} : int");
    ints_.push_back(v);
  }
  void guard() {
    line("if " + condition() + " {");
    inside([&] {
      statements(pick(2));
      if (loops_.empty() || pick(3) == 0)
        line("return " + an_int());
      else
        line((pick(2) ? "break " : "continue ") + an_int() + " {loop = " + std::to_string(loops_.back()) + "}");
    });
    line("} {");
    inside([&] { line("yield"); });
    line("}");
  }
  void counted() {
    std::string start = pick(2) ? constant(pick(3)) : an_int(),
                stop = pick(3) && has_array_ ? define("extent %a {axis = 0}") : an_int();
    std::string step = constant(pick(3) ? 1 : pick(2) ? -1 : 2), init = an_int(), v = fresh(), i = fresh(), s = fresh();
    // Loops from argument to argument could run for ever.
    std::string most = define("minimum " + stop + ", " + constant(9)), least = define("maximum " + start + ", " + constant(-4));
    std::string low = define("maximum " + most + ", " + constant(-4)), high = define("minimum " + least + ", " + constant(9));
    int label = ++labels_;
    line(v + " = for " + high + ", " + low + ", " + step + ", " + init + " {label = " + std::to_string(label) + "} {");
    inside([&] {
      line("(" + i + ": int, " + s + ": int):");
      ints_.push_back(s), ints_.push_back(i);
      loops_.push_back(label);
      statements(1 + pick(4));
      loops_.pop_back();
      line("continue " + an_int() + " {loop = " + std::to_string(label) + "}");
    });
    line("} : int");
    ints_.push_back(v);
  }
  void uncounted() {
    std::string init = an_int(), limit = an_int(), v = fresh(), s = fresh(), t = fresh();
    int label = ++labels_;
    line(v + " = while " + init + " {label = " + std::to_string(label) + "} {");
    inside([&] {
      line("(" + s + ": int):");
      ints_.push_back(s);
      std::string small = define("minimum " + limit + ", " + constant(20));
      if (pick(3) == 0) ints_.push_back(expression());
      std::string square = pick(4) ? s : define("check.overflow " + s + ", " + s + " {op = \"multiply\"}");
      line("condition " + define("less " + square + ", " + small, "bool") + ", " + s);
    });
    line("} {");
    inside([&] {
      line("(" + t + ": int):");
      ints_.push_back(t);
      statements(1 + pick(3));
      std::string next = define("check.overflow " + t + ", " + constant(1 + pick(2)) + " {op = \"add\"}");
      line("continue " + next + " {loop = " + std::to_string(label) + "}");
    });
    line("} : int");
    ints_.push_back(v);
  }
  void function(const std::string& name, int parameters, bool has_array, const std::string& header) {
    has_array_ = has_array;
    ints_.clear(), loops_.clear(), names_ = labels_ = 0;
    out_ += "func @" + name + "(" + (has_array ? "%a: i64[::1], " : "");
    for (int k = 0; k < parameters; ++k) {
      out_ += (k ? ", %p" : "%p") + std::to_string(k) + ": int";
      ints_.push_back("%p" + std::to_string(k));
    }
    out_ += ") -> (int)" + header + " {\n";
    depth_ = 0;
    statements(2 + pick(has_array ? 9 : 4));
    std::string total = ints_[0];
    for (size_t k = 1; k < ints_.size(); ++k) total = define("bitwise_xor " + total + ", " + ints_[k]);
    line("return " + total);
    out_ += "}\n";
  }

  std::mt19937 random_;
  std::string out_;
  std::vector<std::string> ints_;
  std::vector<int> loops_;
  int names_ = 0, labels_ = 0, depth_ = 0;
  bool has_array_ = false;
};

struct Arguments {
  std::vector<int64_t> array, ints;
};
std::string run(const ir::Module& m, const Arguments& a) {
  auto array = ir::ArrayValue::make(ir::DType::I64, {int64_t(a.array.size())});
  for (size_t k = 0; k < a.array.size(); ++k) array->set({int64_t(k)}, ir::Scalar::integer(a.array[k]));
  std::vector<ir::RuntimeValue> in{array};
  for (int64_t i : a.ints) {
    ir::Scalar s = ir::Scalar::integer(i);
    s.python = true;
    in.push_back(s);
  }
  return ir::text(ir::interpret(m, "f.0", in, 20000)) + " " + ir::text(ir::RuntimeValue(array));
}
std::string run_or_nothing(const ir::Module& m, const Arguments& a) {
  try {
    return run(m, a);
  } catch (const ir::Error&) {
    return "";  // too many steps: nothing to compare
  }
}

// Gives "" or what went wrong.
std::string try_program(unsigned seed, const std::string& passes) {
  Writer w(seed);
  bool small = w.pick(2);
  std::string text = w.module(small);
  std::unique_ptr<ir::Module> before = ir::parse(text), after = ir::parse(text);
  ir::verify_or_throw(*before->find("f.0"), "writing it");
  passes::Options options;
  options.verify = true;
  std::string report = "seed " + std::to_string(seed) + ", " + passes + "\n" + text;
  try {
    passes::run_named(*after, passes, options);
  } catch (const std::exception& e) {
    return report + "\n" + e.what();
  }
  for (int k = 0; k < 6; ++k) {
    Arguments a;
    for (int n = w.pick(6); n > 0; --n) a.array.push_back(w.argument(true));
    for (int n = 0; n < 3; ++n) a.ints.push_back(w.argument(small));
    std::string want = run_or_nothing(*before, a), got;
    if (want.empty()) continue;
    try {
      got = run(*after, a);
    } catch (const std::exception& e) {
      got = e.what();
    }
    if (got != want) {
      report += "\nafter:\n" + print(*after) + "\nf(array";
      for (int64_t i : a.ints) report += ", " + std::to_string(i);
      return report + ") gives " + got + ", not " + want;
    }
  }
  return {};
}

}  // namespace

TEST_CASE("passes keep what random programs do") {
  const char* alone[] = {"fold",        "simplify",         "cse",          "dce", "inline", "licm",
                         "count_loops", "eliminate_checks", "version_loops"};
  const char* fuzz = std::getenv("AIC_FUZZ");
  unsigned programs = fuzz ? unsigned(std::atoi(fuzz)) : 40;
  for (unsigned seed = 1; seed <= programs; ++seed) {
    CAPTURE(seed);
    std::string wrong = try_program(seed, "optimize");
    if (wrong.empty()) wrong = try_program(seed, alone[seed % std::size(alone)]);
    if (wrong.empty()) wrong = try_program(seed, "inline,licm,count_loops,version_loops,cse,eliminate_checks,licm,dce");
    INFO(wrong);
    REQUIRE(wrong.empty());
  }
}
