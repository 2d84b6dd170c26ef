// Operations on unions: done for each arm under a test of the tag, results joined. An arm for which the operation is an
// error raises TypeError when it is met; an operation wrong for all arms is an error of the program.
#include "typeinfer/frame.h"

namespace aic::typeinfer {

Value Frame::split(const Value& v, const std::function<Value(const Value&)>& f) { return is_union(v) ? by_arms(v, f) : f(v); }

Value Frame::by_arms(const Value& v, const std::function<Value(const Value&)>& f) {
  std::span<const Type> arms = v.type.elements();
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
      b_.set_region(home);
      for (OpId last; (last = out_.terminator(home)) != mark;) out_.erase(last);
      wrong = d;
      raise("TypeError", d.diagnostic.message);
      return Value{};
    }
  };
  Value out;
  if (v.kind == Kind::Pair) {
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
  if (!right && wrong) throw *wrong;
  return out;
}

}  // namespace aic::typeinfer
