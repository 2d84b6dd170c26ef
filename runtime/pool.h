// What a thread keeps of the memory that calls gave back, until the thread ends.
#pragma once

#include <pthread.h>
#include <stdlib.h>

namespace aic::rt {

// `Pool` starts as zeros, `release` frees what it holds. `get` is null where a process has no key left (there are 1024, and
// each library of ours takes some) or no memory. `Pool` belongs to an unnamed namespace: else libraries would share one.
template <class Pool, void (*release)(Pool&)>
class PerThread {
 public:
  static Pool* get() { return pool_ ? pool_ : make(); }

 private:
  static Pool* make() {
    pthread_once(&once_, [] { has_key_ = pthread_key_create(&key_, drop) == 0; });
    Pool* fresh = has_key_ ? static_cast<Pool*>(calloc(1, sizeof(Pool))) : nullptr;
    if (fresh && pthread_setspecific(key_, fresh) != 0) free(fresh), fresh = nullptr;
    return pool_ = fresh;
  }
  static void drop(void* p) {
    release(*static_cast<Pool*>(p));
    free(p);
    pool_ = nullptr;
  }

  static inline constinit thread_local Pool* pool_ = nullptr;  // reached through TLS descriptors (see CMakeLists.txt)
  static inline pthread_key_t key_;
  static inline pthread_once_t once_ = PTHREAD_ONCE_INIT;
  static inline bool has_key_ = false;
};

}  // namespace aic::rt
