// dlopen with RTLD_LOCAL: nothing of LLVM becomes visible to the process.
#include "python/bindings/generator.h"

#include <dlfcn.h>

#include <atomic>

#include "ir/base/error.h"

namespace aic::bindings {
namespace {

struct Library {
  decltype(&aic_cg_compile) compile = nullptr;
  decltype(&aic_cg_version) version = nullptr;
  decltype(&aic_cg_host_cpu) host_cpu = nullptr;
};
std::atomic<bool> is_open = false;

Library open_library() {
  Dl_info here{};
  dladdr(reinterpret_cast<const void*>(&generator_is_open), &here);
  std::string path = here.dli_fname ? here.dli_fname : "";
  path = path.substr(0, path.rfind('/') + 1) + "libaic_cg.so";
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  AIC_CHECK(handle, dlerror());
  auto abi = reinterpret_cast<decltype(&aic_cg_abi_version)>(dlsym(handle, "aic_cg_abi_version"));
  AIC_CHECK(abi && abi() == AIC_CG_ABI_VERSION, "libaic_cg.so is of another version than the extension");
  Library l;
  l.compile = reinterpret_cast<decltype(l.compile)>(dlsym(handle, "aic_cg_compile"));
  l.version = reinterpret_cast<decltype(l.version)>(dlsym(handle, "aic_cg_version"));
  l.host_cpu = reinterpret_cast<decltype(l.host_cpu)>(dlsym(handle, "aic_cg_host_cpu"));
  AIC_CHECK(l.compile && l.version && l.host_cpu);
  is_open = true;
  return l;
}

const Library& library() {
  static const Library l = open_library();
  return l;
}

}  // namespace

bool generator_is_open() { return is_open; }

std::string generate(std::string_view loop_form, uint32_t flags, const std::string& cpu) {
  aic_cg_request request{loop_form.data(), loop_form.size(), cpu.empty() ? nullptr : cpu.c_str(), nullptr, flags};
  std::string out;
  aic_cg_sink sink{&out, [](void* state, const char* bytes, size_t n) { static_cast<std::string*>(state)->append(bytes, n); }};
  char error[2000] = "";
  int status = library().compile(&request, sink, error, sizeof error);
  AIC_CHECK(status == 0, error);
  return out;
}

std::string generator_version() {
  char cpu[4000];
  library().host_cpu(cpu, sizeof cpu);
  return std::string(library().version()) + " " + cpu;
}

}  // namespace aic::bindings
