// The names and layouts below are gdb's (its manual, "JIT Compilation Interface"); it finds them by name, so they are
// exported. One lock guards the list.
#include "runtime/loader/gdb.h"

#include <cstdint>
#include <cstring>
#include <mutex>

extern "C" {
struct jit_code_entry {
  jit_code_entry *next, *previous;
  const char* file;
  uint64_t bytes;
};
struct jit_descriptor {
  uint32_t version, action;
  jit_code_entry *relevant, *first;
};
__attribute__((noinline, visibility("default"))) void __jit_debug_register_code() { asm volatile("" ::: "memory"); }
__attribute__((visibility("default"))) jit_descriptor __jit_debug_descriptor = {1, 0, nullptr, nullptr};
}

namespace aic::rt {
namespace {
std::mutex list_lock;
void tell(jit_code_entry* entry, uint32_t action) {
  __jit_debug_descriptor.relevant = entry;
  __jit_debug_descriptor.action = action;
  __jit_debug_register_code();
}
}  // namespace

void* gdb_register(std::span<const std::byte> object) {
  auto* file = new char[object.size()];
  memcpy(file, object.data(), object.size());
  std::lock_guard guard(list_lock);
  auto* entry = new jit_code_entry{__jit_debug_descriptor.first, nullptr, file, object.size()};
  if (entry->next) entry->next->previous = entry;
  __jit_debug_descriptor.first = entry;
  tell(entry, 1);
  return entry;
}

void gdb_unregister(void* handle) {
  auto* entry = static_cast<jit_code_entry*>(handle);
  std::lock_guard guard(list_lock);
  (entry->previous ? entry->previous->next : __jit_debug_descriptor.first) = entry->next;
  if (entry->next) entry->next->previous = entry->previous;
  tell(entry, 2);
  delete[] entry->file;
  delete entry;
}

}  // namespace aic::rt
