// aic-infer FILE.py 'f(f64[:], int)'…: the tensor form of functions of a file for argument types, verified. A literal (3,
// 1.5, True, None, 'text') stands for a compile-time argument. The file is not run.
//
//   aic-infer FILE.py               signatures from comments: a line `# f(f64[:], int)` of the file itself, in order
//   --run='f.0(3, [1.0])'           interpret this call of the last module instead of printing; may be repeated
//   --quiet                         print nothing of what succeeds
#include <Python.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "ir/diagnostics.h"
#include "ir/interpret.h"
#include "ir/verify.h"
#include "tests/tools/lent_texts.h"
#include "tests/tools/source_world.h"
#include "tests/unit/paths.h"
#include "typeinfer/typeinfer.h"

using namespace aic;

namespace {

typeinfer::ArgumentType argument(std::string_view& s) {
  while (s.starts_with(' ')) s.remove_prefix(1);
  auto taken = [&](size_t n) { s.remove_prefix(n); };
  if (s.starts_with("None")) return taken(4), ir::Type::none();
  if (s.starts_with("True")) return taken(4), ir::Entity(ir::Constant{ir::BoolConstant{true}});
  if (s.starts_with("False")) return taken(5), ir::Entity(ir::Constant{ir::BoolConstant{false}});
  if (s.starts_with("'")) {
    size_t end = s.find('\'', 1);
    std::string text(s.substr(1, end - 1));
    return taken(end + 1), ir::Entity(ir::Constant{text});
  }
  if (isdigit(uint8_t(s[0])) || s[0] == '-') {
    size_t n = s.find_first_of(",)");
    std::string text(s.substr(0, n));
    taken(n);
    if (text.find('.') != std::string::npos) return ir::Entity(ir::Constant{std::strtod(text.c_str(), nullptr)});
    return ir::Entity(ir::Constant{int64_t(std::strtoll(text.c_str(), nullptr, 10))});
  }
  return ir::parse_type(s);
}

bool infer(tests::SourceWorld& world, const std::string& signature, ir::Module& out, bool quiet, bool print) {
  std::string_view s = signature;
  size_t open = s.find('(');
  std::string name(s.substr(0, open));
  s.remove_prefix(open + 1);
  std::vector<typeinfer::ArgumentType> arguments;
  while (!s.starts_with(')')) {
    arguments.push_back(argument(s));
    while (s.starts_with(',') || s.starts_with(' ')) s.remove_prefix(1);
  }
  try {
    static_cast<void>(typeinfer::infer(out, world, world.function(name), arguments));
  } catch (const ir::Diagnosed& d) {
    std::cout << d.what() << "\n";
    return false;
  } catch (const std::exception& e) {
    std::cout << signature << ": " << e.what() << "\n";
    return false;
  }
  if (print && !quiet) std::cout << ir::print(out) << "\n";
  std::vector<std::string> errors = ir::verify(out);
  for (const std::string& e : errors) std::cout << e << "\n";
  return errors.empty();
}

int run(int argc, char** argv) {
  std::vector<std::string> signatures, runs;
  std::string file;
  bool quiet = false;
  for (int k = 1; k < argc; ++k) {
    std::string a = argv[k];
    if (a.starts_with("--run="))
      runs.push_back(a.substr(6));
    else if (a == "--quiet")
      quiet = true;
    else
      (file.empty() ? file : signatures.emplace_back()) = a;
  }
  const char* library = std::getenv("AIC_LIBRARY_FOLDER");
  std::string folder = library ? library : std::string(tests::source_dir) + "/python/aic/lib";
  tests::SourceWorld world(file, folder);
  if (signatures.empty()) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("# ") && line.ends_with(")") && line.find('(') != std::string::npos && line.find(' ', 2) != 3)
        for (const std::string& n : world.names())
          if (line.starts_with("# " + n + "(")) signatures.push_back(line.substr(2));
  }
  int status = 0;
  std::unique_ptr<ir::Module> out;
  for (const std::string& s : signatures) {
    out = std::make_unique<ir::Module>();
    if (!infer(world, s, *out, quiet, runs.empty())) status = 1;
  }
  for (const std::string& r : runs) {
    ir::CallText call = ir::read_call(*out, r);
    std::cout << ir::text(ir::interpret(*out, call.function, std::move(call.arguments), 100'000'000, tests::lent_texts()))
              << "\n";
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  Py_InitializeEx(0);
  int status = 2;
  try {
    status = run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "aic-infer: " << e.what() << "\n";
  }
  Py_FinalizeEx();
  return status;
}
