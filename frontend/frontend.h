// The frontend's door: a Python function → py form. Call with the GIL held.
//
// What is not supported throws ir::Diagnosed with its place. The Python-side facts of a function that its text does not
// hold (default values, closure cells, globals) stay with the caller, who has the function object.
//
// Header attributes of the functions made (docs/ir.md):
//   name         Python's name, for messages           params      names of the Python parameters, in code-object order:
//   captured     how many parameters come before them               positional, keyword-only, *args, **kwargs
//   positional_only, keyword_only, varargs, kwargs     counts and flags, when not 0
//   defaulted    indices of the params with a default  annotations, returns   texts, "" for none; absent when all are
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "frontend/ast.h"
#include "ir/diagnostics.h"
#include "ir/module.h"

struct _object;

namespace aic::frontend {

struct Captured {
  ir::Function* function = nullptr;
  std::vector<std::string> parameters;  // code-object order: positional, keyword-only, *args, **kwargs
  std::vector<int> defaulted;           // which parameters have defaults
  int positional_only = 0;              // the first so many
  int keyword_only = 0;                 // those before *args and **kwargs
  bool has_varargs = false, has_kwargs = false;
  Hash hash;                            // of the text without places and comments: level 1 of the disk cache's key
};

// A function object (or a bound method's function). Its nested functions become further functions of the module.
[[nodiscard]] Captured capture(_object* function, ir::Module&);
// The AST hash alone, without lowering: what a warm start asks for.
[[nodiscard]] Hash hash_of(_object* function);
// The function `name` ("f", or "C.method") of a program's text.
[[nodiscard]] Captured lower_source(std::string_view text, std::string_view name, std::string_view file, ir::Module&);
// Names of all functions at the top of a text and in its classes, in order.
[[nodiscard]] std::vector<std::string> function_names(std::string_view text, std::string_view file);

}  // namespace aic::frontend
