// `match x: case P if g: …` → a test of P, with the guard where there is one, and an `if`: the body, or the cases that are
// left. Tests of parts stand in the arm where those of the whole hold. Names are bound once the whole pattern fits, before
// the guard is asked, as CPython does.
//
//   case (0, y) if y > 1: A     if (isinstance(x, (tuple, list)) and len(x) == 2 and x[0] == 0) and (y := x[1]; y > 1) { A }
#include "frontend/lower.h"

namespace aic::frontend {

namespace {
const Node* star_of(const Node& sequence) {
  for (const Node* p : sequence.list(Field::patterns))
    if (p->is(Kind::MatchStar)) return p;
  return nullptr;
}
bool binds(const Node& p) {
  if ((p.is(Kind::MatchAs) || p.is(Kind::MatchStar)) && !p.text.empty()) return true;
  if (p.is(Kind::MatchMapping) && !p.words.empty()) return true;
  if (const Node* inner = p.child(Field::pattern); inner && binds(*inner)) return true;
  for (Field f : {Field::patterns, Field::kwd_patterns})
    for (const Node* inner : p.list(f))
      if (binds(*inner)) return true;
  return false;
}
// Values of a dict, which are of one type for all its keys as far as a type tells.
bool captures_values(const Node& p) {
  if (p.is(Kind::MatchMapping) && binds(p)) return true;
  if (const Node* inner = p.child(Field::pattern); inner && captures_values(*inner)) return true;
  for (Field f : {Field::patterns, Field::kwd_patterns})
    for (const Node* inner : p.list(f))
      if (captures_values(*inner)) return true;
  return false;
}
std::vector<const Node*> parts_of(const Node& p) {
  Nodes first = p.list(Field::patterns), named = p.list(Field::kwd_patterns);
  std::vector<const Node*> all(first.begin(), first.end());
  all.insert(all.end(), named.begin(), named.end());
  return all;
}
// The classes of builtins whose one positional pattern is the value itself.
bool is_plain_class(const std::string& name) {
  for (const char* known : {"bool", "bytes", "float", "int", "str", "tuple", "list", "dict", "set", "frozenset", "bytearray"})
    if (name == known) return true;
  return false;
}
}  // namespace

bool Lowering::match(const Node& n) { return match_cases(n, 0, expression(n.at(Field::subject))); }

bool Lowering::match_cases(const Node& n, size_t k, ValueId subject) {
  Nodes cases = n.list(Field::cases);
  if (k == cases.size()) return false;
  const Node &c = *cases[k], &pattern = c.at(Field::pattern);
  const Node* guard = c.child(Field::guard);
  ValueId fits = matches(pattern, subject);
  if (guard)
    fits = choose(
        fits, [&] { return capture_pattern(pattern, subject), condition(*guard); }, [&] { return boolean(pattern, false); });
  b_.span = unit_.span(pattern);
  return branch(
      fits, nullptr,
      [&] {
        if (captures_values(pattern)) f_.set_attr(f_.region(b_.region()).op, "keyed", int64_t(1));
        capture_pattern(pattern, subject);
        return block(c.list(Field::body));
      },
      [&] { return match_cases(n, k + 1, subject); });
}

ValueId Lowering::builtin_value(const Node& at, const char* name) {
  return make(at, "py.global"_op, {}, {{"name", name}, {"builtin", int64_t(1)}});
}
ValueId Lowering::text(const Node& at, const std::string& s) {
  return make(at, "py.const"_op, {}, {{"value", s}, {"kind", "str"}});
}

ValueId Lowering::call_builtin(const Node& at, const char* name, std::vector<ValueId> arguments) {
  arguments.insert(arguments.begin(), builtin_value(at, name));
  return make(at, "py.call"_op, arguments);
}

// Element k of the subject, as the patterns of a sequence count: those behind a star from its end.
ValueId Lowering::pattern_element(const Node& sequence, size_t k, ValueId subject) {
  Nodes patterns = sequence.list(Field::patterns);
  const Node& p = *patterns[k];
  auto integer = [&](int64_t v) { return make(p, "py.const"_op, {}, {{"value", v}, {"kind", "int"}}); };
  bool behind = false;
  for (size_t i = 0; i < k; ++i) behind |= patterns[i]->is(Kind::MatchStar);
  int64_t left = int64_t(patterns.size()) - int64_t(k);
  if (!p.is(Kind::MatchStar)) return make(p, "py.getitem"_op, {subject, integer(behind ? -left : int64_t(k))});
  ValueId stop = left > 1 ? integer(1 - left) : none(p);
  ValueId slice = make(p, "py.slice"_op, {integer(int64_t(k)), stop, none(p)});
  return call_builtin(p, "list", {make(p, "py.getitem"_op, {subject, slice})});
}

// Part k of the subject: what its class calls the k-th (the value itself, for some builtins), or an attribute by its name.
ValueId Lowering::class_element(const Node& p, size_t k, ValueId subject) {
  size_t positional = p.list(Field::patterns).size();
  if (k >= positional) return make(p, "py.attribute"_op, {subject}, {{"name", p.words[k - positional]}});
  const Node& cls = p.at(Field::cls);
  if (positional == 1 && cls.is(Kind::Name) && !unit_.scopes.variable(cls) && is_plain_class(cls.text)) return subject;
  ValueId names = make(p, "py.attribute"_op, {expression(cls)}, {{"name", "__match_args__"}});
  ValueId number = make(p, "py.const"_op, {}, {{"value", int64_t(k)}, {"kind", "int"}});
  return call_builtin(p, "getattr", {subject, make(p, "py.getitem"_op, {names, number})});
}
ValueId Lowering::mapping_element(const Node& p, size_t k, ValueId subject) {
  return make(p, "py.getitem"_op, {subject, expression(*p.list(Field::keys)[k])});
}

ValueId Lowering::matches(const Node& p, ValueId subject) {
  auto compare = [&](const char* op, ValueId x, ValueId y) {
    return make(p, "py.truth"_op, {make(p, "py.compare"_op, {x, y}, {{"op", op}})});
  };
  auto both = [&](ValueId first, const Expression& second) { return choose(first, second, [&] { return boolean(p, false); }); };
  switch (p.kind) {
    case Kind::MatchValue: return compare("==", subject, expression(p.at(Field::value)));
    case Kind::MatchSingleton: return compare("is", subject, p.number < 0 ? none(p) : boolean(p, p.number == 1));
    case Kind::MatchStar: return boolean(p, true);
    case Kind::MatchAs: {
      const Node* inner = p.child(Field::pattern);
      return inner ? matches(*inner, subject) : boolean(p, true);
    }
    case Kind::MatchOr: {
      Nodes alternatives = p.list(Field::patterns);
      std::function<ValueId(size_t)> from = [&](size_t k) {
        ValueId one = matches(*alternatives[k], subject);
        return k + 1 == alternatives.size() ? one : choose(one, [&] { return boolean(p, true); }, [&] { return from(k + 1); });
      };
      return from(0);
    }
    case Kind::MatchSequence: {
      Nodes patterns = p.list(Field::patterns);
      auto builtin = [&](const char* name) { return builtin_value(p, name); };
      ValueId sequence =
          make(p, "py.truth"_op,
               {call_builtin(p, "isinstance", {subject, make(p, "py.tuple"_op, {builtin("tuple"), builtin("list")})})});
      bool star = star_of(p);
      ValueId wanted = make(p, "py.const"_op, {}, {{"value", int64_t(patterns.size()) - star}, {"kind", "int"}});
      std::function<ValueId(size_t)> from = [&](size_t k) -> ValueId {
        while (k < patterns.size() && patterns[k]->is(Kind::MatchAs) && !patterns[k]->child(Field::pattern)) ++k;
        if (k == patterns.size()) return boolean(p, true);
        if (patterns[k]->is(Kind::MatchStar)) return from(k + 1);
        return both(matches(*patterns[k], pattern_element(p, k, subject)), [&] { return from(k + 1); });
      };
      return both(sequence, [&] {
        ValueId length = compare(star ? ">=" : "==", call_builtin(p, "len", {subject}), wanted);
        return both(length, [&] { return from(0); });
      });
    }
    case Kind::MatchClass: {
      const Node& cls = p.at(Field::cls);
      std::vector<const Node*> inner = parts_of(p);
      ValueId is = make(p, "py.truth"_op, {call_builtin(p, "isinstance", {subject, expression(cls)})});
      size_t positional = p.list(Field::patterns).size();
      std::function<ValueId(size_t)> from = [&](size_t k) -> ValueId {
        if (k == inner.size()) return boolean(p, true);
        auto fits = [&] { return both(matches(*inner[k], class_element(p, k, subject)), [&] { return from(k + 1); }); };
        if (k < positional) return fits();
        ValueId has = call_builtin(p, "hasattr", {subject, text(p, p.words[k - positional])});
        return both(make(p, "py.truth"_op, {has}), fits);
      };
      return inner.empty() ? is : both(is, [&] { return from(0); });
    }
    case Kind::MatchMapping: {
      Nodes inner = p.list(Field::patterns), keys = p.list(Field::keys);
      ValueId is = make(p, "py.truth"_op, {call_builtin(p, "isinstance", {subject, builtin_value(p, "dict")})});
      std::function<ValueId(size_t)> from = [&](size_t k) -> ValueId {
        if (k == inner.size()) return boolean(p, true);
        return both(matches(*inner[k], mapping_element(p, k, subject)), [&] { return from(k + 1); });
      };
      std::function<ValueId(size_t)> has = [&](size_t k) -> ValueId {
        if (k == keys.size()) return from(0);
        return both(compare("in", expression(*keys[k]), subject), [&] { return has(k + 1); });
      };
      return both(is, [&] { return has(0); });
    }
    default: AIC_CHECK(false, "a pattern of this kind: " + std::string(name(p.kind)));
  }
}

// The names of the first alternative that fits; all bind the same.
void Lowering::capture_alternative(const Node& p, size_t k, ValueId subject) {
  Nodes alternatives = p.list(Field::patterns);
  if (k + 1 == alternatives.size()) return capture_pattern(*alternatives[k], subject);
  auto arm = [](const std::function<void()>& capture) { return capture(), false; };
  branch(
      matches(*alternatives[k], subject), nullptr, [&] { return arm([&] { capture_pattern(*alternatives[k], subject); }); },
      [&] { return arm([&] { capture_alternative(p, k + 1, subject); }); });
}

void Lowering::capture_pattern(const Node& p, ValueId subject) {
  if (!binds(p)) return;
  if (p.is(Kind::MatchOr)) return capture_alternative(p, 0, subject);
  if (const Node* inner = p.child(Field::pattern)) capture_pattern(*inner, subject);
  std::vector<const Node*> patterns = parts_of(p);
  for (size_t k = 0; k < patterns.size(); ++k) {
    if (!binds(*patterns[k])) continue;
    capture_pattern(*patterns[k], p.is(Kind::MatchSequence)  ? pattern_element(p, k, subject)
                                  : p.is(Kind::MatchClass)   ? class_element(p, k, subject)
                                  : p.is(Kind::MatchMapping) ? mapping_element(p, k, subject)
                                                             : subject);
  }
  if (p.is(Kind::MatchMapping) && !p.words.empty()) {
    ValueId rest = call_builtin(p, "dict", {subject});
    for (const Node* key : p.list(Field::keys)) effect(p, "py.delitem"_op, {rest, expression(*key)});
    bind(p, rest);
  }
  if ((p.is(Kind::MatchAs) || p.is(Kind::MatchStar)) && !p.text.empty()) bind(p, subject);
}

}  // namespace aic::frontend
