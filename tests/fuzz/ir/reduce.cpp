// See reduce.h. Each step works on a fresh module made from the text; what does not verify is not tried.
#include "tests/fuzz/ir/reduce.h"

#include "ir/builder.h"
#include "ir/ops/table.h"
#include "ir/verify.h"

namespace aic::fuzz {

using namespace ir;

namespace {

constexpr int ways = 6;

// A value of the type that stands before the op and is not its own: 0, or 1.
ValueId stand_in(Function& f, OpId id, Type t, int way) {
  Builder b = Builder::before(f, id);
  if (t.is_number()) return b.number(way == 0 ? 0 : 1, t);
  return {};
}

bool replace_results(Function& f, OpId id, int way) {
  for (ValueId v : std::vector<ValueId>(f.op(id).results)) {
    if (f.value(v).uses.empty()) continue;
    ValueId other;
    if (way < 2)
      other = stand_in(f, id, f.type(v), way);
    else
      for (ValueId o : f.op(id).operands)
        if (f.type(o) == f.type(v)) other = o;
    if (!other) return false;
    f.replace_uses(v, other);
  }
  f.erase(id);
  return true;
}

// An arm in the place of its `if`.
bool unfold(Function& f, OpId id, size_t arm) {
  RegionId r = f.op(id).regions[arm];
  OpId end = f.terminator(r);
  std::vector<ValueId> results = f.op(id).results;
  if (!end) return false;
  if (f.op(end).code != "yield"_op) {
    while (f.region(f.op(id).parent).last != id) {
      OpId last = f.region(f.op(id).parent).last;
      for (ValueId v : f.op(last).results)
        if (!f.value(v).uses.empty()) return false;
      f.erase(last);
    }
    for (ValueId v : results)
      if (!f.value(v).uses.empty()) return false;
    f.move_ops(r, id);
    f.erase(id);
    return true;
  }
  std::vector<ValueId> values = f.op(end).operands;
  f.erase(end);
  f.move_ops(r, id);
  for (size_t k = 0; k < results.size(); ++k) f.replace_uses(results[k], values[k]);
  f.erase(id);
  return true;
}

bool skip_loop(Function& f, OpId id) {
  size_t fixed = f.op(id).code == "for"_op ? 3 : 0;
  std::vector<ValueId> results = f.op(id).results, operands = f.op(id).operands;
  for (size_t k = 0; k < results.size(); ++k) {
    if (f.type(results[k]) != f.type(operands[fixed + k])) return false;
    f.replace_uses(results[k], operands[fixed + k]);
  }
  f.erase(id);
  return true;
}

// One round, if no exit but the body's end names the loop.
bool one_round(Function& f, OpId id) {
  if (f.op(id).code != "for"_op) return false;
  RegionId body = f.op(id).regions[0];
  OpId end = f.terminator(body);
  if (f.op(end).code != "continue"_op) return false;
  std::vector<ValueId> arguments = f.region(body).arguments, operands = f.op(id).operands, results = f.op(id).results;
  f.replace_uses(arguments[0], operands[0]);
  for (size_t k = 0; k < results.size(); ++k) f.replace_uses(arguments[k + 1], operands[k + 3]);
  std::vector<ValueId> values = f.op(end).operands;
  f.erase(end);
  f.move_ops(body, id);
  for (size_t k = 0; k < results.size(); ++k) f.replace_uses(results[k], values[k]);
  f.erase(id);
  return true;
}

bool shrink(Function& f, OpId id, int way) {
  const Op& op = f.op(id);
  if (record(op.code).has(Terminator)) return false;
  if (op.code == "if"_op) return way < 2 ? unfold(f, id, size_t(way)) : way == 2 && replace_results(f, id, 0);
  if (record(op.code).has(Loop))
    return way == 0 ? skip_loop(f, id) : way == 1 ? one_round(f, id) : way == 2 && replace_results(f, id, 0);
  if (op.code == "const"_op) return way == 0 && replace_results(f, id, 2);
  return way < 3 && replace_results(f, id, (way + 2) % 3);
}

bool is_sound(const Module& m) { return verify(m).empty(); }

// Tries one op of one function; the text of what is left, or "".
std::string step(const std::string& text, size_t function, size_t k, int way, size_t& ops) {
  std::unique_ptr<Module> m = parse(text);
  Function& f = *m->functions[function];
  std::vector<OpId> all = f.ops_below(f.body());
  ops = all.size();
  if (k >= ops) return "";
  try {
    if (!shrink(f, all[ops - 1 - k], way) || !is_sound(*m)) return "";
    std::string out = print(*m);
    if (!is_sound(*parse(out))) return "";
    return out == text ? "" : out;
  } catch (const std::exception&) {
    return "";
  }
}

std::string without_function(const std::string& text, size_t k) {
  std::unique_ptr<Module> m = parse(text);
  if (m->functions[k]->name() == "main") return "";
  m->remove_function(m->functions[k]->name());
  return is_sound(*m) ? print(*m) : "";
}

}  // namespace

std::string reduced(const std::string& given, const std::function<bool(const std::string&)>& fails) {
  std::string text = given;
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t function = parse(text)->functions.size(); function-- > 0;) {
      if (std::string less = without_function(text, function); !less.empty() && fails(less)) {
        text = less, changed = true;
        continue;
      }
      size_t ops = 1;
      for (size_t k = 0; k < ops; ++k)
        for (int way = 0; way < ways; ++way) {
          std::string less = step(text, function, k, way, ops);
          if (less.empty() || less.size() > text.size() + 40 || !fails(less)) continue;
          text = less, changed = true;
          way = -1;  // another op stands here now
        }
    }
  }
  return text;
}

}  // namespace aic::fuzz
