// gdb's JIT interface: a list of objects and a function at which gdb sets a breakpoint. The object
// that gdb reads has the addresses of its sections filled in.
#pragma once
#include <cstddef>
#include <span>

namespace aic::rt {

void* gdb_register(std::span<const std::byte> object);  // keeps a copy; the handle is for gdb_unregister
void gdb_unregister(void* handle);

}  // namespace aic::rt
