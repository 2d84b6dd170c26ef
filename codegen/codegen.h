/* The border of the code generator: text of the loop form and a target in, machine code out.
 *
 * Plain C: no C++ type, exception or allocation crosses. The library (libaic_cg.so, LLVM linked in) is opened on the first
 * compile of a process, so that whoever only loads cached code never pays for it. All functions may be called from many
 * threads. Compiled code has no undefined symbols but libc's and libm's; for each function of the text with the header
 * attribute `entry = 1` it exports `int32_t aic_entry_<name>(Context*, const Slot*, Slot*)` (runtime/abi.h), where bytes of
 * the name other than letters, digits, `_` and `.` are written `$xx` in hexadecimal. */
#ifndef AIC_CODEGEN_CODEGEN_H
#define AIC_CODEGEN_CODEGEN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  AIC_CG_ABI_VERSION = 1,  /* of this interface: what aic_cg_abi_version() must return */

  /* flags: optimisation level in bits 0-1 (0: compile fast, 2: the default), what to emit in bits 4-5 */
  AIC_CG_OPT_0 = 0,
  AIC_CG_OPT_1 = 1,
  AIC_CG_OPT_2 = 2,
  AIC_CG_OPT_MASK = 3,
  AIC_CG_EMIT_OBJECT = 0 << 4,
  AIC_CG_EMIT_LLVM = 1 << 4,
  AIC_CG_EMIT_ASM = 2 << 4,
  AIC_CG_EMIT_RAW_LLVM = 3 << 4,  /* LLVM IR before optimisation */
  AIC_CG_EMIT_MASK = 3 << 4,
  AIC_CG_DEBUG_INFO = 1 << 6,     /* DWARF line tables: gdb and perf show Python lines */
  AIC_CG_VERIFY = 1 << 7,         /* run LLVM's verifier on what is made (tests) */

  /* fast-math, by LLVM's flag names; none of them set is strict */
  AIC_CG_REASSOC = 1 << 8,
  AIC_CG_NNAN = 1 << 9,
  AIC_CG_NINF = 1 << 10,
  AIC_CG_NSZ = 1 << 11,
  AIC_CG_ARCP = 1 << 12,
  AIC_CG_CONTRACT = 1 << 13,
  AIC_CG_AFN = 1 << 14,
  AIC_CG_FASTMATH_MASK = 0x7f << 8
};

typedef struct {
  const char* ir_text;
  size_t ir_size;
  const char* target_cpu;       /* LLVM's CPU name; null: the host's */
  const char* target_features;  /* "+avx2,-fma,…"; null: the host's if target_cpu is null, else the CPU's own */
  uint32_t flags;
} aic_cg_request;

/* Called once or more with consecutive pieces of the result, before aic_cg_compile returns. */
typedef struct {
  void* state;
  void (*write)(void* state, const char* bytes, size_t size);
} aic_cg_sink;

/* 0: the whole result went to `out`. 1: the text is not a module that can be compiled. 2: internal error. Then nothing was
 * written and `error` (may be null) holds a terminated message, cut to error_size. */
int aic_cg_compile(const aic_cg_request* request, aic_cg_sink out, char* error, size_t error_size);

int aic_cg_abi_version(void);

/* "aic_cg 1, LLVM 22.1.8": belongs in cache keys. Lives as long as the library. */
const char* aic_cg_version(void);

/* "<cpu> <features>" of this machine as compile uses them: belongs in cache keys. Returns the length without the
 * terminator; at most size - 1 bytes are copied. */
size_t aic_cg_host_cpu(char* text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
