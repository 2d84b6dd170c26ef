// Iterators as objects: iter(), next(), and what holds them. An iterator over a list, a range, a text … is that and a list
// of one number, how far it is; zip, map and filter of iterators pull from theirs. A generator that is kept, or asked by
// next(), is its function and cells for what it remembers (resumed.cpp).
//
// `pull` writes one step: the value is a Maybe, whose bool says whether there was an element.
#include <functional>

#include "ir/verify.h"
#include "typeinfer/caught.h"
#include "typeinfer/frame.h"

namespace aic::typeinfer {

static bool is_leaf(const Value& v) { return v.kind == Kind::Iterator && v.text == "iterator"; }
bool is_resumed(const Value& v) { return v.kind == Kind::Iterator && v.text.starts_with("resumed "); }

bool is_stateful(const Value& v) {
  if (is_leaf(v) || is_resumed(v)) return true;
  if (v.kind != Kind::Iterator && v.kind != Kind::Choice) return false;
  for (const Value& p : v.parts)
    if (is_stateful(p)) return true;
  return false;
}

static Value unbound() {
  Value u;
  u.kind = Kind::Unbound;
  return u;
}

Value Frame::iterator_of(const Value& given) {
  Value v = plain(real(given, "iterated"));
  if (v.kind == Kind::Choice || is_resumed(v) || is_leaf(v) || (v.kind == Kind::Iterator && v.text == "strict zip")) return v;
  if (is_generator(v)) return resumed(v);
  if (Value made = iterated(v); (is_object(v) || is_union(v)) && !is_object(made) && !is_union(made)) return iterator_of(made);
  auto iterator = [](const std::string& text, Values parts) {
    Value i;
    i.kind = Kind::Iterator;
    i.text = text;
    i.parts = std::move(parts);
    return i;
  };
  if (v.kind == Kind::Iterator && v.text == "enumerate") {
    Value numbers;
    numbers.kind = Kind::Range;
    numbers.parts = {to_int(v.parts[1]), integer(int64_t(1) << 62), integer(1)};
    return iterator("zip", {iterator_at(numbers, "numbers"), iterator_of(v.parts[0])});
  }
  if (v.kind == Kind::Iterator && (v.text == "zip" || v.text == "map" || v.text == "filter")) {
    for (size_t k = v.text != "zip"; k < v.parts.size(); ++k) v.parts[k] = iterator_of(v.parts[k]);
    return v;
  }
  return iterator_at(v, "position");
}

// Over what has a length and elements by number.
Value Frame::iterator_at(const Value& v, const std::string& path) {
  Value i;
  i.kind = Kind::Iterator;
  i.text = "iterator";
  std::vector<Watched> watched = tables_of(is_table_view(v) ? v.parts[0] : v);
  // Pairs and values are put together before: a view is nothing that a generator can keep.
  bool keys = is_table(v) || (is_table_view(v) && v.text == "keys");
  Value over = is_table(v) ? v : keys ? v.parts[0] : is_table_view(v) ? list_from(v) : prepared(v);
  if (is_none(over) || is_number(over)) fail("not-iterable", {describe(v)});
  if (is_union(over)) over = list_of_arms(over);
  static_cast<void>(length_of(over));  // what has none is no iterable
  i.parts = {over, list_display({integer(0)}, path + std::to_string(iterators_++))};
  if (!watched.empty()) {
    i.parts.push_back(watched[0].table);
    i.parts.push_back(runtime(Type::integer(), watched[0].count));
  }
  return i;
}

// f of the element, where there is one.
Value Frame::pulled(const Value& element, const std::function<Value(const Value&)>& f) {
  if (element.kind == Kind::Unbound || element.kind == Kind::Never) return element;
  if (element.kind != Kind::Maybe) return f(element);
  return choose(element.parts[1].id, [&] { return f(element.parts[0]); }, [] { return unbound(); });
}

Value Frame::pull(const Value& v) {
  if (v.kind == Kind::Choice) return by_arms(v, [&](const Value& one) { return pull(one); });
  if (is_resumed(v)) return resume(v, none());
  if (is_leaf(v)) {
    ValueId zero = ints(0), at = take(v.parts[1], zero).id;
    if (v.parts.size() > 2) check_watched({v.parts[2], v.parts[3].id});
    if (is_table(v.parts[0])) return pull_entry(v, at);
    return choose(
        has_more(v.parts[0], at),
        [&] {
          ValueId next = make("add"_op, {at, ints(1)}, Type::integer(), {{"exact", int64_t(1)}});
          put(v.parts[1], zero, runtime(Type::integer(), next), false);
          return element_of(v.parts[0], at);
        },
        [&] {  // for good
          put(v.parts[1], zero, integer(INT64_MAX - 1), false);
          return unbound();
        });
  }
  if (v.kind == Kind::Iterator && v.text == "zip") {
    std::function<Value(Values)> from = [&](Values row) -> Value {
      if (row.size() == v.parts.size()) return tuple(std::move(row));
      return pulled(pull(v.parts[row.size()]), [&](const Value& x) {
        Values more = row;
        more.push_back(x);
        return from(std::move(more));
      });
    };
    return v.parts.empty() ? unbound() : from({});
  }
  if (v.kind == Kind::Iterator && v.text == "strict zip") {
    auto ends = [&](size_t k) { return k == 1 ? std::string(" 1") : "s 1-" + std::to_string(k); };
    std::function<Value(Values)> from = [&](Values row) -> Value {
      size_t k = row.size();
      if (k == v.parts.size()) return tuple(std::move(row));
      Value x = pull(v.parts[k]);
      if (x.kind == Kind::Never) return x;
      auto go_on = [&](const Value& found) {
        Values more = row;
        more.push_back(found);
        return from(std::move(more));
      };
      auto stop = [&]() -> Value {
        if (k > 0) {
          raise("ValueError", "zip() argument " + std::to_string(k + 1) + " is shorter than argument" + ends(k));
          return Value{};
        }
        for (size_t other = 1; other < v.parts.size(); ++other) {
          Value y = pull(v.parts[other]);
          std::string message = "zip() argument " + std::to_string(other + 1) + " is longer than argument" + ends(other);
          if (y.kind == Kind::Unbound || y.kind == Kind::Never) continue;
          if (y.kind != Kind::Maybe) return raise("ValueError", message), Value{};
          check(inverse(y.parts[1].id), "ValueError", message);
        }
        return unbound();
      };
      if (x.kind == Kind::Unbound) return stop();
      if (x.kind != Kind::Maybe) return go_on(x);
      return choose(x.parts[1].id, [&] { return go_on(x.parts[0]); }, stop);
    };
    return from({});
  }
  if (v.kind == Kind::Iterator && v.text == "map") {
    std::function<Value(Values)> from = [&](Values row) -> Value {
      if (row.size() + 1 == v.parts.size()) return Caught::call_of_iterator(*this, v.parts[0], std::move(row));
      return pulled(pull(v.parts[row.size() + 1]), [&](const Value& x) {
        Values more = row;
        more.push_back(x);
        return from(std::move(more));
      });
    };
    return from({});
  }
  if (v.kind == Kind::Iterator && v.text == "filter") return pull_filtered(v);
  fail("unsupported-operand", {"next", describe(v)});
}

// The next key of a dict or set, from a place on.
Value Frame::pull_entry(const Value& v, ValueId at) {
  const Value& table = v.parts[0];
  if (entry_of(table).kind == Kind::Never) return unbound();
  ValueId zero = ints(0), place = make("table.next"_op, {table.id, at}, Type::integer());
  return choose(
      test("greater_equal"_op, place, zero),
      [&] {
        ValueId next = make("add"_op, {place, ints(1)}, Type::integer(), {{"exact", int64_t(1)}});
        put(v.parts[1], zero, runtime(Type::integer(), next), false);
        return take_part(table, place, 1);
      },
      [&] {  // for good
        put(v.parts[1], zero, integer(INT64_MAX - 1), false);
        return unbound();
      });
}

// zip(…, strict=True) gives the rows that are whole, and then raises.
Value Frame::strict_zip(const Values& parts) {
  Value z;
  z.kind = Kind::Iterator;
  z.text = "zip";
  for (const Value& p : parts) z.parts.push_back(iterator_of(p));
  if (parts.size() > 1) z.text = "strict zip";
  return z;
}

// The first element that passes.
Value Frame::pull_filtered(const Value& v) {
  Value found = new_cell(unbound(), "passes" + std::to_string(iterators_++));
  rounds([&](int64_t label) {
    Value x = pull(v.parts[1]);
    leave_unless_bound(x, label);
    if (x.kind == Kind::Never) return;
    Value element = x.kind == Kind::Maybe ? x.parts[0] : x;
    Value passes = truth(is_none(v.parts[0]) ? element : Caught::call_of_iterator(*this, v.parts[0], {element}));
    OpId w = b_.op("if"_op, {as_type(passes, Type::boolean())}, {}, {}, 2);
    RegionId home = b_.region();
    b_.set_region(b_.region_of(w, 0));
    set_cell(found, element);
    b_.op("break"_op, {}, {}, {{"loop", label}});
    b_.set_region(b_.region_of(w, 1));
    b_.op("yield"_op, {}, {});
    b_.set_region(home);
  });
  return read_cell(found, true);
}

// `while True:`, without a state of its own.
void Frame::rounds(const std::function<void(int64_t label)>& body) {
  int64_t label = out_.new_label();
  OpId loop = b_.op("while"_op, {}, {}, {{"label", label}}, 2);
  RegionId home = b_.region();
  b_.set_region(b_.region_of(loop, 0));
  b_.op("condition"_op, {number_constant(boolean(true), Type::boolean())}, {});
  b_.set_region(b_.region_of(loop, 1));
  body(label);
  close_region("continue"_op, label);
  b_.set_region(home);
}

void Frame::leave_unless_bound(const Value& x, int64_t label) {
  if (x.kind == Kind::Never) return end_unreachable();
  if (x.kind == Kind::Unbound) {
    b_.op("break"_op, {}, {}, {{"loop", label}});
    return;
  }
  if (x.kind != Kind::Maybe) return;
  OpId w = b_.op("if"_op, {x.parts[1].id}, {}, {}, 2);
  RegionId home = b_.region();
  b_.set_region(b_.region_of(w, 0));
  b_.op("yield"_op, {}, {});
  b_.set_region(b_.region_of(w, 1));
  b_.op("break"_op, {}, {}, {{"loop", label}});
  b_.set_region(home);
}

// next(iterator), next(iterator, default)
Value Frame::next(const Arguments& a) {
  const Value& v = a.positional[0];
  if (!is_stateful(v) && !is_generator(v)) fail("unsupported-operand", {"next", describe(v)});
  const Value iterator = iterator_of(v);
  if (iterator.kind == Kind::Choice && a.positional.size() == 1)
    return by_arms(iterator, [&](const Value& one) { return next({{one}, {}}); });
  const Returning r = a.positional.size() == 1 ? returning(iterator) : Returning{};
  Value x = pull(iterator);
  if (x.kind != Kind::Maybe && x.kind != Kind::Unbound) return x;
  if (a.positional.size() > 1) {
    Value otherwise = real(a.positional[1], "default");
    if (x.kind == Kind::Unbound) return otherwise;
    return choose(x.parts[1].id, [&] { return x.parts[0]; }, [&] { return otherwise; });
  }
  if (Caught::is_call_of_iterator(*this) && a.positional.size() == 1) Caught::refuse_end_of_iterator(*this);
  bool inside = ((consumer_ || resumed_) && !outside_) || is_leaving_generator();  // a generator that is left by it
  const std::string message = "generator raised StopIteration";
  if (!inside) return sent_or_stopped(x, r);
  if (x.kind == Kind::Unbound) return raise("RuntimeError", message), Value{};
  if (!in_library())
    when(inverse(x.parts[1].id), [&] { Caught::stop_generator(*this, Caught::stop()); });
  else
    check(x.parts[1].id, "RuntimeError", message);
  return x.parts[0];
}

// What a loop over iterators does with each element.
void Frame::consume_pulled(const Value& v, const std::function<void(Value)>& use) {
  Value iterator = iterator_of(v);
  rounds([&](int64_t label) {
    Value x = pull(iterator);
    leave_unless_bound(x, label);
    if (x.kind == Kind::Never || x.kind == Kind::Unbound) return;
    use(x.kind == Kind::Maybe ? x.parts[0] : x);
  });
}

// `a, b = iterator`: one more is asked for, as CPython does.
Values Frame::unpack_iterator(const Value& v, size_t n) {
  Value iterator = iterator_of(v);
  Values out;
  std::string expected = " values to unpack (expected " + std::to_string(n);
  for (size_t k = 0; k < n; ++k) {
    Value x = pull(iterator);
    std::string message = "not enough" + expected + ", got " + std::to_string(k) + ")";
    if (x.kind == Kind::Unbound) raise("ValueError", message), x = Value{};
    if (x.kind == Kind::Maybe) check(x.parts[1].id, "ValueError", message), x = x.parts[0];
    out.push_back(x);
    if (x.kind == Kind::Never) return out.resize(n), out;
  }
  Value more = pull(iterator);
  if (more.kind == Kind::Maybe) check(inverse(more.parts[1].id), "ValueError", "too many" + expected + ")");
  if (more.kind != Kind::Maybe && more.kind != Kind::Unbound) raise("ValueError", "too many" + expected + ")");
  return out;
}

}  // namespace aic::typeinfer
