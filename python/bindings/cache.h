// The disk cache: compiled signatures that outlive the process. A warm start reads one file, checks that the world still
// looks as it did, and maps the code; LLVM is not opened and nothing but the function's own text is parsed.
//
// Level 1, the file's name: AST hash of the function, signature, assumptions, options, aic's build, the processor.
// Level 2, inside: the log of all that compiling read from the world (names, attributes, callees by AST hash), compared
// with the live objects; this makes the new specialisation's guards, too.
//
// Nothing of it can fail a program: whatever goes wrong (no directory, foreign owner, full disk, corrupt or truncated
// file) means "not found" or "not stored". Files are written under another name and renamed, so readers see whole ones.
#pragma once
#include "python/bindings/driver.h"

namespace aic::bindings {

[[nodiscard]] std::unique_ptr<Specialisation> find_cached(const Request&);
[[nodiscard]] const char* state_of_cache_entry(const std::string& path);  // whole, damaged, of another version
// `object`: the code; `world`: what compiling it read.
void store_cached(const Request&, const Specialisation&, std::string_view object, ir::Type result,
                  const std::string& entry_symbol, std::span<const int> kept_defaults, std::span<const int> views,
                  std::span<const int64_t> hidden, LiveWorld& world);

}  // namespace aic::bindings
