// Where a unit test finds the files it needs. Not macros on the command line: paths there would keep worktrees from
// sharing ccache entries, and each file with Catch2 in it takes five seconds to compile.
#pragma once

namespace aic::tests {

extern const char* const source_dir;      // the checkout
extern const char* const build_dir;       // the build folder
extern const char* const code_generator;  // libaic_cg.so

} // namespace aic::tests
