// The loader, on objects made by the C compiler.
#include "runtime/loader/loader.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include <unistd.h>

using aic::rt::Code;

static std::vector<char> compile(const std::string& source, const std::string& flags = "-O1 -fPIC") {
  std::string stem = "/tmp/aic_loader_" + std::to_string(getpid());
  std::ofstream(stem + ".c") << source;
  REQUIRE(system(("cc -c " + flags + " -o " + stem + ".o " + stem + ".c").c_str()) == 0);
  std::ifstream in(stem + ".o", std::ios::binary);
  std::vector<char> object{std::istreambuf_iterator<char>(in), {}};
  remove((stem + ".c").c_str());
  remove((stem + ".o").c_str());
  return object;
}
static std::unique_ptr<Code> load(const std::vector<char>& object, std::string& error, bool debug = false) {
  return Code::load(std::as_bytes(std::span(object)), debug, error);
}
template <class F>
static F* function(const Code& code, const char* name) {
  return reinterpret_cast<F*>(code.find(name));
}

TEST_CASE("a function with constants and calls to libm runs") {
  std::string error;
  auto code =
      load(compile("double cos(double); double pow(double, double); double f(double x) { return 2.5 * cos(x) + pow(x, 1.5); }"),
           error);
  REQUIRE(error == "");
  REQUIRE(code);
  CHECK(function<double(double)>(*code, "f")(2.0) == 2.5 * std::cos(2.0) + std::pow(2.0, 1.5));
  CHECK(code->find("g") == nullptr);
}

TEST_CASE("addresses in data, writable data, zeroed data and the GOT are relocated") {
  std::string error;
  auto code = load(compile(R"(
    static long counter = 40; long zeros[100]; extern int abs(int);
    static long one(void) { return 1; } static long two(void) { return 2; }
    static long (*const table[])(void) = {one, two};
    long count(void) { return ++counter; }
    long zero(void) { return zeros[99]; }
    long pick(int i) { return table[i](); }
    void *where(void) { return (void *)abs; })"),
                   error);
  REQUIRE(error == "");
  REQUIRE(code);
  CHECK(function<long()>(*code, "count")() == 41);
  CHECK(function<long()>(*code, "count")() == 42);
  CHECK(function<long()>(*code, "zero")() == 0);
  CHECK(function<long(int)>(*code, "pick")(1) == 2);
  CHECK(function<void*()>(*code, "where")() == reinterpret_cast<void*>(static_cast<int (*)(int)>(abs)));
}

TEST_CASE("an undefined symbol is an error that names it") {
  std::string error;
  CHECK(!load(compile("int aic_has_no_such_function(void); int f(void) { return aic_has_no_such_function(); }"), error));
  CHECK(error.find("aic_has_no_such_function") != std::string::npos);
}

TEST_CASE("no truncation of an object crashes the loader") {
  std::vector<char> whole =
      compile("double sin(double); static const double t[4] = {1, 2, 3, 4}; double f(int i) { return sin(t[i]); }");
  int refused = 0;
  for (size_t n = 0; n < whole.size(); n += 7) {
    std::string error;
    refused += !load(std::vector<char>(whole.begin(), whole.begin() + long(n)), error);
  }
  CHECK(refused == int((whole.size() + 6) / 7));
}

TEST_CASE("no single corrupt byte of the headers and tables crashes the loader") {
  std::vector<char> whole = compile("double sin(double); double f(double x) { return sin(x) + 1.0; }");
  size_t loaded = 0;
  for (size_t n = 0; n < whole.size(); ++n) {
    std::vector<char> bad = whole;
    bad[n] = char(~bad[n]);
    std::string error;
    auto code = load(bad, error);
    loaded += code != nullptr;
    CHECK((code != nullptr || !error.empty()));
  }
  CHECK(loaded < whole.size());
}

TEST_CASE("registering with gdb and freeing in any order keeps the list whole") {
  std::string error;
  auto object = compile("int f(void) { return 7; }", "-g -fPIC");
  auto a = load(object, error, true), b = load(object, error, true), c = load(object, error, true);
  b.reset();
  a.reset();
  CHECK(function<int()>(*c, "f")() == 7);
}
