// Which array has the memory of another (`x.base is a`), and `x.shape = …`.
//
// NumPy's `base` of a view is the array that has the memory, not the one that the view was taken of; of an array that has its
// memory itself it is None. Followed back through views and calls, an array is one made here or a parameter. Of the entry's
// parameters only the run knows whether they have their memory (the op `owns`). What else there is, is refused.
//
// An array whose shape is assigned goes on under its name as a view of all of it. That is the same as long as nothing else
// holds the array: every use of it so far is looked at.
#include <algorithm>
#include <set>

#include "ir/ops/table.h"
#include "typeinfer/frame.h"

namespace aic::typeinfer {
using ir::operator""_op;

namespace {

struct Root {
  enum Kind : uint8_t { Unknown, New, Parameter } kind = Unknown;
  ValueId id;  // in the function that was asked about
  bool is_view = false, hidden = false;  // hidden: in NumPy it may be a view of what nobody sees
};

// Functions whose result has its memory itself in NumPy, too: others may give a view of an array that nobody else sees.
bool gives_an_owner(const std::string& name) {
  static const std::set<std::string, std::less<>> names{
      "copy",      "_method_copy", "zeros",       "ones",           "empty",     "full",
      "array",     "arange",       "eye",         "zeros_like",     "ones_like", "empty_like",
      "full_like", "identity",     "concatenate", "_method_astype", "sort",      "argsort"};
  return names.contains(name);
}

std::string name_of(const ir::Function& f) {
  for (const ir::NamedAttr& a : f.attrs)
    if (const auto* name = std::get_if<std::string>(&a.value); name && a.name == "name") return *name;
  return "";
}

Root root_of(const ir::Module& m, const ir::Function& f, ValueId v, int depth = 0);

Root root_of_call(const ir::Module& m, const ir::Function& f, ir::OpId call, int depth) {
  const ir::Function* callee = m.find(f.text_attr(call, "callee"));
  const bool library = callee && Session::is_library(*callee);
  if (!library || depth > 12 || f.op(call).results.size() != 1 || f.find_attr(call, "caught")) return {};
  std::optional<Root> all;
  for (ir::OpId op : callee->ops_below(callee->body())) {
    if (callee->op(op).code != "return"_op) continue;
    Root r = root_of(m, *callee, callee->op(op).operands[0], depth + 1);
    if (all && (all->kind != r.kind || all->is_view != r.is_view || (r.kind == Root::Parameter && all->id != r.id))) return {};
    all = r;
  }
  if (!all || all->kind == Root::Unknown) return {};
  if (all->kind == Root::New) {
    if (all->is_view) return {};
    return {Root::New, f.op(call).results[0], false, all->hidden || (depth == 0 && !gives_an_owner(name_of(*callee)))};
  }
  size_t k = size_t(std::ranges::find(callee->parameters(), all->id) - callee->parameters().begin());
  if (k >= f.op(call).operands.size()) return {};
  Root given = root_of(m, f, f.op(call).operands[k], depth);
  given.is_view |= all->is_view, given.hidden |= all->hidden;
  return given;
}

Root root_of(const ir::Module& m, const ir::Function& f, ValueId v, int depth) {
  ir::OpId def = f.defining_op(v);
  if (!def) return f.value(v).region == f.body() ? Root{Root::Parameter, v, false} : Root{};
  const ir::Op& o = f.op(def);
  const ir::OpRecord& r = ir::record(o.code);
  if (r.has(ir::View)) {
    Root of = root_of(m, f, o.operands[0], depth);
    of.is_view |= !f.int_attr(def, "same");
    return of;
  }
  if (r.has(ir::Birth) || r.tier == ir::Tier::Elementwise || r.tier == ir::Tier::Structural) return {Root::New, v, false};
  return o.code == "call"_op ? root_of_call(m, f, def, depth) : Root{};
}

bool holds_array(const Value& v, ValueId id) {
  if (v.kind == Kind::Runtime && v.id == id) return true;
  return std::ranges::any_of(v.parts, [&](const Value& p) { return holds_array(p, id); });
}

}  // namespace

// What `x.base` gives is looked at by `is` alone.
Value Frame::array_base(const Value& a) {
  bool only_compared = py_.op(at_).code == "py.attribute"_op &&
                       std::ranges::all_of(py_.value(py_.op(at_).results[0]).uses, [&](const ir::Use& use) {
                         if (py_.op(use.op).code != "py.compare"_op) return false;
                         const std::string& op = py_.text_attr(use.op, "op");
                         return op == "is" || op == "is not";
                       });
  if (!only_compared)
    fail("unsupported", {"the attribute `base` of arrays, but for asking what it is by `is`,"},
         "np.shares_memory(a, b) tells whether two arrays share elements");
  Value base;
  base.kind = Kind::Iterator;
  base.text = "base";
  base.parts = {a};
  return base;
}

Value Frame::base_is(const Value& a, const Value& other) {
  auto unknown = [&]() {
    fail("unsupported", {"asking for the `base` of an array that comes from elsewhere"},
         "np.shares_memory(a, b) tells whether two arrays share elements");
  };
  if (!typeinfer::is_none(other) && !is_array(other)) {
    if (is_union(other) || is_bytes(other) || other.kind == Kind::Iterator) unknown();
    return boolean(false);
  }
  const Root x = root_of(session_.out, out_, a.id);
  if (x.kind == Root::Unknown || x.hidden) unknown();
  auto owns = [&](bool wanted) {
    if (!instance_.entry || outside_) unknown();
    ValueId o = make("owns"_op, {x.id}, Type::boolean());
    return runtime(Type::boolean(), wanted ? o : inverse(o));
  };
  if (typeinfer::is_none(other)) {
    if (x.is_view) return boolean(false);
    return x.kind == Root::New ? boolean(true) : owns(true);
  }
  const Root y = root_of(session_.out, out_, other.id);
  if (y.kind == Root::Unknown || y.hidden) unknown();
  if (y.is_view || (x.kind == Root::New && !x.is_view)) return boolean(false);
  if (y.kind == Root::New || x.kind == Root::New) return boolean(x.id == y.id && x.is_view);
  if (x.id != y.id) unknown();  // what was passed may be a view of the other
  return x.is_view ? owns(true) : boolean(false);
}

// Whether the definitions tell that neither array lies in the memory of the other.
bool Frame::lie_apart(ValueId x, ValueId y) {
  const Root a = root_of(session_.out, out_, x), b = root_of(session_.out, out_, y);
  if (a.kind == Root::Unknown || b.kind == Root::Unknown) return false;
  return a.id != b.id && (a.kind == Root::New || b.kind == Root::New);
}

// Can anything but this name have the array, once the op at hand has run? Then its shape would change there, too.
bool Frame::is_seen_elsewhere(ValueId py, ValueId array) {
  const ir::RegionId here = py_.op(at_).parent;
  ir::OpId def = py_.defining_op(py);
  if (!def || py_.op(def).parent != here) return true;
  if (const Root r = root_of(session_.out, out_, array); r.kind == Root::Unknown || (r.kind == Root::Parameter && !r.is_view))
    return true;
  for (const ir::Use& use : out_.value(array).uses) {
    const ir::Op& o = out_.op(use.op);
    const ir::OpRecord& r = ir::record(o.code);
    if (r.has(ir::View) ? !out_.int_attr(use.op, "same") : r.tier == ir::Tier::Elementwise || r.tier == ir::Tier::Structural)
      continue;
    if (o.code == "extent"_op || o.code == "stride"_op || o.code == "load"_op || o.code == "store"_op || o.code == "address"_op)
      continue;
    if (o.code != "call"_op) return true;
    const ir::Function* callee = session_.out.find(out_.text_attr(use.op, "callee"));
    auto is_plain = [&](ValueId v) { return out_.type(v).is_array() || out_.type(v).is_number(); };
    auto is_other = [&](ValueId v) {
      Root of = out_.type(v).is_array() ? root_of(session_.out, out_, v) : Root{Root::New, v, false};
      return of.kind != Root::Unknown && (of.is_view || of.id != array);
    };
    if (!callee || !Session::is_library(*callee) || !std::ranges::all_of(o.operands, is_plain) ||
        !std::ranges::all_of(o.results, is_plain) || !std::ranges::all_of(o.results, is_other))
      return true;
  }
  std::set<uint32_t> later;
  for (ir::OpId op = py_.op(at_).next; op; op = py_.op(op).next) {
    later.insert(op.index);
    for (ir::RegionId r : py_.op(op).regions)
      for (ir::OpId below : py_.ops_below(r)) later.insert(below.index);
  }
  for (uint32_t k = 0; k < env_.size(); ++k) {
    if (k == py.index || !holds_array(env_[k], array)) continue;
    ValueId v{k};
    ir::OpId made = py_.defining_op(v);
    bool is_past = made && py_.op(made).parent == here &&
                   std::ranges::none_of(py_.value(v).uses, [&](const ir::Use& use) { return later.contains(use.op.index); });
    if (!is_past) return true;
  }
  return false;
}

void Frame::set_shape(const Value& x, const Value& shape) {
  const ValueId py = py_.op(at_).operands[0];
  if (is_seen_elsewhere(py, x.id))
    fail("unsupported", {"setting `shape` of " + describe(x) + " that more than this name may hold"},
         "write `b = b.reshape(…)`");
  set(py, call_function(*session_.world.library("numpy._with_shape"), Value{}, {{x, shape}, {}}));
}

}  // namespace aic::typeinfer
