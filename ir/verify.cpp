// Enforces the laws of verify.h, in one walk down the regions. `visible_` holds the values that may be used here.
#include "ir/verify.h"

#include <unordered_map>
#include <unordered_set>

#include "ir/expr.h"
#include "ir/ops/table.h"

namespace aic::ir {

namespace {

bool is_condition(Type t) {
  return t.is(TypeKind::Bool) || (t.is(TypeKind::Scalar) && t.dtype() == DType::Bool) || t == Type::py();
}

class Verifier {
 public:
  explicit Verifier(const Function& f) : f_(f), visible_(f.value_count()) {}
  std::vector<std::string> run() {
    for (OpId id : f_.ops_below(f_.body())) collect_label(id);
    region(f_.body(), {});
    uses();
    return std::move(errors_);
  }

 private:
  void fail(int law, const std::string& what, OpId at = {}) {
    std::string text = "V" + std::to_string(law) + ": " + what + " in @" + f_.name();
    if (at) text += "\n  " + print(f_, at);
    errors_.push_back(std::move(text));
  }
  std::string plural(size_t n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

  // ---- V1, V2, V12: regions ----
  void region(RegionId r, OpId owner) {
    const Region& here = f_.region(r);
    for (ValueId v : here.arguments) define(v);
    if (!here.last) fail(2, "an empty region", owner);
    for (OpId id = here.first; id; id = f_.op(id).next) op(id, r);
    if (here.last && !record(f_.op(here.last).code).has(Terminator) && falls_through(f_, here.last))
      fail(2, "a region that does not end in a terminator", here.last);
    for (OpId id = here.first; id; id = f_.op(id).next) hide(f_.op(id).results);
    hide(here.arguments);
  }
  void define(ValueId v) {
    visible_[v.index] = true;
    if ((f_.type(v) == Type::py()) != (f_.form() == Form::Py))
      fail(12, "a value of type " + f_.type(v).text(), f_.defining_op(v));
  }
  void hide(const std::vector<ValueId>& values) {
    for (ValueId v : values) visible_[v.index] = false;
  }

  void op(OpId id, RegionId r) {
    const Op& op = f_.op(id);
    const OpRecord& rec = record(op.code);
    for (ValueId v : op.operands)
      if (v.index >= f_.value_count() || !visible_[v.index]) fail(1, "an operand that is not defined here", id);
    if (op.code == "unwind"_op && (!op.next || !record(f_.op(op.next).code).has(MayRaise)))
      fail(19, "what a frame owns before an op that does not raise", id);
    if (op.next && (rec.has(Terminator) || !falls_through(f_, id))) fail(2, "an op after the end of its region", id);
    if (shape(id, rec)) {
      if (rec.tier == Tier::Elementwise) elementwise(id, rec);
      if (rec.tier == Tier::Runtime) runtime_call(id, rec);
      if (f_.form() == Form::Py) {
        if (rec.has(Control)) control(id);
      } else {
        typed(id);
      }
      if (rec.has(Terminator)) terminator(id, r);
    }
    for (RegionId inner : op.regions) region(inner, id);
    for (ValueId v : op.results) define(v);
  }

  // ---- V5, V6 ----
  bool shape(OpId id, const OpRecord& rec) {
    const Op& op = f_.op(id);
    size_t before = errors_.size(), fixed = size_t(rec.arity());
    if (op.operands.size() < fixed || (!rec.variadic() && op.operands.size() > fixed))
      fail(5, plural(op.operands.size(), "operand") + " where the record says `" + std::string(rec.operands) + "`", id);
    if (rec.results >= 0 && op.results.size() != size_t(rec.results)) fail(5, plural(op.results.size(), "result"), id);
    if (rec.regions >= 0 && op.regions.size() != size_t(rec.regions)) fail(5, plural(op.regions.size(), "region"), id);
    uint8_t form = f_.form() == Form::Py ? InPy : f_.form() == Form::Tensor ? InTensor : InLoop;
    if (!(rec.forms & form)) fail(6, "an op of another form", id);
    return errors_.size() == before;
  }

  // ---- V7 ----
  void elementwise(OpId id, const OpRecord& rec) {
    const Op& op = f_.op(id);
    std::vector<Type> types;
    std::vector<DType> dtypes;
    int rank = 0;
    for (ValueId v : op.operands) {
      Type t = f_.type(v);
      if (!t.is_number() && !t.is_array()) return fail(7, "an operand of type " + t.text(), id);
      if (t.is_array() && f_.form() == Form::Loop) return fail(7, "an array operand in loop form", id);
      if (t.is_array() && rank && t.rank() != rank) return fail(7, "arrays of two ranks", id);
      if (t.is_array()) rank = t.rank();
      types.push_back(t);
      dtypes.push_back(t.dtype());
    }
    Type result = f_.type(op.results[0]);
    if (!result.is_number() && !result.is_array()) return fail(7, "a result of type " + result.text(), id);
    DType compute{};
    if (!rec.dtype.compute(dtypes, compute))
      return fail(7, std::string(rec.name) + " is not defined on " + std::string(name(dtypes.back())), id);
    for (size_t k = rec.has(Selects) ? 1 : 0; k < dtypes.size(); ++k)
      if (dtypes[k] != compute)
        return fail(
            7,
            "an operand of dtype " + std::string(name(dtypes[k])) + " where the op computes in " + std::string(name(compute)),
            id);
    Type wanted = rec.has(ResultGiven) ? with_dtype(types[0], result.dtype()) : elementwise_type(op.code, types);
    if (wanted.dtype() != result.dtype() || wanted.is_array() != result.is_array() ||
        (wanted.is_array() && wanted.rank() != result.rank()))
      fail(7, "a result of type " + result.text() + " where " + wanted.text() + " follows", id);
  }

  void runtime_call(OpId id, const OpRecord& rec) {
    std::vector<Type> all = types(f_.op(id).operands), results = types(f_.op(id).results), wanted;
    all.insert(all.end(), results.begin(), results.end());
    for (Type& t : all)
      if (t == Type::bytes() || (t.is_list() && t.element() == Type::bytes()))
        t = t.is_list() ? Type::list(Type::str()) : Type::str();
    if (rec.signature[0] == 'l' && all[0].is_list()) wanted.push_back(all[0]);
    for (char c : rec.signature)
      if (c != '>' && c != 'l')
        wanted.push_back(c == 's'   ? Type::str()
                         : c == 't' ? Type::list(Type::str())
                         : c == 'i' ? Type::integer()
                         : c == 'b' ? Type::boolean()
                                    : Type::floating());
    same_types(7, "operands and results", all, wanted, id);
  }

  // ---- V4, V8, V9, V10, V14, V16, V17 ----
  void control(OpId id) {
    const Op& op = f_.op(id);
    if (op.code == "if"_op && !is_condition(f_.type(op.operands[0])))
      fail(9, "a condition of type " + f_.type(op.operands[0]).text(), id);
    if (op.code == "for"_op || op.code == "py.for"_op) counted_loop(id);
    if (op.code == "while"_op) same_types(8, "initial state", types(op.operands), argument_types(op.regions[0]), id);
  }
  void typed(OpId id) {
    const Op& op = f_.op(id);
    control(id);
    if (op.code == "load"_op) indices(id, 1);
    if (op.code == "store"_op) indices(id, 2);
    if (op.code == "call"_op) call(id);
    if (op.code == "const"_op) constant(id);
    if (op.code == "kernel"_op) kernel(id);
    if (record(op.code).name.starts_with("list.")) list(id);
  }
  void counted_loop(OpId id) {
    const Op& op = f_.op(id);
    size_t fixed = op.code == "for"_op ? 3 : 1;
    std::vector<Type> arguments = argument_types(op.regions[0]), init = types(op.operands);
    if (arguments.empty()) return fail(8, "a loop without its index or element", id);
    init.erase(init.begin(), init.begin() + std::ptrdiff_t(fixed));
    arguments.erase(arguments.begin());
    same_types(8, "initial state", init, arguments, id);
    same_types(8, "results", types(op.results), arguments, id);
    for (size_t k = 0; k < fixed && fixed == 3; ++k)
      if (!f_.type(op.operands[k]).is(TypeKind::Int)) fail(8, "a bound of type " + f_.type(op.operands[k]).text(), id);
  }
  void indices(OpId id, size_t first) {
    const Op& op = f_.op(id);
    Type a = f_.type(op.operands[0]);
    if (!a.is_array() || op.operands.size() - first != size_t(a.rank()))
      return fail(10, std::to_string(op.operands.size() - first) + " indices into " + a.text(), id);
    Type element = f_.type(first == 1 ? op.results[0] : op.operands[1]);
    if (!element.is_number() || element.dtype() != a.dtype())
      fail(10, "an element of type " + element.text() + " of " + a.text(), id);
    for (size_t k = first; k < op.operands.size(); ++k) {
      OpId def = f_.defining_op(op.operands[k]);
      OpCode code = def ? f_.op(def).code : "unreachable"_op;
      if (code != "check.index"_op && code != "assume.index"_op && code != "const"_op) fail(10, "an index nobody checked", id);
    }
  }
  void list(OpId id) {
    const Op& op = f_.op(id);
    Type l = f_.type(op.code == "list.new"_op ? op.results[0] : op.operands[0]);
    if (!l.is_list()) return fail(18, "a list of type " + l.text(), id);
    if (op.code != "list.load"_op && op.code != "list.store"_op) return;
    Type element = f_.type(op.code == "list.load"_op ? op.results[0] : op.operands[1]);
    Type whole = l.element();
    if (l.is_object()) {
      const Attr* layout = f_.find_attr(id, "layout");
      if (!layout || !std::holds_alternative<Type>(*layout)) return fail(18, "an object without {layout}", id);
      whole = std::get<Type>(*layout);
    }
    const Attr* part = f_.find_attr(id, "part");
    if (part && whole.is_tuple()) whole = whole.elements()[size_t(f_.int_attr(id, "part"))];
    if (element != whole) fail(18, "an element of type " + element.text() + " of " + l.text(), id);
  }
  void call(OpId id) {
    const Op& op = f_.op(id);
    Function* callee = f_.module().find(f_.text_attr(id, "callee"));
    if (!callee) return fail(14, "a call of @" + f_.text_attr(id, "callee") + ", which is not in the module", id);
    std::vector<Type> wanted;
    for (ValueId v : callee->parameters()) wanted.push_back(callee->type(v));
    same_types(14, "arguments", types(op.operands), wanted, id);
    std::vector<Type> given = callee->result_types;
    if (f_.int_attr(id, "caught")) given.insert(given.begin(), Type::integer());
    same_types(14, "results", types(op.results), given, id);
  }
  void constant(OpId id) {
    Type t = f_.type(f_.op(id).results[0]);
    const Attr* v = f_.find_attr(id, "value");
    bool is_int = v && std::holds_alternative<int64_t>(*v), is_double = v && std::holds_alternative<double>(*v);
    bool good = t.is(TypeKind::None) || t.is(TypeKind::Function) ? true
                : t.is(TypeKind::Str)                            ? v && std::holds_alternative<std::string>(*v)
                : !t.is_number()                                 ? false
                : is_float(t.dtype()) || is_complex(t.dtype())   ? is_int || is_double
                                                                 : is_int;
    if (!good) fail(16, "a constant of type " + t.text() + " without such a value", id);
  }
  void kernel(OpId id) {
    const Op& op = f_.op(id);
    std::vector<Type> arguments = argument_types(op.regions[0]);
    bool good = arguments.size() == op.operands.size();
    for (Type t : arguments) good = good && t.is(TypeKind::Int);
    if (!good) fail(17, std::to_string(arguments.size()) + " index arguments for " + plural(op.operands.size(), "extent"), id);
    OpId last = f_.terminator(op.regions[0]);
    if (last && (f_.op(last).code != "yield"_op || !f_.op(last).operands.empty()))
      fail(17, "a kernel that does not end in an empty yield", last);
  }

  // ---- V3, V4, V8, V9, V15: terminators ----
  void terminator(OpId id, RegionId r) {
    const Op& op = f_.op(id);
    OpId owner = f_.region(r).op;
    if (op.code == "yield"_op) return yield(id, owner);
    if (op.code == "condition"_op) return condition(id, owner, r);
    if (op.code == "continue"_op || op.code == "break"_op) return loop_exit(id);
    if (op.code == "return"_op && f_.form() != Form::Py) same_types(15, "results", types(op.operands), f_.result_types, id);
  }
  void yield(OpId id, OpId owner) {
    const Op& op = f_.op(id);
    if (!owner || record(f_.op(owner).code).has(Loop)) return fail(3, "a yield that no op takes", id);
    if (f_.op(owner).code == "if"_op) same_types(4, "values", types(op.operands), types(f_.op(owner).results), id);
  }
  void condition(OpId id, OpId owner, RegionId r) {
    const Op& op = f_.op(id);
    if (!owner || f_.op(owner).code != "while"_op || f_.op(owner).regions[0] != r)
      return fail(3, "a condition outside a while's first region", id);
    if (!is_condition(f_.type(op.operands[0]))) fail(9, "a condition of type " + f_.type(op.operands[0]).text(), id);
    std::vector<Type> state = types(op.operands);
    state.erase(state.begin());
    same_types(8, "state", state, argument_types(f_.op(owner).regions[1]), id);
    same_types(8, "state", state, types(f_.op(owner).results), id);
  }
  void loop_exit(OpId id) {
    const Op& op = f_.op(id);
    OpId loop = enclosing(id, f_.int_attr(id, "loop", -1));
    if (!loop) return fail(3, "an exit that names no loop around it", id);
    const Op& l = f_.op(loop);
    std::vector<Type> wanted = types(l.results);
    if (op.code == "continue"_op) {
      wanted = argument_types(l.regions[0]);
      if (l.code != "while"_op && !wanted.empty()) wanted.erase(wanted.begin());
    }
    same_types(8, "state", types(op.operands), wanted, id);
  }
  OpId enclosing(OpId id, int64_t label) {
    for (OpId up = f_.parent_op(id); up; up = f_.parent_op(up))
      if (record(f_.op(up).code).has(Loop) && f_.int_attr(up, "label", -2) == label) return up;
    return {};
  }

  // ---- V11, V13 ----
  void collect_label(OpId id) {
    if (!record(f_.op(id).code).has(Loop)) return;
    if (!labels_.insert(f_.int_attr(id, "label", -1)).second) fail(13, "a second loop of one label", id);
  }
  void uses() {
    std::unordered_map<ValueId, size_t> counted;
    for (OpId id : f_.ops_below(f_.body()))
      for (ValueId v : f_.op(id).operands) ++counted[v];
    for (size_t k = 0; k < f_.value_count(); ++k) {
      size_t listed = 0;
      for (const Use& u : f_.value(ValueId(k)).uses) {
        if (f_.is_erased(u.op)) continue;  // ops made and not yet inserted
        const std::vector<ValueId>& operands = f_.op(u.op).operands;
        if (u.operand >= operands.size() || operands[u.operand] != ValueId(k)) fail(11, "a use that is not one", u.op);
        ++listed;
      }
      auto it = counted.find(ValueId(k));
      if (listed != (it == counted.end() ? 0 : it->second)) fail(11, "a use that is not listed", f_.defining_op(ValueId(k)));
    }
  }

  // ---- types ----
  std::vector<Type> types(const std::vector<ValueId>& values) {
    std::vector<Type> t;
    for (ValueId v : values) t.push_back(v.index < f_.value_count() ? f_.type(v) : Type::never());
    return t;
  }
  std::vector<Type> argument_types(RegionId r) { return types(f_.region(r).arguments); }
  void same_types(int law, const std::string& what, const std::vector<Type>& got, const std::vector<Type>& wanted, OpId id) {
    if (got.size() != wanted.size())
      return fail(law, std::to_string(got.size()) + " " + what + " where " + std::to_string(wanted.size()) + " are wanted", id);
    for (size_t k = 0; k < got.size(); ++k)
      if (got[k] != wanted[k]) fail(law, what + ": " + got[k].text() + " where " + wanted[k].text() + " is wanted", id);
  }

  const Function& f_;
  std::vector<bool> visible_;
  std::unordered_set<int64_t> labels_;
  std::vector<std::string> errors_;
};

bool yields(const Function& f, RegionId r) {
  OpId last = f.terminator(r);
  return last && f.op(last).code == "yield"_op;
}
bool breaks_out(const Function& f, RegionId r, int64_t label) {
  for (OpId id : f.ops_below(r))
    if (f.op(id).code == "break"_op && f.int_attr(id, "loop", -1) == label) return true;
  return false;
}
// A while whose test is a constant that holds is left by `break` only.
bool is_endless(const Function& f, OpId loop) {
  OpId last = f.terminator(f.op(loop).regions[0]);
  if (!last || f.op(last).code != "condition"_op) return true;
  OpId test = f.defining_op(f.op(last).operands[0]);
  while (test && f.op(test).code == "py.truth"_op) test = f.defining_op(f.op(test).operands[0]);
  return test && (f.op(test).code == "const"_op || f.op(test).code == "py.const"_op) && f.int_attr(test, "value") != 0;
}

}  // namespace

bool falls_through(const Function& f, OpId id) {
  const Op& op = f.op(id);
  if (record(op.code).has(Exit)) return false;
  if (op.code == "if"_op || op.code == "py.try"_op)
    return op.regions.size() != 2 || yields(f, op.regions[0]) || yields(f, op.regions[1]);
  if (op.code == "while"_op && op.regions.size() == 2)
    return !is_endless(f, id) || breaks_out(f, op.regions[1], f.int_attr(id, "label")) ||
           breaks_out(f, op.regions[0], f.int_attr(id, "label"));
  return true;
}

std::vector<std::string> verify(const Function& f) { return Verifier(f).run(); }

std::vector<std::string> verify(const Module& m) {
  std::vector<std::string> all;
  for (const std::unique_ptr<Function>& f : m.functions)
    for (std::string& e : verify(*f)) all.push_back(std::move(e));
  return all;
}

void verify_or_throw(const Function& f, std::string_view after) {
  std::vector<std::string> errors = verify(f);
  if (errors.empty()) return;
  std::string text = "internal error: malformed IR after " + std::string(after) + "\n";
  for (const std::string& e : errors) text += e + "\n";
  throw InternalError(text + print(f));
}

}  // namespace aic::ir
