// Puts a relocatable ELF object (x86-64, as our code generator and `cc -c` make it) into memory and finds its functions.
// The same loader serves code that was just compiled and code from the disk cache, so a warm start needs no LLVM.
//
// What it knows: allocatable sections, the relocations that position-independent small-model code has (64, 32, 32S, PC32,
// PLT32, PC64, GOTPCREL and its relaxable kinds), stubs for calls further than 2 GB (libc and libm are), a GOT, common
// symbols. What it does not: exceptions (no .eh_frame), thread-local storage, constructors. Undefined symbols are libc's
// and libm's. Code pages are never writable and executable at once. Input is not trusted to be well-formed: every offset
// is checked, and errors come back as text.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace aic::rt {

class Code {
 public:
  // Null, and why in `error`, when the object cannot be loaded. `debug`: tell gdb (its JIT interface) about it.
  static std::unique_ptr<Code> load(std::span<const std::byte> object, bool debug, std::string& error);
  ~Code();
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;

  [[nodiscard]] void* find(std::string_view global_symbol) const;  // null: no such symbol
  [[nodiscard]] size_t bytes() const { return bytes_; }
  [[nodiscard]] const void* base() const { return base_; }

 private:
  friend class Linker;
  Code() = default;
  void* base_ = nullptr;
  size_t bytes_ = 0;
  void* debug_ = nullptr;  // gdb's entry
  std::unordered_map<std::string, void*> symbols_;
};

}  // namespace aic::rt
