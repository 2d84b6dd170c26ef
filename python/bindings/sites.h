// Raise sites: from the number that compiled code returns to a Python exception with the user's frames.
//
// The table is made from the loop form with the code and kept beside it. Messages are templates: `{0}` is a value of the
// error record, `{name}` was an attribute of the op and is filled in when the table is made.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "ir/module.h"
#include "python/bindings/values.h"
#include "runtime/library.h"

namespace aic::bindings {

struct SiteFrame {
  std::string file, function;
  int line = 0;
};
using rt::SiteKind;
struct Site {
  SiteKind kind = SiteKind::Plain;
  std::string exception, message;
  bool has_message = true;
  bool by_arguments = false;       // the values are the exception's arguments
  bool thrown = false;             // the value is the address of Python's exception, which the generator's `Home` keeps
  std::vector<Plan> values;
  std::vector<ir::Type> types;     // of the values, where the table was made with the code
  std::vector<int64_t> ranks;      // of Broadcast and Assignable
  std::vector<SiteFrame> frames;   // innermost first; more than one where the op was inlined
};

// Index 0 is no site. Numbered as ir::raise_sites says. `records`: the names that classes of objects have from now on.
[[nodiscard]] std::vector<Site> make_sites(const ir::Module& loop_form, const std::map<std::string, std::string>& records);

[[nodiscard]] Ref exception_class(const std::string& name);  // a builtin one, or of those of NumPy's that compiled code raises

// The exception of a failed call, or of one that was caught; null: no site of ours. Objects are made only with a context, whose
// memory they take over.
[[nodiscard]] Ref make_exception(const std::vector<Site>&, const rt::ErrorRecord&, rt::Context* = nullptr);

// Sets the Python exception of a failed call, with its cause and context.
void set_exception(const std::vector<Site>&, rt::Context&);

}  // namespace aic::bindings
