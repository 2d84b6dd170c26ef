// The C functions of codegen.h. Every exception ends here.
#include <cstring>

#include "codegen/codegen.h"
#include "codegen/compile.h"
#include "ir/base/error.h"

namespace {

void copy_text(std::string_view text, char* to, size_t size) {
  if (!to || !size) return;
  size_t n = std::min(text.size(), size - 1);
  memcpy(to, text.data(), n);
  to[n] = 0;
}

}  // namespace

#define AIC_EXPORT __attribute__((visibility("default")))

extern "C" {

AIC_EXPORT int aic_cg_compile(const aic_cg_request* request, aic_cg_sink out, char* error, size_t error_size) {
  try {
    aic::codegen::Request r{
        {request->ir_text, request->ir_size}, request->target_cpu, request->target_features, request->flags};
    aic::codegen::compile(r, [&](std::string_view bytes) { out.write(out.state, bytes.data(), bytes.size()); });
    return 0;
  } catch (const aic::ir::Error& e) {
    copy_text(e.what(), error, error_size);
    return 1;
  } catch (const std::exception& e) {
    copy_text(e.what(), error, error_size);
  } catch (...) {
    copy_text("internal error: unknown exception in the code generator", error, error_size);
  }
  return 2;
}

AIC_EXPORT int aic_cg_abi_version(void) { return AIC_CG_ABI_VERSION; }

AIC_EXPORT const char* aic_cg_version(void) { return "aic_cg 1, LLVM " AIC_LLVM_VERSION; }

AIC_EXPORT size_t aic_cg_host_cpu(char* text, size_t size) {
  try {
    static const std::string host = aic::codegen::host_cpu();
    copy_text(host, text, size);
    return host.size();
  } catch (...) {
    copy_text("", text, size);
    return 0;
  }
}
}
