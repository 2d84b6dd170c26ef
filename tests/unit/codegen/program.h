// Compiles a loop-form text through the C interface, loads it with the loader of the extension, and calls its entries.
#pragma once
#include <dlfcn.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "codegen/codegen.h"
#include "runtime/abi.h"
#include "runtime/loader/loader.h"
#include "tests/unit/paths.h"

namespace aic::tests {

template <class F>
F* code_generator_function(const char* name) {
  static void* library = dlopen(code_generator, RTLD_NOW | RTLD_LOCAL);
  if (!library) FAIL(dlerror());
  return reinterpret_cast<F*>(dlsym(library, name));
}

struct Compiled {
  int status = 0;
  std::string out, error;
};
inline Compiled compile(const std::string& text, uint32_t flags) {
  static auto* function = code_generator_function<decltype(aic_cg_compile)>("aic_cg_compile");
  Compiled c;
  std::vector<char> error(1 << 16);
  aic_cg_request request{text.data(), text.size(), nullptr, nullptr, flags | AIC_CG_VERIFY};
  aic_cg_sink sink{&c.out, [](void* s, const char* bytes, size_t n) { static_cast<std::string*>(s)->append(bytes, n); }};
  c.status = function(&request, sink, error.data(), error.size());
  c.error = error.data();
  return c;
}

inline rt::Slot slot(int64_t v) { return rt::Slot{.i = v}; }
inline rt::Slot slot(int v) { return rt::Slot{.i = v}; }
inline rt::Slot slot(double v) { return rt::Slot{.f = v}; }

// An array argument over caller's memory; strides in bytes.
template <class T>
struct ArrayArgument {
  std::vector<int64_t> shape, strides;
  rt::Buffer buffer{1, nullptr, 0, nullptr, nullptr, nullptr};
  T* data;
  ArrayArgument(T* d, std::vector<int64_t> s) : shape(std::move(s)), strides(shape.size(), sizeof(T)), data(d) {
    for (size_t k = shape.size(); k-- > 1;) strides[k - 1] = strides[k] * shape[k];
  }
  void push(std::vector<rt::Slot>& to) {
    to.insert(to.end(),
              {rt::Slot{.p = data}, rt::Slot{.p = shape.data()}, rt::Slot{.p = strides.data()}, rt::Slot{.p = &buffer}});
  }
};

class Program {
 public:
  explicit Program(const std::string& text, uint32_t flags = AIC_CG_OPT_2) {
    Compiled c = compile("form loop\n" + text, (flags & ~uint32_t(AIC_CG_EMIT_MASK)) | AIC_CG_EMIT_OBJECT);
    INFO(c.error);
    REQUIRE(c.status == 0);
    std::string error;
    code_ = rt::Code::load(std::as_bytes(std::span(c.out)), false, error);
    INFO(error);
    REQUIRE(code_);
    context.runtime = rt::aic_runtime();
    context.host = &host_;
    context.poll_word = &poll_word;
    context.stack_limit = static_cast<char*>(__builtin_frame_address(0)) - (256 << 10);
  }
  ~Program() { rt::aic_release_live(&context); }

  int32_t call(const std::string& name, const std::vector<rt::Slot>& arguments) {
    auto entry = reinterpret_cast<rt::Entry>(code_->find("aic_entry_" + name));
    REQUIRE(entry);
    return entry(&context, arguments.data(), results);
  }

  rt::Context context{};
  rt::Slot results[64] = {};
  volatile int32_t poll_word = 0;
  int32_t poll_answer = 0;

 private:
  std::unique_ptr<rt::Code> code_;
  rt::Host host_{.version = rt::abi_version,
                 .write = nullptr,
                 .poll = [](rt::Context* c) { return *c->poll_word - 1; },
                 .text_changed = nullptr,
                 .text_is = nullptr,
                 .hash_text = nullptr,
                 .error_text = nullptr,
                 .interpret = nullptr,
                 .drop = nullptr};
};

}  // namespace aic::tests
