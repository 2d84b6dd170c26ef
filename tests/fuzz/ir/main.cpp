// Random IR under every pass, both journeys, and the code generator: `ir-fuzz [--seeds N] [--first K] [--seed K] [--seconds S]
// [--machine PERCENT] [--print]`.
//
// What the interpreter says of a module before a pass it must say after it: the same values, the same exception with the
// same message, the same memory. The verifier runs after each pass, and every module must read back what it prints.
// A failing module is reduced (reduce.h) before it is shown. At the end: what share of the typed op records has been used,
// in programs as generated and in loop form; less than 90 % over at least 200 seeds fails.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <set>

#include "ir/ops/table.h"
#include "ir/verify.h"
#include "passes/pipeline.h"
#include "tests/fuzz/ir/generate.h"
#include "tests/fuzz/ir/reduce.h"
#include "tests/fuzz/ir/run.h"

using namespace aic;

namespace {

struct Options {
  uint64_t first = 0, seeds = 300;
  double seconds = 1e9;
  int machine = 25;  // percent of the programs are compiled too
  bool print = false, reduce = true, one = false;
};

// Lists of passes::run_named; "machine" at the end compiles the outcome.
constexpr const char* journeys[] = {"fold",          "simplify",
                                    "cse",           "dce",
                                    "inline",        "licm",
                                    "count_loops",   "eliminate_checks",
                                    "version_loops", "inline,licm,count_loops,version_loops,cse,eliminate_checks,licm,dce",
                                    "optimize",      "loops",
                                    "optimize,loops"};

struct Trial {
  std::string passes;
  bool machine = false;
  uint64_t arguments = 0;
};

// "" or what goes wrong. A module that the interpreter itself cannot run is never wrong: reducing must not end there.
std::string attempt(const std::string& text, const Trial& t) {
  std::unique_ptr<ir::Module> before = ir::parse(text), after = ir::parse(text);
  fuzz::Outcome want;
  try {
    want = fuzz::interpreted(*before, t.arguments);
  } catch (const std::exception&) {
    return "";
  }
  try {
    passes::Options options;
    options.verify = true;
    passes::run_named(*after, t.passes, options);
    std::string printed = ir::print(*after);
    std::unique_ptr<ir::Module> again = ir::parse(printed);
    if (ir::print(*ir::parse(ir::print(*again))) != ir::print(*again)) return "what is printed does not read back";
    std::string wrong = fuzz::difference(want, fuzz::interpreted(*again, t.arguments), true);
    if (wrong.empty() && t.machine) {
      fuzz::Outcome got = fuzz::compiled(*again, t.arguments);
      if (got.exception == "OverflowError or ValueError" &&
          (want.exception == "OverflowError" || want.exception == "ValueError"))
        got.exception = want.exception;
      if (std::string machine = fuzz::difference(want, got, false); !machine.empty()) wrong = "compiled: " + machine;
    }
    return wrong.empty() ? "" : wrong + "\nafter:\n" + printed;
  } catch (const std::exception& e) {
    return e.what();
  }
}
// What kind of failure: reducing keeps to it.
std::string kind_of(const std::string& wrong) {
  return wrong.substr(0, std::min<size_t>(wrong.find_first_of("`(\n0123456789%"), 60));
}

void count(const ir::Module& m, std::set<ir::OpCode>& used) {
  for (const std::unique_ptr<ir::Function>& f : m.functions)
    for (ir::OpId id : f->ops_below(f->body())) used.insert(f->op(id).code);
}

class Fuzzer {
 public:
  explicit Fuzzer(const Options& o) : options_(o) {}
  int run() {
    auto begin = std::chrono::steady_clock::now();
    uint64_t seed = options_.first, n = 0;
    for (; n < options_.seeds; ++seed, ++n) {
      if (std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() > options_.seconds) break;
      if (!try_seed(seed)) ++failures_;
    }
    return report(n);
  }

 private:
  bool try_seed(uint64_t seed) {
    std::unique_ptr<ir::Module> m = fuzz::generate(seed);
    std::string text = ir::print(*m);
    if (options_.print) std::cout << text;
    std::string wrong = sound(*m, text, seed);
    if (!wrong.empty()) return std::cout << "seed " << seed << ", the generator: " << wrong << "\n" << text << std::endl, false;
    count(*m, used_);
    fuzz::Random random(seed);
    bool machine = random.chance(options_.machine);
    machines_ += machine;
    for (const char* passes : journeys) {
      bool last = !std::strcmp(passes, "optimize,loops") || !std::strcmp(passes, "loops");
      for (uint64_t k = 0; k < 3; ++k) {
        Trial t{passes, machine && last, seed * 3 + k};
        wrong = attempt(text, t);
        if (!wrong.empty()) return show(seed, text, t, wrong), false;
      }
    }
    std::unique_ptr<ir::Module> loops = ir::parse(text);
    passes::run_named(*loops, "optimize,loops");
    count(*loops, used_);
    return true;
  }
  // The generator keeps the contracts: the verifier says so, and the interpreter never meets what breaks a law.
  std::string sound(const ir::Module& m, const std::string& text, uint64_t seed) {
    std::vector<std::string> broken = ir::verify(m);
    if (!broken.empty()) return broken[0];
    if (ir::print(*ir::parse(text)) != text) return "what is printed does not read back";
    try {
      for (uint64_t k = 0; k < 3; ++k) {
        fuzz::Outcome o = fuzz::interpreted(m, seed * 3 + k);
        ++(o.steps ? endless_ : o.exception.empty() ? values_ : raised_);
      }
    } catch (const std::exception& e) {
      return e.what();
    }
    return "";
  }
  void show(uint64_t seed, std::string text, const Trial& t, std::string wrong) {
    if (options_.reduce) {
      std::string kind = kind_of(wrong);
      text = fuzz::reduced(text, [&](const std::string& candidate) { return kind_of(attempt(candidate, t)) == kind; });
      wrong = attempt(text, t);
    }
    std::cout << "---- seed " << seed << ", passes " << t.passes << (t.machine ? ", compiled" : "") << ", arguments "
              << t.arguments << "\n"
              << text << "it " << wrong << std::endl;
  }
  int report(uint64_t n) {
    int records = 0, used = 0;
    std::string unused;
    for (size_t k = 0; k < ir::record_count; ++k) {
      const ir::OpRecord& r = ir::record(ir::OpCode(k));
      if (!(r.forms & ir::InTyped) || r.name == "unreachable") continue;  // a program that gets there is wrong
      // Derivatives have a fuzzer of their own; what a caught exception says, the host says, and as a value it is not
      // interpreted. Blocks of Python are the host's, too, as LAPACK is.
      if (r.name == "derive" || r.name == "interpret" || r.name.starts_with("tape.") || r.name == "error.text" ||
          r.name == "error.make" || r.name == "error.value" || r.name == "error.cause" || r.name == "error.link" ||
          r.name == "error.done" || r.name.starts_with("lapack"))
        continue;
      ++records;
      if (used_.contains(ir::OpCode(k)))
        ++used;
      else
        unused += " " + std::string(r.name);
    }
    std::cout << n << " programs, " << machines_ << " of them compiled, " << failures_ << " fail; runs: " << values_
              << " give values, " << raised_ << " raise, " << endless_ << " too long; " << 100 * used / records << " % of "
              << records << " op records used\n";
    if (!unused.empty()) std::cout << "unused:" << unused << "\n";
    return failures_ > 0 || (n >= 200 && used * 10 < records * 9);
  }

  Options options_;
  std::set<ir::OpCode> used_;
  int failures_ = 0, machines_ = 0, values_ = 0, raised_ = 0, endless_ = 0;
};

Options read_options(int count, char** words) {
  Options o;
  for (int k = 1; k < count; ++k) {
    std::string w = words[k];
    auto next = [&] { return k + 1 < count ? words[++k] : "0"; };
    if (w == "--seeds")
      o.seeds = std::strtoull(next(), nullptr, 10);
    else if (w == "--first")
      o.first = std::strtoull(next(), nullptr, 10);
    else if (w == "--seed")
      o.first = std::strtoull(next(), nullptr, 10), o.seeds = 1;
    else if (w == "--seconds")
      o.seconds = std::atof(next());
    else if (w == "--machine")
      o.machine = std::atoi(next());
    else if (w == "--print")
      o.print = true;
    else if (w == "--whole")
      o.reduce = false;
    else
      throw ir::Error("unknown option " + w);
  }
  return o;
}

}  // namespace

int main(int count, char** words) {
  try {
    return Fuzzer(read_options(count, words)).run();
  } catch (const std::exception& e) {
    std::cerr << "ir-fuzz: " << e.what() << "\n";
    return 2;
  }
}
