// Where a thread's stack ends. Below the address recursion raises RecursionError instead of killing the process.
#pragma once
#include <pthread.h>
#include <stddef.h>

namespace aic::rt {

// Leaves `reserve` bytes below it, or half of a small stack. Asking takes microseconds: callers keep it for each thread.
inline char* lowest_of_stack(size_t reserve) {
  pthread_attr_t attributes;
  void* low = nullptr;
  size_t bytes = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &low, &bytes);
    pthread_attr_destroy(&attributes);
  }
  return static_cast<char*>(low) + (bytes > 2 * reserve ? reserve : bytes / 2);
}

}  // namespace aic::rt
