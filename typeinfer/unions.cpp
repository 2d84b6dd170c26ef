// Operations on unions: done for each arm under a test of the tag, results joined. An arm for which the operation is an
// error raises TypeError when it is met; an operation wrong for all arms is an error of the program. So are choices
// (choices.cpp) done one by one.
#include "typeinfer/frame.h"

namespace aic::typeinfer {

// The class of what a diagnostic calls a type: `list[int]` is a list.
static std::string class_shown(std::string shown) {
  if (size_t bracket = shown.find('['); bracket != std::string::npos) shown.resize(bracket);
  return shown == "None" ? "NoneType" : shown;
}

// What CPython says where an arm has no such operation; other messages are our own.
static std::string python_message(const ir::Diagnostic& d) {
  constexpr std::string_view start = "unsupported operand types for ";
  size_t colon = d.message.find(": "), between = d.message.find(" and ", colon);
  if (d.message.starts_with("cannot call ")) return "'" + class_shown(d.message.substr(12)) + "' object is not callable";
  if (!d.message.starts_with(start) || colon == std::string::npos || between == std::string::npos) return d.message;
  std::string op = d.message.substr(start.size(), colon - start.size());
  std::string x = class_shown(d.message.substr(colon + 2, between - colon - 2)), y = class_shown(d.message.substr(between + 5));
  if (op == "<" || op == ">" || op == "<=" || op == ">=")
    return "'" + op + "' not supported between instances of '" + x + "' and '" + y + "'";
  if (op == "in") return "argument of type '" + y + "' is not iterable";
  if (op == "+" && (x == "str" || x == "list" || x == "tuple"))
    return "can only concatenate " + x + " (not \"" + y + "\") to " + x;
  return "unsupported operand type(s) for " + op + ": '" + x + "' and '" + y + "'";
}

// "None has no attribute `x`"
static std::string attribute_message(const ir::Diagnostic& d) {
  size_t at = d.message.find(" has no attribute `");
  if (at == std::string::npos) return d.message;
  std::string name = d.message.substr(at + 19);
  if (!name.empty()) name.pop_back();
  return "'" + class_shown(d.message.substr(0, at)) + "' object has no attribute '" + name + "'";
}

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
      if (is_object(arm) && d.diagnostic.info->exception != "TypeInferenceError") throw;  // what we cannot do, Python can
      b_.set_region(home);
      for (OpId last; (last = out_.terminator(home)) != mark;) out_.erase(last);
      wrong = d;
      if (d.diagnostic.info->name == "unknown-attribute")
        raise("AttributeError", attribute_message(d.diagnostic));
      else
        raise("TypeError", python_message(d.diagnostic));
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
  if (!right && wrong) throw *wrong;
  return out;
}

}  // namespace aic::typeinfer
