// See interpreted.h.
#include "typeinfer/interpreted.h"

#include <algorithm>
#include <set>

namespace aic::typeinfer {

// Is the same thing on both sides: nothing of it is there twice, unless it cannot change. `by_value`: nothing can be written
// to.
static bool crosses(Type t, bool by_value) {
  switch (t.kind()) {
    case TypeKind::None:
    case TypeKind::Bool:
    case TypeKind::Int:
    case TypeKind::Float:
    case TypeKind::Complex:
    case TypeKind::Scalar:
    case TypeKind::Str:
    case TypeKind::Range: return true;
    case TypeKind::Array: return !by_value;
    case TypeKind::Tuple:
      if (!t.flavour().empty()) return false;
      [[fallthrough]];
    case TypeKind::Union: return std::ranges::all_of(t.elements(), [&](Type e) { return crosses(e, by_value); });
    default: return false;
  }
}

void Interpreted::block(Frame& frame, OpId op) {
  const ir::Function& py = frame.py_;
  auto texts = [&](const char* attr) {
    const ir::Attr* a = py.find_attr(op, attr);
    return a ? std::get<std::vector<std::string>>(*a) : std::vector<std::string>();
  };
  std::vector<std::string> names = texts("names"), results = texts("types");
  std::vector<ValueId> given;
  for (size_t k = 0; k < names.size(); ++k) {
    Value v = frame.handed_over(frame.operand(op, k));
    if (!is_representable(v) || !crosses(type_of(v), py.int_attr(op, "by_value") != 0))
      frame.fail("objmode-value", {names[k], describe(v)});
    given.push_back(frame.materialise(v));
  }
  std::vector<Type> types;
  for (const std::string& text : results) {
    std::string_view rest = text;
    types.push_back(ir::parse_type(rest));
  }
  Type whole = types.empty() ? Type::none() : types.size() == 1 ? types[0] : Type::tuple(types);

  ir::Function& body = frame.session_.guarded_function(frame.instance_, frame.out_);
  body.attrs.push_back({"block", int64_t(1)});
  std::vector<ValueId> arguments;
  for (ValueId v : given) arguments.push_back(body.add_argument(body.body(), frame.out_.type(v)));
  body.result_types = {whole};
  ir::Builder b(body, body.body());
  b.span = frame.b_.span;
  std::vector<ir::NamedAttr> attrs{{"block", py.int_attr(op, "block")}, {"results", texts("results")}};
  OpId run = b.op("interpret"_op, arguments, types, std::move(attrs));
  std::vector<ValueId> made = body.op(run).results;
  ValueId result = types.size() == 1 ? made[0]
                   : types.empty()   ? b.make("const"_op, {}, Type::none())
                                     : b.make("tuple"_op, made, whole);
  b.op("return"_op, {result}, {});

  ValueId r = frame.b_.make("call"_op, given, whole, {{"callee", ir::Symbol{body.name()}}});
  for (size_t k = 0; k < types.size(); ++k) {
    ValueId part = types.size() == 1 ? r : frame.make("tuple.get"_op, {r}, types[k], {{"index", int64_t(k)}});
    frame.set(py.op(op).results[k], types[k].is(TypeKind::None) ? none() : frame.exploded(types[k], part));
  }
}

void Interpreted::check(const ir::Module& m, const ir::Function& entry, bool holds_containers) {
  std::set<const ir::Function*> runs;  // a block, itself or in what they call
  for (const auto& f : m.functions)
    if (std::ranges::any_of(f->attrs, [](const ir::NamedAttr& a) { return a.name == "block"; })) runs.insert(f.get());
  if (runs.empty()) return;
  for (size_t before = 0; before != runs.size();) {
    before = runs.size();
    for (const auto& f : m.functions)
      for (OpId id : f->ops_below(f->body()))
        if (f->op(id).code == "call"_op && runs.contains(m.find(f->text_attr(id, "callee")))) runs.insert(f.get());
  }
  for (const auto& f : m.functions) {
    for (OpId id : f->ops_below(f->body()))
      if (f->op(id).code == "call"_op && f->int_attr(id, "caught") && runs.contains(m.find(f->text_attr(id, "callee"))))
        throw ir::Diagnosed(ir::diagnose(m, f->op(id).span, "objmode-caught", {}));
    if (runs.contains(f.get()))
      for (const ir::NamedAttr& a : f->attrs)
        if (a.name == "rebinds")
          throw ir::Diagnosed(
              ir::diagnose(m, f->span, "unsupported", {"assigning a name of the module beside an aic.objmode block"}));
  }
  if (holds_containers)
    throw ir::Diagnosed(ir::diagnose(m, entry.span, "unsupported",
                                     {"a list, dict, set or object of the module's in a function with an aic.objmode block"}));
}

}  // namespace aic::typeinfer
