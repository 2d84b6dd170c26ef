// aic-cg: the code generator on one file.
//
//   aic-cg x.ir [--emit=llvm|raw-llvm|asm|obj] [-o FILE] [--cpu=NAME] [--features=…] [--opt=0|1|2] [--debug] [--fastmath=BITS]
//          [--time=N]   compile N times more and print the median CPU time
//
// Goes through the C interface like everybody else. The library is the one built beside the tool, or $AIC_CG.
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "codegen/codegen.h"

namespace {

std::string library_path() {
  if (const char* path = getenv("AIC_CG")) return path;
  char self[4096];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self);
  std::string folder(self, n > 0 ? size_t(n) : 0);
  folder.resize(folder.rfind('/') + 1);
  return folder + "python/aic/libaic_cg.so";
}

double cpu_ms() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) * 1e3 + double(t.tv_nsec) * 1e-6;
}

[[noreturn]] void fail(const std::string& what) {
  std::cerr << "aic-cg: " << what << "\n";
  exit(1);
}

struct Options {
  std::string input, output, cpu, features;
  uint32_t flags = AIC_CG_OPT_2 | AIC_CG_EMIT_LLVM | AIC_CG_VERIFY;
  int repeat = 0;
};

uint32_t emit_flag(const std::string& kind) {
  if (kind == "llvm") return AIC_CG_EMIT_LLVM;
  if (kind == "raw-llvm") return AIC_CG_EMIT_RAW_LLVM;
  if (kind == "asm") return AIC_CG_EMIT_ASM;
  if (kind == "obj") return AIC_CG_EMIT_OBJECT;
  fail("--emit is llvm, raw-llvm, asm or obj");
}

Options read_options(int argc, char** argv) {
  Options o;
  for (int k = 1; k < argc; ++k) {
    std::string a = argv[k];
    auto value = [&](const char* name) { return a.starts_with(name) ? a.substr(strlen(name)) : std::string(); };
    if (std::string v = value("--emit="); !v.empty())
      o.flags = (o.flags & ~uint32_t(AIC_CG_EMIT_MASK)) | emit_flag(v);
    else if (v = value("--cpu="); !v.empty())
      o.cpu = v;
    else if (v = value("--features="); !v.empty())
      o.features = v;
    else if (v = value("--opt="); !v.empty())
      o.flags = (o.flags & ~uint32_t(AIC_CG_OPT_MASK)) | uint32_t(atoi(v.c_str()));
    else if (v = value("--time="); !v.empty())
      o.repeat = atoi(v.c_str());
    else if (v = value("--fastmath="); !v.empty())
      o.flags |= (uint32_t(atoi(v.c_str())) << 8) & AIC_CG_FASTMATH_MASK;
    else if (a == "--debug")
      o.flags |= AIC_CG_DEBUG_INFO;
    else if (a == "-o" && k + 1 < argc)
      o.output = argv[++k];
    else if (a == "-" || a[0] != '-')
      o.input = a;
    else
      fail("unknown option " + a);
  }
  if (o.input.empty()) fail("usage: aic-cg x.ir [--emit=llvm|raw-llvm|asm|obj] [-o FILE]");
  return o;
}

}  // namespace

int main(int argc, char** argv) {
  Options o = read_options(argc, argv);
  void* library = dlopen(library_path().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) fail(dlerror());
  auto compile = reinterpret_cast<decltype(&aic_cg_compile)>(dlsym(library, "aic_cg_compile"));
  if (!compile) fail("no aic_cg_compile");

  std::stringstream text;
  if (o.input == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream in(o.input);
    if (!in) fail("cannot read " + o.input);
    text << in.rdbuf();
  }
  std::string ir = text.str(), out;
  aic_cg_request request{ir.data(), ir.size(), o.cpu.empty() ? nullptr : o.cpu.c_str(),
                         o.features.empty() ? nullptr : o.features.c_str(), o.flags};
  aic_cg_sink sink{&out, [](void* s, const char* bytes, size_t size) { static_cast<std::string*>(s)->append(bytes, size); }};
  std::vector<char> error(1 << 20);
  if (int status = compile(&request, sink, error.data(), error.size())) {
    std::cerr << error.data() << "\n";
    return status;
  }
  if (o.repeat) {
    request.flags &= ~uint32_t(AIC_CG_VERIFY);
    std::vector<double> times;
    for (int k = 0; k < o.repeat; ++k) {
      std::string again;
      sink.state = &again;
      double t = cpu_ms();
      compile(&request, sink, error.data(), error.size());
      times.push_back(cpu_ms() - t);
    }
    std::sort(times.begin(), times.end());
    fprintf(stderr, "median %.3f ms of %d\n", times[times.size() / 2], o.repeat);
  }
  if (o.output.empty() || o.output == "-")
    std::cout << out;
  else
    std::ofstream(o.output, std::ios::binary) << out;
  return 0;
}
