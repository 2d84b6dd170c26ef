// aic-lower FILE.py [NAME…]: the py form of a file's functions (all of them when none is named), with an interpreter
// embedded for its parser only: the file is not run.
//
//   aic-lower --check FILE.py…   lowers every function, reads its print back and prints it again; one line per function
//                                that is refused, counts at the end; status 1 if a print does not read back
//   aic-lower --time FILE.py…    mean microseconds from text to py form, parsing not counted
#include <Python.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "frontend/frontend.h"

using namespace aic;

namespace {

std::string read_text(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw ir::Error("cannot read " + path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

int show(const std::string& path, std::vector<std::string> names) {
  std::string text = read_text(path);
  if (names.empty()) names = frontend::function_names(text, path);
  int status = 0;
  for (const std::string& name : names) {
    ir::Module m;
    try {
      frontend::Captured c = frontend::lower_source(text, name, path, m);
      std::cout << ir::print(m) << "\n";
    } catch (const ir::Diagnosed& d) {
      std::cout << d.what() << "\n\n";
      status = 1;
    }
  }
  return status;
}

struct Count {
  int lowered = 0, refused = 0, failed = 0;
};

void check(const std::string& path, Count& count) {
  std::string text = read_text(path);
  for (const std::string& name : frontend::function_names(text, path)) {
    ir::Module m;
    try {
      static_cast<void>(frontend::lower_source(text, name, path, m));
      std::string printed = ir::print(m);
      std::unique_ptr<ir::Module> again = ir::parse(printed);
      ++count.lowered;
      if (ir::print(*again) == printed) continue;
      ++count.failed;
      std::cout << path << ": " << name << ": prints otherwise when read back\n";
    } catch (const ir::Diagnosed& d) {
      ++count.refused;
      bool placed = d.diagnostic.position.line > 0 && !d.diagnostic.lines.empty();
      count.failed += !placed;
      std::cout << path << ":" << d.diagnostic.line() << ": " << name << ": " << d.diagnostic.message
                << (placed ? "" : " WITHOUT A PLACE") << "\n";
    } catch (const std::exception& e) {
      ++count.failed;
      std::cout << path << ": " << name << ": " << e.what() << "\n";
    }
  }
}

void time(const std::string& path) {
  std::string text = read_text(path);
  for (const std::string& name : frontend::function_names(text, path)) {
    auto begin = std::chrono::steady_clock::now();
    constexpr int rounds = 200;
    try {
      for (int k = 0; k < rounds; ++k) {
        ir::Module m;
        static_cast<void>(frontend::lower_source(text, name, path, m));
      }
    } catch (const ir::Diagnosed&) {
      continue;
    }
    std::chrono::duration<double, std::micro> us = std::chrono::steady_clock::now() - begin;
    std::printf("%8.1f us  %s:%s\n", us.count() / rounds, path.c_str(), name.c_str());
  }
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::cerr << "usage: aic-lower [--check | --time] FILE.py...   or   aic-lower FILE.py [NAME...]\n";
    return 2;
  }
  std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "--time") {
    for (const std::string& path : rest) time(path);
    return 0;
  }
  if (arguments[0] != "--check") return show(arguments[0], rest);
  Count count;
  for (const std::string& path : rest) check(path, count);
  std::cout << count.lowered << " lowered, " << count.refused << " refused, " << count.failed << " failed\n";
  return count.failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Py_InitializeEx(0);
  int status = 2;
  try {
    status = run({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::cerr << "aic-lower: " << e.what() << "\n";
  }
  Py_FinalizeEx();
  return status;
}
