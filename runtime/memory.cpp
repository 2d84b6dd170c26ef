// Births and deaths of array memory, as compiled code sees them through the runtime table.
//
// Data comes from libc (64-byte aligned, so that vector code needs no peeling), because a result's data is handed to
// NumPy, which gives it back with libc's free. The small `Buffer` in front of it is ours. Temporaries are born and
// released thousands of times in a loop: each thread keeps a few released blocks (glibc's aligned_alloc does not use its
// own thread cache and costs 60-80 ns). The pool is bounded in blocks and bytes, so memory stays flat, and is given back
// when the thread ends.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "runtime/abi.h"
#include "runtime/lapack.h"
#include "runtime/library.h"
#include "runtime/list.h"
#include "runtime/pool.h"
#include "runtime/table.h"
#include "runtime/text.h"

namespace aic::rt {
namespace {

constexpr int64_t huge_bytes = 4 << 20;  // from here on large pages are asked for, as NumPy does: 512 times fewer faults
constexpr int64_t max_idle_bytes = 128 << 20;  // of all of them; fresh pages cost more than writing them (0.25 us/KB)
void free_pools(void* p) {
  auto* pools = static_cast<Pools*>(p);
  BufferPool& b = pools->buffers;
  for (int i = 0; i < b.block_count; ++i) free(b.blocks[i]->data), free(b.blocks[i]);
  for (int i = 0; i < b.header_count; ++i) free(b.headers[i]);
  ListPool& l = pools->lists;
  for (int i = 0; i < l.count; ++i) free(l.headers[i]->data), free(l.headers[i]);
  while (List* small = l.small) l.small = small->next, free(small->data), free(small);
  while (Str* s = pools->texts.first) pools->texts.first = s->next, free(s);
  free(pools);
}

constinit thread_local Pools* thread_pools = nullptr;  // reached through TLS descriptors (see CMakeLists.txt)
pthread_key_t key;
pthread_once_t once = PTHREAD_ONCE_INIT;
bool has_key = false;

Pools* make_pools() {
  pthread_once(&once, [] { has_key = pthread_key_create(&key, [](void* p) { thread_pools = nullptr, free_pools(p); }) == 0; });
  auto* fresh = has_key ? static_cast<Pools*>(calloc(1, sizeof(Pools))) : nullptr;
  if (fresh && pthread_setspecific(key, fresh) != 0) free(fresh), fresh = nullptr;
  return thread_pools = fresh;
}

using Pool = BufferPool;
Pool* buffers_of(Pools* p) { return p ? &p->buffers : nullptr; }

Buffer* new_header(Pool* p) {
  if (p && p->header_count) return p->headers[--p->header_count];
  return static_cast<Buffer*>(malloc(sizeof(Buffer)));
}

void link_live(Context* context, Buffer* b) {
  b->refcount = 1;
  b->host = nullptr;
  b->previous = nullptr;
  b->next = context->live;
  if (context->live) context->live->previous = b;
  context->live = b;
}

void unlink_live(Context* context, Buffer* b) {
  if (b->previous)
    b->previous->next = b->next;
  else if (context->live == b)
    context->live = b->next;
  if (b->next) b->next->previous = b->previous;
  b->previous = b->next = nullptr;
}

// The others keep their order, the oldest first.
void remove_block(Pool* p, int i) {
  p->idle_bytes -= p->blocks[i]->bytes;
  for (--p->block_count; i < p->block_count; ++i) p->blocks[i] = p->blocks[i + 1];
}

// The smallest block that is large enough without wasting more than it holds; of several the last that came.
Buffer* take_block(Pool* p, int64_t bytes) {
  int best = -1;
  for (int i = p->block_count - 1; i >= 0; --i) {
    const int64_t has = p->blocks[i]->bytes;
    if (has >= bytes && has <= 2 * bytes && (best < 0 || has < p->blocks[best]->bytes)) best = i;
  }
  if (best < 0) return nullptr;
  Buffer* b = p->blocks[best];
  remove_block(p, best);
  return b;
}

// Where the bytes are too many the oldest blocks go: a program whose arrays shrink from round to round is done with them.
bool make_room(Pool* p, int64_t bytes) {
  if (!p || p->block_count == Pool::max_blocks || bytes > max_idle_bytes) return false;
  while (bytes > max_idle_bytes - p->idle_bytes) {
    Buffer* oldest = p->blocks[0];
    remove_block(p, 0);
    free(oldest->data);
    free(oldest);
  }
  return true;
}

void put_block(Pool* p, Buffer* b) {
  p->blocks[p->block_count++] = b;
  p->idle_bytes += b->bytes;
}

void* new_data(int64_t bytes) {
  void* data = aligned_alloc(64, size_t(bytes));
  if (!data || bytes < huge_bytes) return data;
  constexpr uintptr_t page = 4096;
  uintptr_t from = (reinterpret_cast<uintptr_t>(data) + page - 1) & ~(page - 1);
  madvise(reinterpret_cast<void*>(from), size_t(bytes) - page, MADV_HUGEPAGE);  // advice: if it is not taken, so be it
  return data;
}

Buffer* allocate(Context* context, int64_t bytes) {
  if (bytes < 0 || bytes > INT64_MAX - 128) return nullptr;
  bytes = bytes ? (bytes + 63) & ~int64_t{63} : 64;
  Pool* p = buffers_of(pools_of(context));
  Buffer* b = p ? take_block(p, bytes) : nullptr;
  if (!b) {
    b = new_header(p);
    if (!b) return nullptr;
    b->data = new_data(bytes);
    if (!b->data) {
      free(b);
      return nullptr;
    }
    b->bytes = bytes;
  }
  link_live(context, b);
  return b;
}

Buffer* allocate_zeroed(Context* context, int64_t bytes) {
  Buffer* b = allocate(context, bytes);
  if (b) memset(b->data, 0, size_t(bytes));
  return b;
}

void give_back(Pool* p, Buffer* b) {
  if (make_room(p, b->bytes)) return put_block(p, b);
  free(b->data);
  if (p && p->header_count < Pool::max_headers)
    p->headers[p->header_count++] = b;
  else
    free(b);
}

// Its memory is an object's of the host.
void drop_host(Context* context, Buffer* b) {
  context->host->drop(context, b->host);
  Pool* p = buffers_of(pools_of(context));
  if (p && p->header_count < Pool::max_headers)
    p->headers[p->header_count++] = b;
  else
    free(b);
}

void release(Context* context, Buffer* b) {
  if (b->host && b->data) return;
  unlink_live(context, b);
  b->host ? drop_host(context, b) : give_back(buffers_of(pools_of(context)), b);
}

const TextFunctions text_functions = {
#define AIC_ENTRY(result, name, parameters) name,
    AIC_TEXT_FUNCTIONS(AIC_ENTRY)
#undef AIC_ENTRY
};
const TableFunctions table_functions = {
#define AIC_ENTRY(result, name, parameters) name,
    AIC_TABLE_FUNCTIONS(AIC_ENTRY)
#undef AIC_ENTRY
};
const Runtime table = {abi_version,      allocate,      allocate_zeroed, release,     list_new,
                       list_grow,        list_truncate, list_release,    list_rotate, &text_functions,
                       &table_functions, &latin_texts,  lapack_is_there, lapack};
// Libraries without strings, dicts, sets, handlers and LAPACK take this one, and the linker leaves their functions out.
const Runtime table_without_text = {abi_version,  allocate,    allocate_zeroed, release, list_new, list_grow, list_truncate,
                                    list_release, list_rotate, nullptr,         nullptr, nullptr,  nullptr,   nullptr};

}  // namespace

Pools* pools_of_thread() { return thread_pools ? thread_pools : make_pools(); }

extern "C" {

const Runtime* aic_runtime() { return &table; }
const Runtime* aic_runtime_without_text() { return &table_without_text; }

void aic_release_live(Context* context) {
  release_live_lists(context);
  release_live_texts(context);
  while (Buffer* b = context->live) {
    unlink_live(context, b);
    if (b->host && !b->data) {
      drop_host(context, b);
      continue;
    }
    b->host = nullptr;  // the host's object for the caller's result
    give_back(buffers_of(pools_of(context)), b);
  }
}

void aic_detach(Context* context, Buffer* b) { unlink_live(context, b); }

void* aic_take_data(Context* context, Buffer* b) {
  void* data = b->data;
  unlink_live(context, b);
  Pool* p = buffers_of(pools_of(context));
  if (p && p->header_count < Pool::max_headers)
    p->headers[p->header_count++] = b;
  else
    free(b);
  return data;
}

void aic_recycle(void* data, int64_t bytes) {
  bytes = bytes > 0 ? (bytes + 63) & ~int64_t{63} : 64;
  Pool* p = buffers_of(pools_of_thread());
  Buffer* b = make_room(p, bytes) ? new_header(p) : nullptr;
  if (!b) {
    free(data);
    return;
  }
  b->data = data;
  b->bytes = bytes;
  put_block(p, b);
}

void aic_drop_detached(Buffer* b) {
  if (--b->refcount == 0) give_back(buffers_of(pools_of_thread()), b);
}
}

}  // namespace aic::rt
