// Does this processor have what a library was compiled for? Names are LLVM's; a name that is not in the table is not there.
#include <cpuid.h>
#include <string.h>

#include "runtime/library.h"

namespace aic::rt {
namespace {

enum Register : uint8_t { B, C, D };
enum State : uint8_t { None = 0, Avx = 6, Avx512 = 0xe6 };  // bits of XCR0: what the operating system must save
struct Feature {
  const char* name;
  uint8_t leaf, bit;
  Register in;
  State state;
};
// Leaf 7 is that with subleaf 0; 0x81 stands for 0x80000001.
constexpr Feature features[] = {
    {"sse3", 1, 0, C, None},
    {"pclmul", 1, 1, C, None},
    {"ssse3", 1, 9, C, None},
    {"fma", 1, 12, C, Avx},
    {"cx16", 1, 13, C, None},
    {"sse4.1", 1, 19, C, None},
    {"sse4.2", 1, 20, C, None},
    {"movbe", 1, 22, C, None},
    {"popcnt", 1, 23, C, None},
    {"aes", 1, 25, C, None},
    {"avx", 1, 28, C, Avx},
    {"f16c", 1, 29, C, Avx},
    {"bmi", 7, 3, B, None},
    {"avx2", 7, 5, B, Avx},
    {"bmi2", 7, 8, B, None},
    {"avx512f", 7, 16, B, Avx512},
    {"avx512dq", 7, 17, B, Avx512},
    {"adx", 7, 19, B, None},
    {"avx512ifma", 7, 21, B, Avx512},
    {"avx512cd", 7, 28, B, Avx512},
    {"sha", 7, 29, B, None},
    {"avx512bw", 7, 30, B, Avx512},
    {"avx512vl", 7, 31, B, Avx512},
    {"avx512vbmi", 7, 1, C, Avx512},
    {"avx512vbmi2", 7, 6, C, Avx512},
    {"gfni", 7, 8, C, None},
    {"vaes", 7, 9, C, Avx},
    {"vpclmulqdq", 7, 10, C, Avx},
    {"avx512vnni", 7, 11, C, Avx512},
    {"avx512bitalg", 7, 12, C, Avx512},
    {"avx512vpopcntdq", 7, 14, C, Avx512},
    {"avx512fp16", 7, 23, D, Avx512},
    {"lzcnt", 0x81, 5, C, None},
};

bool has(const char* name, size_t length) {
  for (const Feature& f : features) {
    if (strlen(f.name) != length || memcmp(f.name, name, length) != 0) continue;
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid_count(f.leaf == 0x81 ? 0x80000001u : f.leaf, 0, &a, &b, &c, &d)) return false;
    if (!((f.in == B ? b : f.in == C ? c : d) >> f.bit & 1)) return false;
    if (f.state == None) return true;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1)) return false;  // OSXSAVE
    unsigned low = 0, high = 0;
    asm("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & f.state) == f.state;
  }
  return false;
}

}  // namespace

extern "C" bool aic_processor_has(const char* needs) {
  for (const char* end = needs; *needs; needs = *end ? end + 1 : end) {
    end = needs + strcspn(needs, ",");
    if (!has(needs, size_t(end - needs))) return false;
  }
  return true;
}

extern "C" int32_t aic_processor_known(char* names, int32_t size) {
  int32_t length = 0;
  for (const Feature& f : features)
    for (const char* s = f.name; length < size - 1; ++s) {
      names[length++] = *s ? *s : ',';
      if (!*s) break;
    }
  if (size > 0) names[length ? length - 1 : 0] = 0;
  return length;
}

}  // namespace aic::rt
