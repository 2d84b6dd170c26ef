// See lapack.h. LAPACK has no address of its own in NumPy's process: the libraries that are loaded are asked for its functions
// under the names that builds give them (`scipy_dgesdd_64_`: ints of 64 bits; `dgesdd_`: of 32).
#include "runtime/lapack.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>

namespace aic::rt {
namespace {

// ---- where it is ----
struct Library {
  void* handle = nullptr;
  const char* pattern = nullptr;  // of its names
  bool long_ints = false;
};
struct Naming {
  const char* pattern;
  bool long_ints;
};
constexpr Naming namings[] = {{"scipy_%s_64_", true}, {"%s_64_", true}, {"%s64_", true}, {"scipy_%s_", false}, {"%s_", false}};

void* find(void* handle, const char* pattern, const char* routine) {
  char name[48];
  const int length = snprintf(name, sizeof name, pattern, routine);
  return length > 0 && length < int(sizeof name) ? dlsym(handle, name) : nullptr;
}
bool take(Library& l, void* handle) {
  if (!handle) return false;
  for (const Naming& n : namings) {
    if (!find(handle, n.pattern, "dgesdd") || !find(handle, n.pattern, "zheevd")) continue;
    l = {handle, n.pattern, n.long_ints};
    return true;
  }
  dlclose(handle);
  return false;
}
int look_at(dl_phdr_info* info, size_t, void* found) {
  const char* path = info->dlpi_name;
  if (!path || !(strstr(path, "openblas") || strstr(path, "lapack") || strstr(path, "mkl_rt"))) return 0;
  return take(*static_cast<Library*>(found), dlopen(path, RTLD_NOLOAD | RTLD_LAZY)) ? 1 : 0;
}
Library the_library;
pthread_once_t once = PTHREAD_ONCE_INIT;
void search() {
  if (dl_iterate_phdr(look_at, &the_library)) return;
  for (const char* name : {"libopenblas.so.0", "liblapack.so.3"})
    if (take(the_library, dlopen(name, RTLD_LAZY | RTLD_LOCAL))) break;
}
const Library& library() {
  pthread_once(&once, search);
  return the_library;
}

// ---- what it is asked for ----
class Block {  // of working memory
 public:
  explicit Block(size_t bytes) : data_(malloc(bytes ? bytes : 1)) {}
  ~Block() { free(data_); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  operator void*() const { return data_; }

 private:
  void* data_;
};

// One call: numbers by address, text by letters, working memory asked for first.
template <class Int>
class Call {
 public:
  Call(bool complex, const LapackArray* a) : complex_(complex), a_(a) {}

  int64_t run(LapackRoutine routine) {
    for (const LapackArray* a = a_; a->data; ++a)
      if (a->extents[0] != int64_t(Int(a->extents[0])) || a->extents[1] != int64_t(Int(a->extents[1]))) return lapack_absent;
    rows_ = Int(a_[0].extents[1]), columns_ = Int(a_[0].extents[0]);
    least_ = std::min(rows_, columns_);
    lead_ = std::max(rows_, Int(1));
    switch (routine) {
      case lapack_potrf: return plain("potrf", "U", &rows_, data(0), &lead_, &info_);
      case lapack_getrf:
        return exchanging([&](Int* order) { return plain("getrf", &rows_, &columns_, data(0), &lead_, order, &info_); });
      case lapack_gesv: {
        Int count = Int(a_[2].extents[0]);
        return exchanging(
            [&](Int* order) { return plain("gesv", &rows_, &count, data(0), &lead_, order, data(2), &lead_, &info_); });
      }
      case lapack_syevd: return hermitian("V", "L");
      case lapack_syevd_upper: return hermitian("V", "U");
      case lapack_syevd_values: return hermitian("N", "L");
      case lapack_syevd_values_upper: return hermitian("N", "U");
      case lapack_geev: return general("V");
      case lapack_geev_values: return general("N");
      case lapack_gesdd: return singular("A");
      case lapack_gesdd_thin: return singular("S");
      case lapack_gesdd_values: return singular("N");
      case lapack_geqrf:
        return working([&](void* work, Int* size) {
          return plain("geqrf", &rows_, &columns_, data(0), &lead_, data(1), work, size, &info_);
        });
      case lapack_orgqr: {
        Int reflections = Int(a_[1].extents[0]);
        const char* name = complex_ ? "ungqr" : "orgqr";
        return working([&](void* work, Int* size) {
          return plain(name, &rows_, &columns_, &reflections, data(0), &lead_, data(1), work, size, &info_);
        });
      }
    }
    return lapack_absent;
  }

 private:
  void* data(size_t k) const { return a_[k].data; }
  [[nodiscard]] size_t element() const { return complex_ ? 2 * sizeof(double) : sizeof(double); }
  Int* lead(size_t k, Int& at) const {
    at = std::max(Int(a_[k].extents[1]), Int(1));
    return &at;
  }
  template <class... Arguments>
  int64_t plain(const char* name, Arguments... arguments) {
    char full[16] = {complex_ ? 'z' : 'd'};
    strncat(full, name, sizeof full - 2);
    void* f = find(library().handle, library().pattern, full);
    if (!f) return lapack_absent;
    reinterpret_cast<void (*)(Arguments...)>(f)(arguments...);
    return info_;
  }

  // Rows exchanged are int64 outside.
  template <class Go>
  int64_t exchanging(Go go) {
    auto* order = static_cast<int64_t*>(data(1));
    if constexpr (sizeof(Int) == 8) return go(reinterpret_cast<Int*>(order));
    Block some(size_t(least_) * sizeof(Int));
    if (!some) return lapack_no_memory;
    auto* short_order = static_cast<Int*>(static_cast<void*>(some));
    const int64_t info = go(short_order);
    for (Int k = 0; k < least_; ++k) order[k] = short_order[k];
    return info;
  }
  // Asks how much it wants, then runs: go(work, its size).
  template <class Go>
  int64_t working(Go go) {
    alignas(16) char first[16];
    Int size = -1;
    if (int64_t info = go(first, &size)) return info;
    size = wanted(first);
    Block work(size_t(size) * element());
    return work ? go(work, &size) : int64_t(lapack_no_memory);
  }
  [[nodiscard]] Int wanted(const void* first) const {
    double x = 0;
    memcpy(&x, first, sizeof x);
    return std::max(Int(x), Int(1));
  }

  int64_t hermitian(const char* job, const char* triangle) {
    alignas(16) char first[16], first_real[16];
    Int ints = -1, size = -1, reals = -1, first_int = 0;
    auto go = [&](void* work, void* real_work, Int* int_work) {
      if (complex_)
        return plain("heevd", job, triangle, &rows_, data(0), &lead_, data(1), work, &size, real_work, &reals, int_work, &ints,
                     &info_);
      return plain("syevd", job, triangle, &rows_, data(0), &lead_, data(1), work, &size, int_work, &ints, &info_);
    };
    if (int64_t info = go(first, first_real, &first_int)) return info;
    size = wanted(first), ints = std::max(first_int, Int(1)), reals = complex_ ? wanted(first_real) : 1;
    Block work(size_t(size) * element()), real_work(size_t(reals) * sizeof(double)), int_work(size_t(ints) * sizeof(Int));
    if (!work || !real_work || !int_work) return lapack_no_memory;
    return go(work, real_work, static_cast<Int*>(static_cast<void*>(int_work)));
  }
  int64_t general(const char* job) {
    const bool vectors = *job == 'V';
    Int ldv = vectors ? lead_ : 1;
    void* v = vectors ? data(2) : nullptr;
    const size_t n = size_t(rows_), part = sizeof(double);
    if (complex_) {
      Block reals(2 * n * part);
      if (!reals) return lapack_no_memory;
      return working([&](void* work, Int* size) {
        return plain("geev", "N", job, &rows_, data(0), &lead_, data(1), nullptr, &one_, v, &ldv, work, size,
                     static_cast<void*>(reals), &info_);
      });
    }
    Block parts(2 * n * part);  // real parts, then imaginary ones
    if (!parts) return lapack_no_memory;
    auto* re = static_cast<char*>(static_cast<void*>(parts));
    char* im = re + n * part;
    const int64_t info = working([&](void* work, Int* size) {
      return plain("geev", "N", job, &rows_, data(0), &lead_, static_cast<void*>(re), static_cast<void*>(im), nullptr, &one_, v,
                   &ldv, work, size, &info_);
    });
    auto* values = static_cast<char*>(data(1));
    for (size_t k = 0; k < n; ++k) {
      memcpy(values + 2 * k * part, re + k * part, part);
      memcpy(values + (2 * k + 1) * part, im + k * part, part);
    }
    return info;
  }
  int64_t singular(const char* job) {
    const bool vectors = *job != 'N';
    Int ldu = 1, ldv = 1;
    void *u = vectors ? data(2) : nullptr, *v = vectors ? data(3) : nullptr;
    if (vectors) lead(2, ldu), lead(3, ldv);
    const size_t least = size_t(least_), most = size_t(std::max(rows_, columns_));
    Block int_work(8 * least * sizeof(Int));
    // LAPACK's bound for complex matrices.
    const size_t reals = complex_ ? least * std::max(5 * least + 7, 2 * most + 2 * least + 1) : 0;
    Block real_work(reals * sizeof(double));
    if (!int_work || !real_work) return lapack_no_memory;
    auto* ints = static_cast<Int*>(static_cast<void*>(int_work));
    return working([&](void* work, Int* size) {
      if (complex_)
        return plain("gesdd", job, &rows_, &columns_, data(0), &lead_, data(1), u, &ldu, v, &ldv, work, size,
                     static_cast<void*>(real_work), ints, &info_);
      return plain("gesdd", job, &rows_, &columns_, data(0), &lead_, data(1), u, &ldu, v, &ldv, work, size, ints, &info_);
    });
  }

  bool complex_;
  const LapackArray* a_;  // up to one without data
  Int rows_ = 0, columns_ = 0, least_ = 0, lead_ = 1, one_ = 1, info_ = 0;
};

}  // namespace

bool lapack_is_there() { return library().handle != nullptr; }

int64_t lapack(int64_t routine, bool complex, const LapackArray* arrays) {
  if (!lapack_is_there()) return lapack_absent;
  const auto which = LapackRoutine(routine);
  return library().long_ints ? Call<int64_t>(complex, arrays).run(which) : Call<int32_t>(complex, arrays).run(which);
}

}  // namespace aic::rt
