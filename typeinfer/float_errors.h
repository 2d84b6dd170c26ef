// Where floating-point errors raise: in the block of `with np.errstate(divide="raise")`, and in the functions called there.
// Which kinds do is the session's to know (it walks the program as it runs) and part of the key of the instances made there.
#pragma once
#include "typeinfer/frame.h"

namespace aic::typeinfer {

struct FloatErrors {
  // In the order in which NumPy looks at them; the library (numpy_float_errors.py) knows them by these numbers.
  enum Kind : int64_t { Divide = 1, Over = 2, Under = 4, Invalid = 8, All = 15 };

  // While it lives, these kinds raise.
  class Scope {
   public:
    Scope(Session& session, int64_t kinds) : session_(session), before_(std::exchange(session.float_errors, kinds)) {}
    ~Scope() { session_.float_errors = before_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Session& session_;
    int64_t before_;
  };

  using Keywords = std::vector<std::pair<std::string, Value>>;
  static std::pair<int64_t, int64_t> asked(Frame&, const Values& positional, const Keywords&);  // by np.errstate: raise, quiet
  static int64_t in_body(Frame&, ir::OpId py_try);
  static void check(Frame&, ir::OpCode, bool scalar, const Values& operands, const Value& result);
  static void check_cast(Frame&, const Value& x, const Value& result);
  static void raise(Frame&, const Value& error, const std::string& name);
  [[nodiscard]] static bool is_checked(const ir::PyForm& library_function, const std::string& name);
  static void refuse_arithmetic(Frame&, const Instance& callee, const std::string& name);
};

}  // namespace aic::typeinfer
