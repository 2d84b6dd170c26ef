// What a thread keeps of the memory that calls gave back, until the thread ends.
#pragma once

#include "runtime/abi.h"

namespace aic::rt {

struct BufferPool {
  static constexpr int max_blocks = 16;   // idle buffers with their data
  static constexpr int max_headers = 32;  // idle buffers whose data went to NumPy
  Buffer* blocks[max_blocks];
  int block_count;
  int64_t idle_bytes;
  Buffer* headers[max_headers];
  int header_count;
};
// Headers with their data, where they kept some; small ones, chained by `next`, live side by side by the thousand.
struct ListPool {
  static constexpr int max_headers = 32, max_small = 16384;
  List* headers[max_headers];
  int count;
  List* small;
  int small_count;
};
// Pieces of one size, chained by `next`.
struct TextPool {
  static constexpr int max_pieces = 65536;
  Str* first;
  int count;
};

struct Pools {
  BufferPool buffers;
  ListPool lists;
  TextPool texts;
};

// This thread's; null where the process has no key left (there are 1024, and each library of ours takes one) or no memory.
// Hidden: libraries would share them otherwise, and be of different versions.
[[gnu::visibility("hidden")]] Pools* pools_of_thread();
// The same, asked for once a call: a call stays on its thread.
inline Pools* pools_of(Context* context) {
  if (!context->pools) context->pools = pools_of_thread();
  return context->pools;
}

}  // namespace aic::rt
