"""Libraries called from C and C++, compiled by gcc and clang: the same bits as the jitted function, codes for every misuse."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
SCRIPT = HERE / "library_functions.py"
COMPILERS = [c for c in ("gcc", "clang") if shutil.which(c)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("c")
    subprocess.run([sys.executable, "-m", "aic", "build", SCRIPT, "-o", folder / "libfunctions.so"], check=True, capture_output=True)
    return folder


def run_c(folder, text, compiler="gcc", options=(), arguments=(), suffix=".c", libraries=()):
    source = folder / f"program{suffix}"
    source.write_text(text)
    standard = ["-std=c99", "-D_POSIX_C_SOURCE=200809L"] if suffix == ".c" else ["-std=c++17"]
    driver = compiler if suffix == ".c" else {"gcc": "g++", "clang": "clang++"}[compiler]
    subprocess.run([driver, *standard, "-Wall", "-Wextra", "-Werror", "-pedantic", "-O1", *options, source, "-o", folder / "program", f"-L{folder}",
                    "-lfunctions", *libraries, "-lm", f"-Wl,-rpath,{folder}"], check=True, cwd=folder)
    return subprocess.run([folder / "program", *map(str, arguments)], capture_output=True, text=True, timeout=120)


VALUES = r"""
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "libfunctions.h"
static aic_error e;
#define OK(call) do { int32_t code = (call); if (code) { printf("line %d: %d %s: %s\n", __LINE__, code, e.exception, e.message); return 1; } } while (0)
#define IS(what) do { if (!(what)) { printf("line %d: %s\n", __LINE__, #what); return 1; } } while (0)
int main(void) {
  double x; int64_t n; int32_t small;
  OK(add_one(41.5, &x, &e)); IS(x == 42.5);
  OK(add_one(41.5, &x, NULL));
  OK(quotient(-7, 2, &n, &e)); IS(n == -4);
  OK(quotient(INT64_C(1) << 62, 3, &n, &e)); IS(n == (INT64_C(1) << 62) / 3);
  OK(functions_exp(1.0, &x, &e)); IS(x == exp(1.0));
  OK(nothing(&e));

  int32_t whole[3] = {5, -6, 7};
  aic_i32_1 i = aic_i32_1_of(whole, 3);
  OK(pick(&i, -2, &small, &e)); IS(small == -6);

  bool p; int8_t a; uint16_t b; float c; float _Complex d; double _Complex z; int64_t f0; double f1;
  OK(numbers(true, -3, 65535, 0.1f, 1.0f - 2.0f * I, 3.0 + 4.0 * I, INT64_MIN, 0.25, &p, &a, &b, &c, &d, &z, &f0, &f1, &e));
  IS(!p && a == -3 && b == 65535 && c == 0.1f && f0 == INT64_MIN && f1 == 0.25);
  IS(crealf(d) == 1.0f && cimagf(d) == -2.0f && creal(z) == 3.0 && cimag(z) == 4.0);
  OK(many_complex(1.0 * I, 2.0, 3.0 * I, 4.0, 5.0 * I, 6.0 + 1.0 * I, &z, &e));
  IS(creal(z) == 0 + 4 + 0 + 16 + 0 + 36 && cimag(z) == 1 + 0 + 9 + 0 + 25 + 6);

  float singles[4] = {3, -1, 2, 0.5f};
  aic_f32_1 s = {singles, {2}, {8}};
  float least, most, sum;
  OK(statistics(&s, &least, &most, &sum, &n, &e)); IS(least == 2 && most == 3 && sum == 5 && n == 2);

  double data[6] = {1, 2, 3, 4, 5, 6};
  aic_f64_1 v = aic_f64_1_of(data, 6), head, tail;
  OK(halves(&v, &head, &tail, &e));   /* views in Python: memory of their own here */
  IS(head.shape[0] == 3 && head.strides[0] == 8 && head.data != data && head.data[2] == 3 && tail.data[0] == 6 && tail.data[2] == 4);
  free(head.data); free(tail.data);
  aic_f64_1 back = {data + 5, {6}, {-8}};
  OK(total(&back, &x, &e)); IS(x == 91);
  OK(slope(&back, &head, &e)); IS(head.shape[0] == 6 && head.data[0] == 12 && head.data[5] == 2); free(head.data);
  aic_f64_1 none = {NULL, {0}, {0}};
  OK(total(&none, &x, &e)); IS(x == 0);

  aic_f64_2 m = aic_f64_2_of(data, 2, 3), out;
  OK(itself(&m, &out, &e)); IS(out.data != data && memcmp(out.data, data, sizeof data) == 0 && out.strides[0] == 24); free(out.data);
  OK(transposed(&m, &out, &e)); IS(out.shape[0] == 3 && out.shape[1] == 2 && out.strides[0] == 8 && out.strides[1] == 24 && out.data[3] == 5); free(out.data);
  int64_t longs[2] = {4, 5};
  aic_i64_1 l = aic_i64_1_of(longs, 2), one, two;
  OK(twice(&l, &one, &two, &e)); IS(one.data[1] == 10 && two.data[1] == 10 && one.data != two.data); free(one.data); free(two.data);

  aic_f64_1 left = aic_f64_1_of(data, 5), right = aic_f64_1_of(data + 1, 5);   /* overlapping */
  OK(shift(&left, &right, &e)); IS(data[0] == 1 && data[1] == 3 && data[2] == 6 && data[3] == 10);
  OK(look_up(1, 2, &x, &e)); IS(x == 32);
  double many[2048]; int64_t ones[22], strides[22];
  for (int k = 0; k < 2048; ++k) many[k] = k;
  aic_f64_11 deep; aic_f64_10 less;
  for (int k = 0; k < 11; ++k) deep.shape[k] = 2, deep.strides[k] = INT64_C(8192) >> k, ones[k] = 2, strides[k] = deep.strides[k];
  deep.data = many;
  OK(eleven(&deep, 1, &less, &n, &e)); IS(n == 2 && less.shape[9] == 2 && less.data[1023] == 2048); free(less.data);
  int64_t one_more = 1;
  aic_value values[4] = {{AIC_DOUBLE, 11, many, ones, strides}, {AIC_INT64, -1, &one_more, NULL, NULL}, {AIC_DOUBLE, 10, &less, NULL, NULL}, {AIC_INT64, -1, &n, NULL, NULL}};
  OK(aic_call(&aic_function_eleven, values, 4, &e)); IS(less.data[0] == 1025); free(less.data);
  puts("before"); OK(said(7, &e)); puts("after");
  IS(strstr(aic_manifest, "\"name\":\"stencil\"") != NULL);
  return 0;
}
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_values_in_and_out(folder, compiler):
    done = run_c(folder, VALUES, compiler)
    assert done.returncode == 0, done.stdout
    assert done.stdout == "before\nword 7\nafter\n"


@pytest.mark.parametrize("text", ["VALUES", "ERRORS", "THREADS"])
def test_under_sanitizers(folder, text):
    """Nothing leaks, nothing is read or written where it should not be, as far as calls of libc tell."""
    sanitize = "-fsanitize=address,undefined"
    probe = subprocess.run(["gcc", sanitize, "-x", "c", "-", "-o", folder / "probe"], input="int main(void) { return 0; }", text=True, capture_output=True)
    if probe.returncode:
        pytest.skip("gcc has no sanitizers here")
    done = run_c(folder, globals()[text], options=[sanitize, "-pthread"])
    assert done.returncode == 0 and "ERROR" not in done.stderr, done.stdout + done.stderr


def test_the_header_is_c_plus_plus_too(folder):
    done = run_c(folder, '#include "libfunctions.h"\n#include "libfunctions.h"\nint main() { double x = 0; return add_one(1.0, &x, nullptr) || x != 2.0; }\n', suffix=".cpp")
    assert done.returncode == 0


ERRORS = r"""
#include <stdio.h>
#include <string.h>
#include "libfunctions.h"
static aic_error e;
#define FAILS(number, call) do { \
    memset(&e, 0, sizeof e); int32_t code = (call); \
    printf("%d %s|%s|%s|%d\n", code, e.exception, e.message, e.function, e.line); \
    if (code != (number) || e.code != code) { printf("line %d\n", __LINE__); return 1; } } while (0)
int main(void) {
  double x, data[6] = {1, 2, 3, 4, 5, 6}; int64_t n; int32_t s, whole[6] = {0};
  aic_f64_2 out, m = aic_f64_2_of(data, 2, 3), bad;
  FAILS(AIC_ZERO_DIVISION_ERROR, quotient(1, 0, &n, &e));
  FAILS(AIC_OVERFLOW_ERROR, quotient(INT64_MIN, -1, &n, &e));
  aic_i32_1 i = aic_i32_1_of(whole, 6);
  FAILS(AIC_INDEX_ERROR, pick(&i, 6, &s, &e));
  FAILS(AIC_INDEX_ERROR, look_up(2, 0, &x, &e));
  FAILS(AIC_VALUE_ERROR, strict(-1.5, &x, &e));
  FAILS(AIC_ASSERTION_ERROR, strict(1e20, &x, &e));
  FAILS(AIC_RECURSION_ERROR, depth(100000000, &n, &e));
  aic_f32_1 nothing_there = {NULL, {0}, {4}}; float a, b, c;
  FAILS(AIC_VALUE_ERROR, statistics(&nothing_there, &a, &b, &c, &n, &e));
  FAILS(AIC_NULL_POINTER, add_one(1.0, NULL, &e));
  FAILS(AIC_NULL_POINTER, stencil(NULL, &out, &e));
  FAILS(AIC_NULL_POINTER, stencil(&m, NULL, &e));
  bad = m; bad.data = NULL;
  FAILS(AIC_NULL_POINTER, stencil(&bad, &out, &e));
  bad = m; bad.shape[1] = -1;
  FAILS(AIC_BAD_SHAPE, stencil(&bad, &out, &e));
  bad = m; bad.shape[0] = bad.shape[1] = INT64_MAX / 2;
  FAILS(AIC_BAD_SHAPE, stencil(&bad, &out, &e));
  bad = m; bad.strides[0] = 12;
  FAILS(AIC_BAD_STRIDES, stencil(&bad, &out, &e));
  bad = m; bad.strides[0] = 8; bad.strides[1] = 16;
  FAILS(AIC_BAD_STRIDES, transposed(&bad, &out, &e));
  bad = m; bad.data = (double *)((char *)data + 4);
  FAILS(AIC_UNALIGNED, stencil(&bad, &out, &e));

  /* the same by description, where the compiler sees no types */
  int64_t shape[2] = {2, 3}, strides[2] = {24, 8};
  aic_value v[2] = {{AIC_DOUBLE, 2, data, shape, strides}, {AIC_DOUBLE, 2, &out, NULL, NULL}};
  FAILS(AIC_BAD_COUNT, aic_call(&aic_function_stencil, v, 1, &e));
  v[0].rank = 1;
  FAILS(AIC_BAD_RANK, aic_call(&aic_function_stencil, v, 2, &e));
  v[0].rank = -1;
  FAILS(AIC_BAD_RANK, aic_call(&aic_function_stencil, v, 2, &e));
  v[0].rank = 2; v[0].dtype = AIC_FLOAT;
  FAILS(AIC_BAD_DTYPE, aic_call(&aic_function_stencil, v, 2, &e));
  v[0].dtype = 77;
  FAILS(AIC_BAD_DTYPE, aic_call(&aic_function_stencil, v, 2, &e));
  v[0].dtype = AIC_DOUBLE; v[0].shape = NULL;
  FAILS(AIC_NULL_POINTER, aic_call(&aic_function_stencil, v, 2, &e));
  FAILS(AIC_NULL_POINTER, aic_call(NULL, v, 2, &e));
  FAILS(AIC_NULL_POINTER, aic_call(&aic_function_stencil, NULL, 2, &e));
  v[0].shape = shape; v[0].data = NULL;
  FAILS(AIC_NULL_POINTER, aic_call(&aic_function_stencil, v, 2, &e));
  v[0].data = data;
  return aic_call(&aic_function_stencil, v, 2, NULL) || out.shape[1] != 3;
}
"""


def test_every_misuse_has_a_code(folder):
    done = run_c(folder, ERRORS)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout
    rows = [re.match(r"(\d+) (\w+)\|(.*)\|(\w*)\|(\d+)$", line).groups() for line in lines]
    told = {(exception, message) for _, exception, message, _, _ in rows}
    assert ("ZeroDivisionError", "integer division or modulo by zero") in told
    assert ("IndexError", "index 6 is out of bounds for axis 0 with size 6") in told
    assert ("ValueError", "x is -1.5") in told and ("AssertionError", "too large") in told
    assert ("ValueError", "zero-size array to reduction operation minimum which has no identity") in told
    assert ("TypeError", "`a` has rank 2, not 1") in told and ("TypeError", "`a` has elements of type double, not float") in told
    places = {exception: int(line) for _, exception, _, _, line in rows if line != "0"}
    source = SCRIPT.read_text().splitlines()
    assert "a // b" in source[places["OverflowError"] - 1] and "assert x < 100" in source[places["AssertionError"] - 1]


CALLS = r"""
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "libfunctions.h"
#define PUT(call) do { aic_error e = {0}; double x = 0; if ((call)) printf("%s %s\n", e.exception, e.message); else printf("%a\n", x); } while (0)
int main(void) {
  for (int k = 0; k < 400; ++k) {
    double value = (k - 200) * 0.37 * pow(10.0, k % 7);
    PUT(strict(value, &x, &e));
  }
  return 0;
}
"""


def test_messages_show_numbers_as_python_does(folder):
    import library_functions
    from harness import outcome
    lines = run_c(folder, CALLS).stdout.splitlines()
    for k, line in enumerate(lines):
        value = (k - 200) * 0.37 * 10.0 ** (k % 7)
        want = outcome(library_functions.strict, [value], {})
        assert line == f"{want[1].__name__} {want[2]}" if want[0] == "error" else float.fromhex(line) == value
    assert len(lines) == 400


STENCIL = r"""
#include <stdio.h>
#include <stdlib.h>
#include "libfunctions.h"
int main(int count, char **names) {
  int64_t n = atoi(names[2]), m = atoi(names[3]);
  double *data = malloc(sizeof(double) * (size_t)(n * m));
  FILE *f = fopen(names[1], "rb");
  if (count < 5 || !f || fread(data, sizeof(double), (size_t)(n * m), f) != (size_t)(n * m)) return 2;
  aic_f64_2 a = aic_f64_2_of(data, n, m), out;
  if (stencil(&a, &out, NULL)) return 1;
  f = fopen(names[4], "wb");
  fwrite(out.data, sizeof(double), (size_t)(n * m), f);
  fclose(f); free(out.data); free(data);
  return 0;
}
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_same_bits_as_the_jitted_function(folder, compiler):
    import library_functions
    a = np.random.default_rng(1).normal(size=(61, 83))
    a.tofile(folder / "in")
    assert run_c(folder, STENCIL, compiler, arguments=[folder / "in", 61, 83, folder / "out"]).returncode == 0
    assert np.array_equal(np.fromfile(folder / "out").reshape(61, 83).view(np.int64), library_functions.stencil(a).view(np.int64))


THREADS = r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "libfunctions.h"
static void *work(void *argument) {
  long seed = (long)argument;
  for (int round = 0; round < 2000; ++round) {
    double data[40], x;
    for (int k = 0; k < 40; ++k) data[k] = (double)(seed * k + round);
    aic_f64_2 a = aic_f64_2_of(data, 5, 8), out;
    aic_error e;
    if (stencil(&a, &out, &e) || out.data[9] != 0.25 * (data[1] + data[17] + data[8] + data[10])) return "stencil";
    free(out.data);
    if (strict(-(double)seed - round, &x, &e) != AIC_VALUE_ERROR) return "no error";
    char want[64];
    snprintf(want, sizeof want, "x is %.1f", -(double)seed - round);
    for (int k = 0; want[k] || e.message[k]; ++k) if (want[k] != e.message[k]) return "message";
    int64_t n;
    if (depth(100, &n, &e) || n != 100) return "depth";
  }
  return NULL;
}
int main(void) {
  pthread_t threads[16];
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 << 10);
  for (long k = 0; k < 16; ++k) pthread_create(&threads[k], k % 2 ? &attributes : NULL, work, (void *)(k + 1));
  for (int k = 0; k < 16; ++k) {
    void *why;
    pthread_join(threads[k], &why);
    if (why) { puts((char *)why); return 1; }
  }
  return 0;
}
"""


def test_sixteen_threads(folder):
    done = run_c(folder, THREADS, options=["-pthread"])
    assert done.returncode == 0, done.stdout


def test_two_libraries_in_one_program(folder, tmp_path):
    (tmp_path / "other.py").write_text("import aic\n\n@aic.jit\ndef other(x: float):\n    return 2.0 * x\n")
    subprocess.run([sys.executable, "-m", "aic", "build", tmp_path / "other.py", "-o", folder / "libother.so"], check=True, capture_output=True)
    text = ('#include "libfunctions.h"\n#include "libother.h"\n'
            "int main(void) { double x, y; return add_one(1.0, &x, 0) || other(x, &y, 0) || y != 4.0; }\n")
    assert run_c(folder, text, libraries=["-lother"]).returncode == 0


CLOSED = r"""
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include "libfunctions.h"
static const char *path;
static int failures = 0;
static void *work(void *nothing) {
  double data[6] = {0};
  aic_f64_2 a = aic_f64_2_of(data, 2, 3), out;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  int32_t (*f)(const aic_f64_2 *, aic_f64_2 *, aic_error *);
  *(void **)&f = library ? dlsym(library, "stencil") : NULL;
  if (!f || f(&a, &out, NULL)) ++failures;
  else free(out.data);
  if (library) dlclose(library);
  return nothing;   /* what the thread kept goes back only now */
}
int main(int count, char **names) {
  if (count != 2) return 2;
  path = names[1];
  for (int k = 0; k < 20; ++k) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
  }
  return failures;
}
"""


def test_a_library_is_closed_before_a_thread_that_used_it_ends(folder):
    shutil.copy(folder / "libfunctions.so", folder / "libcopy.so")
    assert run_c(folder, CLOSED, options=["-pthread"], libraries=["-ldl"], arguments=[folder / "libcopy.so"]).returncode == 0


MEMORY = r"""
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include "libfunctions.h"
int main(void) {
  static double data[200 * 200];
  aic_f64_2 a = aic_f64_2_of(data, 200, 200), out;
  struct rusage before, after;
  for (int k = 0; k < 3000; ++k) {
    if (k == 300) getrusage(RUSAGE_SELF, &before);
    if (stencil(&a, &out, NULL)) return 1;
    free(out.data);
  }
  getrusage(RUSAGE_SELF, &after);
  printf("%ld\n", after.ru_maxrss - before.ru_maxrss);
  return after.ru_maxrss - before.ru_maxrss > 4000;
}
"""


def test_memory_stays_flat(folder):
    done = run_c(folder, MEMORY)
    assert done.returncode == 0, done.stdout


def test_codes_of_the_header_are_the_runtimes():
    from aic.aot.header import CODES
    runtime = HERE.parents[1] / "runtime"
    pairs = dict(re.findall(r'\{"(\w+)", (\d+)\}', (runtime / "library_error.cpp").read_text()))
    spelt = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper(): int(n) for name, n in pairs.items()}
    spelt["LINALG_ERROR"] = spelt.pop("LIN_ALG_ERROR")
    assert {name: CODES[name] for name in spelt} == spelt
    enum = re.search(r"enum LibraryCode.*?\};", (runtime / "library.h").read_text(), re.S).group()
    names = re.findall(r"code_(\w+)(?: = (\d+))?", enum)
    number = 0
    for name, value in names:
        number = int(value) if value else number + 1
        assert CODES.get({"none": "OK", "other": "ERROR", "memory": "MEMORY_ERROR"}.get(name, name.upper())) == number
