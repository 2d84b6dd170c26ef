"""The C header of a library."""
import re

# By ir's number of the dtype: name in aic, type in C.
DTYPES = (("b1", "bool"), ("i8", "int8_t"), ("i16", "int16_t"), ("i32", "int32_t"), ("i64", "int64_t"), ("u8", "uint8_t"),
          ("u16", "uint16_t"), ("u32", "uint32_t"), ("u64", "uint64_t"), ("bf16", "uint16_t"), ("f16", "uint16_t"), ("f32", "float"),
          ("f64", "double"), ("c64", "aic_c64"), ("c128", "aic_c128"))

# runtime/library_error.cpp and runtime/library.h have the same numbers; tests/e2e/test_library_from_c.py compares them.
CODES = {
    "OK": 0, "ERROR": 1, "VALUE_ERROR": 2, "INDEX_ERROR": 3, "ZERO_DIVISION_ERROR": 4, "OVERFLOW_ERROR": 5, "TYPE_ERROR": 6,
    "KEY_ERROR": 7, "MEMORY_ERROR": 8, "RECURSION_ERROR": 9, "ASSERTION_ERROR": 10, "RUNTIME_ERROR": 11,
    "FLOATING_POINT_ERROR": 12, "ATTRIBUTE_ERROR": 13, "UNBOUND_LOCAL_ERROR": 14, "LINALG_ERROR": 15, "AXIS_ERROR": 16,
    "STOP_ITERATION": 17, "NOT_IMPLEMENTED_ERROR": 18, "NULL_POINTER": 100, "BAD_SHAPE": 101, "BAD_STRIDES": 102,
    "UNALIGNED": 103, "BAD_RANK": 104, "BAD_DTYPE": 105, "UNKNOWN_FUNCTION": 106, "BAD_COUNT": 107, "UNSUPPORTED": 108,
    "BAD_PROCESSOR": 109,
}

KEYWORDS = frozenset("""
alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class compl concept const
consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do double dynamic_cast else
enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr
operator or or_eq private protected public register reinterpret_cast requires restrict return short signed sizeof static
static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename typeof union unsigned
using virtual void volatile wchar_t while xor xor_eq main errno""".split())

_COMMON = """\
#ifndef AIC_C_INTERFACE_1
#define AIC_C_INTERFACE_1
/* What a call returns, and `code` of its aic_error. Below 100: the exception that the function raised. */
enum aic_code {
%s
};
/* Why a call failed. The texts live as long as the library is loaded. */
typedef struct {
  int32_t code;
  int32_t line;            /* in `file`; 0: the call itself was wrong */
  const char *exception;   /* "IndexError" */
  const char *function;
  const char *file;
  char message[256];       /* UTF-8 */
} aic_error;
/* For callers that know types at run time only: a function by its description, with described values. */
enum aic_dtype {
  AIC_BOOL, AIC_INT8, AIC_INT16, AIC_INT32, AIC_INT64, AIC_UINT8, AIC_UINT16, AIC_UINT32, AIC_UINT64,
  AIC_BFLOAT16 /* the upper half of a float */, AIC_HALF /* the bits of an IEEE binary16 */, AIC_FLOAT, AIC_DOUBLE,
  AIC_COMPLEX_FLOAT, AIC_COMPLEX_DOUBLE
};
typedef struct {
  int32_t dtype;
  int32_t rank;                     /* -1: a scalar */
  void *data;                       /* an array's elements, a scalar; of a result where it goes: a scalar, or the array's struct */
  const int64_t *shape, *strides;   /* of an array that is passed */
} aic_value;
typedef struct aic_function aic_function;
#ifdef __cplusplus
typedef struct { float re, im; } aic_c64;
typedef struct { double re, im; } aic_c128;
#else
typedef float _Complex aic_c64;
typedef double _Complex aic_c128;
#endif
#endif
"""


def c_name(name):
    """The name with every character that C does not have written as its code."""
    return re.sub(r"[^A-Za-z0-9_]", lambda m: f"u{ord(m.group()):04x}", name)


def parameters(built):
    """[(kind, dtype, rank, name)] of the C function, without its error; names are C's and different."""
    names = built["names"].decode().split("\0")
    taken, out = {"error"}, []
    words = [built["words"][k:k + 4] for k in range(0, len(built["words"]), 4)]
    for name, (kind, dtype, rank, _) in zip(names, (w for w in words if w[0] != "v")):
        name = c_name(name)
        while name in taken or name in KEYWORDS:
            name += "_"
        taken.add(name)
        out.append((kind, ord(dtype) - ord("a"), ord(rank) - ord("0"), name))
    return out


def array_type(dtype, rank):
    return f"aic_{DTYPES[dtype][0]}_{rank}"


def prototype(symbol, rows):
    """`int32_t f(const aic_f64_1 *a, double *result, aic_error *error)`"""
    texts = []
    for kind, dtype, rank, name in rows:
        texts.append({"a": f"const {array_type(dtype, rank)} *{name}", "R": f"{array_type(dtype, rank)} *{name}",
                      "r": f"{DTYPES[dtype][1]} *{name}", "u": f"{DTYPES[dtype][1]} *{name}"}.get(kind) or f"{DTYPES[dtype][1]} {name}")
    return f"int32_t {symbol}({', '.join(texts + ['aic_error *error'])})"


def _array_struct(dtype, rank):
    name, c = array_type(dtype, rank), DTYPES[dtype][1]
    axes = f"int64_t shape[{rank}], strides[{rank}]; " if rank else ""
    extents = "".join(f", int64_t n{k}" for k in range(rank))
    lines = [f"#ifndef {name.upper()}", f"#define {name.upper()}", f"typedef struct {{ {c} *data; {axes}}} {name};  /* strides in bytes */",
             f"/* Contiguous data, the last axis fastest. */", f"static inline {name} {name}_of({c} *data{extents}) {{", f"  {name} a;", "  a.data = data;"]
    for k in range(rank):
        size = " * ".join([f"(int64_t)sizeof({c})"] + [f"n{j}" for j in range(k + 1, rank)])
        lines.append(f"  a.shape[{k}] = n{k}, a.strides[{k}] = {size};")
    return "\n".join([*lines, "  return a;", "}", "#endif"])


def _comment(text):
    return text.replace("*/", "* /").replace("/*", "/ *")


def header(name, script, version, functions):
    """`functions`: rows of build.py. The whole text."""
    guard = f"AIC_LIBRARY_{re.sub('[^A-Za-z0-9]', '_', name).upper()}_H"
    arrays = sorted({(dtype, rank) for f in functions for kind, dtype, rank, _ in f["c"] if kind in "aR"})
    codes = "\n".join(f"  AIC_{code} = {number}," for code, number in CODES.items())
    parts = [f"/* Functions of {_comment(script)}, built by aic {version}. Do not edit.\n"
             " *\n"
             " * Each function returns 0 or a code, and takes an aic_error last, which may be null. Results are written through\n"
             " * pointers, and only when the call succeeds. The data of result arrays is new, contiguous memory: release it with free().\n"
             " * Parameters are borrowed for the call. All functions may be called from many threads. */",
             f"#ifndef {guard}\n#define {guard}\n#include <stdbool.h>\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n",
             _COMMON % codes, *(_array_struct(*a) for a in arrays), ""]
    for f in functions:
        doc = (f["doc"] or "").strip().splitlines()
        lines = [f"{f['name']}({f['signature']}) -> {f['result']}    {f['file']}:{f['line']}"] + doc[:1]
        parts.append("/* " + "\n   ".join(_comment(line) for line in lines) + " */\n" + prototype(f["symbol"], f["c"])
                     + f";\nextern const aic_function aic_function_{f['symbol']};\n")
    parts.append("/* Calls a function with `count` values: its parameters in order, results among them, without the error. */\n"
                 "int32_t aic_call(const aic_function *function, const aic_value *values, int32_t count, aic_error *error);\n\n"
                 "/* What `aic.load` reads, JSON, terminated. */\nextern const char aic_manifest[];\n\n#ifdef __cplusplus\n}\n#endif\n#endif\n")
    return "\n".join(parts)
