// aic-opt [options] [FILE.ir]: reads IR (a file, or stdin), checks it, runs passes, prints it or runs it.
//
//   --from=tensor        the form that the text must be in (py, tensor, loop)
//   --passes=fold,cse    passes in this order; "optimize" and "loops" are the journeys of passes/pipeline.h
//   --verify             verify after each pass too (the text that was read is always verified)
//   --run='f(3, [1.0])'  interpret this call after the passes and print its result instead of the IR; may be repeated
//   --dump=cse --skip=cse --time    as passes::Options says
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

#include "ir/interpret.h"
#include "ir/verify.h"
#include "passes/pipeline.h"
#include "tests/tools/lent_texts.h"

using namespace aic;

namespace {

struct Arguments {
  std::string file = "-", from, passes;
  std::vector<std::string> runs;
  passes::Options options;
};

bool take(const char* argument, const char* name, std::string& value) {
  size_t n = std::strlen(name);
  if (std::strncmp(argument, name, n) != 0 || argument[n] != '=') return false;
  value = argument + n + 1;
  return true;
}

Arguments read_arguments(int count, char** words) {
  Arguments a;
  std::string run;
  for (int k = 1; k < count; ++k) {
    const char* w = words[k];
    if (take(w, "--from", a.from) || take(w, "--passes", a.passes) || take(w, "--dump", a.options.dump) ||
        take(w, "--skip", a.options.skip))
      continue;
    if (take(w, "--run", run))
      a.runs.push_back(run);
    else if (!std::strcmp(w, "--verify"))
      a.options.verify = true;
    else if (!std::strcmp(w, "--time"))
      a.options.time = true;
    else if (w[0] == '-' && w[1])
      throw ir::Error(std::string("unknown option ") + w);
    else
      a.file = w;
  }
  return a;
}

std::string read_text(const std::string& path) {
  std::ostringstream out;
  if (path == "-") return out << std::cin.rdbuf(), out.str();
  std::ifstream in(path);
  if (!in) throw ir::Error("cannot read " + path);
  return out << in.rdbuf(), out.str();
}

void check_form(const ir::Module& m, const std::string& from) {
  constexpr std::string_view names[] = {"py", "tensor", "loop"};
  for (const std::unique_ptr<ir::Function>& f : m.functions)
    if (!from.empty() && names[int(f->form())] != from) throw ir::Error("@" + f->name() + " is not in " + from + " form");
}

int main_(int count, char** words) {
  Arguments a = read_arguments(count, words);
  std::unique_ptr<ir::Module> m = ir::parse(read_text(a.file));
  check_form(*m, a.from);
  std::vector<std::string> errors = ir::verify(*m);
  for (const std::string& e : errors) std::cout << e << "\n";
  if (!errors.empty()) return 1;
  passes::run_named(*m, a.passes, a.options);
  if (a.runs.empty()) std::cout << ir::print(*m);
  for (const std::string& run : a.runs) {
    ir::CallText call = ir::read_call(*m, run);
    std::cout << ir::text(ir::interpret(*m, call.function, std::move(call.arguments), 100'000'000, tests::lent_texts()))
              << "\n";
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return main_(count, words);
  } catch (const std::exception& e) {
    std::cerr << "aic-opt: " << e.what() << "\n";
    return 1;
  }
}
