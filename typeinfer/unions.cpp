// Operations on unions: done for each arm under a test of the tag, results joined. An arm for which the operation is an
// error raises TypeError when it is met; an operation wrong for all arms is an error of the program. So are choices
// (choices.cpp) done one by one.
#include "typeinfer/certain_errors.h"
#include "typeinfer/frame.h"

namespace aic::typeinfer {

Value Frame::split(const Value& v, const std::function<Value(const Value&)>& f) {
  return is_union(v) || v.kind == Kind::Choice ? by_arms(v, f) : f(v);
}

Value Frame::by_arms(const Value& v, const std::function<Value(const Value&)>& f) {
  std::span<const Type> arms;
  if (v.kind != Kind::Choice) arms = v.type.elements();
  std::optional<ir::Diagnosed> wrong;
  bool right = false;
  auto one = [&](const Value& arm) {
    RegionId home = b_.region();
    OpId mark = out_.terminator(home);
    try {
      Value r = f(arm);
      right = true;
      return r;
    } catch (const ir::Diagnosed& d) {
      if (d.diagnostic.info->exception != "TypeInferenceError") throw;  // what we cannot do, Python can
      b_.set_region(home);
      for (OpId last; (last = out_.terminator(home)) != mark;) out_.erase(last);
      wrong = d;
      const PythonError e = error_of_arm(d.diagnostic, statement_of(py_, at_));
      raise(e.exception, e.message);
      return Value{};
    }
  };
  Value out;
  if (v.kind == Kind::Choice) {
    std::function<Value(size_t)> from = [&](size_t k) -> Value {
      if (k + 1 == v.parts.size()) return one(v.parts[k]);
      return choose(
          test("equal"_op, v.parts[0].id, ints(int64_t(k) - 1)), [&, k] { return one(v.parts[k]); },
          [&, k] { return from(k + 1); });
    };
    out = from(1);
  } else if (v.kind == Kind::Pair) {
    Type strong = v.parts[0].type, weak = arms[0] == strong ? arms[1] : arms[0];
    out = choose(
        v.parts[1].id, [&] { return one(runtime(weak, make("cast"_op, {v.parts[0].id}, weak))); },
        [&] { return one(runtime(strong, v.parts[0].id)); });
  } else {
    ValueId tag = make("union.tag"_op, {v.id}, Type::integer());
    std::function<Value(size_t)> from = [&](size_t k) -> Value {
      auto arm = [&, k] {
        Value a = arms[k].is(TypeKind::None) ? none()
                                             : exploded(arms[k], make("union.get"_op, {v.id}, arms[k], {{"arm", int64_t(k)}}));
        return one(a);
      };
      if (k + 1 == arms.size()) return arm();
      ValueId is = make("equal"_op, {tag, ints(int64_t(k))}, Type::boolean());
      return choose(is, arm, [&, k] { return from(k + 1); });
    };
    out = from(0);
  }
  if (!right && wrong && !(python_error(wrong->diagnostic, statement_of(py_, at_)) && Guarded::is_any())) throw *wrong;
  return out;
}

}  // namespace aic::typeinfer
