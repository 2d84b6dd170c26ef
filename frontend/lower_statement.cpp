// Statements, but for loops. `true` says that the statement leaves no way on.
#include "frontend/lower.h"

namespace aic::frontend {

// ---- making ops ----
ValueId Lowering::make(const Node& at, ir::OpCode code, const std::vector<ValueId>& operands,
                       std::vector<ir::NamedAttr> attrs) {
  b_.span = unit_.span(at);
  return b_.make(code, operands, ir::Type::py(), std::move(attrs));
}
void Lowering::effect(const Node& at, ir::OpCode code, const std::vector<ValueId>& operands, std::vector<ir::NamedAttr> attrs) {
  b_.span = unit_.span(at);
  b_.op(code, operands, {}, std::move(attrs));
}
void Lowering::terminate(ir::OpCode code, const std::vector<ValueId>& operands, std::vector<ir::NamedAttr> attrs) {
  b_.op(code, operands, {}, std::move(attrs));
}
ValueId Lowering::none(const Node& at) { return make(at, "py.const"_op, {}, {{"kind", "none"}}); }
ValueId Lowering::boolean(const Node& at, bool v) {
  return make(at, "py.const"_op, {}, {{"value", int64_t(v)}, {"kind", "bool"}});
}

bool Lowering::block(Nodes statements) {
  for (const Node* s : statements)
    if (statement(*s)) return true;  // what follows is never reached
  return false;
}

bool Lowering::statement(const Node& n) {
  b_.span = unit_.span(n);
  switch (n.kind) {
    case Kind::Expr: {
      const Node& value = n.at(Field::value);
      if (value.is(Kind::YieldFrom)) {
        each(value, expression(value.at(Field::value)), {}, nullptr,
             [&](ValueId x) { static_cast<void>(make(value, "py.yield"_op, {x}, {{"delegated", int64_t(1)}})); });
        return false;
      }
      if (!value.is(Kind::Constant)) static_cast<void>(expression(value));  // else a docstring or `...`
      return false;
    }
    case Kind::Assign:
    case Kind::AnnAssign: return assignment(n), false;
    case Kind::AugAssign: return augmented_assignment(n), false;
    case Kind::Delete:
      for (const Node* t : n.list(Field::targets)) remove(*t);
      return false;
    case Kind::If: {
      ValueId c = condition(n.at(Field::test));
      b_.span = unit_.span(n);
      return branch(
          c, &liveness_.after(n), [&] { return block(n.list(Field::body)); }, [&] { return block(n.list(Field::orelse)); });
    }
    case Kind::For: return for_loop(n);
    case Kind::While: return while_loop(n);
    case Kind::Break:
    case Kind::Continue: return leave_loop(n);
    case Kind::Return: return return_(n);
    case Kind::Try: return try_statement(n);
    case Kind::With: return is_objmode(n) ? (interpreted(n), false) : with(n, 0);
    case Kind::Raise: return raise(n), true;
    case Kind::Assert: return assertion(n);
    case Kind::Match: return match(n);
    case Kind::FunctionDef: return function_statement(n), false;
    case Kind::ClassDef: return class_statement(n);
    case Kind::Import:
    case Kind::ImportFrom: return import(n), false;
    case Kind::Pass:
    case Kind::Global:
    case Kind::Nonlocal: return false;
    default: refuse_statement(n);
  }
}

void Lowering::refuse_statement(const Node& n) {
  switch (n.kind) {
    case Kind::TryStar: unit_.refuse(n, "except-star");
    case Kind::AsyncFunctionDef: unit_.refuse(n, "async", {"async def"});
    case Kind::AsyncFor: unit_.refuse(n, "async", {"async for"});
    case Kind::AsyncWith: unit_.refuse(n, "async", {"async with"});
    default: unit_.refuse(n, "unsupported-syntax", {n.is(Kind::Unknown) ? n.text : std::string(name(n.kind))});
  }
}

void Lowering::assignment(const Node& n) {
  const Node* value = n.child(Field::value);
  if (!value) {  // `x: int` binds nothing, but evaluates what stands before a dot or bracket
    const Node& t = n.at(Field::target);
    if (t.is(Kind::Attribute) || t.is(Kind::Subscript)) static_cast<void>(expression(t.at(Field::value)));
    if (t.is(Kind::Subscript)) static_cast<void>(expression(t.at(Field::slice)));
    return;
  }
  Nodes targets = n.list(Field::targets);
  if (targets.size() == 1 && unpack_display(*targets[0], *value)) return;
  if (value->is(Kind::Lambda) && targets.size() == 1 && targets[0]->is(Kind::Name)) {
    Variable* v = unit_.scopes.variable(*targets[0]);
    if (v && v->fixed) return;
  }
  ValueId x = expression(*value);
  b_.span = unit_.span(n);
  for (const Node* t : targets) assign(*t, x);
  if (const Node* t = n.child(Field::target)) assign(*t, x);
}

void Lowering::assign(const Node& t, ValueId x) {
  switch (t.kind) {
    case Kind::Name: return bind(t, x);
    case Kind::Attribute: {
      ValueId base = expression(t.at(Field::value));
      return effect(t, "py.set_attribute"_op, {base, x}, {{"name", t.text}});
    }
    case Kind::Subscript: {
      ValueId base = expression(t.at(Field::value));
      ValueId index = expression(t.at(Field::slice));
      return effect(t, "py.setitem"_op, {base, index, x});
    }
    case Kind::Tuple:
    case Kind::List: return unpack(t, x);
    default: unit_.refuse(t, "unsupported-syntax", {std::string(name(t.kind))});
  }
}

void Lowering::remove(const Node& t) {
  switch (t.kind) {
    case Kind::Name: return unbind(t);
    case Kind::Subscript: {
      ValueId base = expression(t.at(Field::value));
      ValueId index = expression(t.at(Field::slice));
      return effect(t, "py.delitem"_op, {base, index});
    }
    case Kind::Tuple:
    case Kind::List:
      for (const Node* e : t.list(Field::elts)) remove(*e);
      return;
    default: unit_.refuse(t, "del-attribute");
  }
}

bool Lowering::return_(const Node& n) {
  const Node* value = n.child(Field::value);
  ValueId x = value ? expression(*value) : none(n);
  return return_value(n, x);
}

// A module is known when the function is compiled: `py.global {import = 1}` says that the name is a module's.
void Lowering::import(const Node& n) {
  auto module = [&](const std::string& name) { return make(n, "py.global"_op, {}, {{"name", name}, {"import", int64_t(1)}}); };
  bool from = n.is(Kind::ImportFrom);
  if (from && (n.words.empty() || n.number > 0)) unit_.refuse(n, "import");
  ValueId source = from ? module(n.words[0]) : ValueId();
  for (const Node* a : n.list(Field::names)) {
    ValueId x = from ? make(*a, "py.attribute"_op, {source}, {{"name", a->text}}) : module(a->text);
    if (!from && a->words.empty() && a->text.find('.') != std::string::npos) x = module(a->text.substr(0, a->text.find('.')));
    bind(*a, x);
  }
}

void Lowering::raise(const Node& n) {
  const Node* exception = n.child(Field::exc);
  if (!exception && handlers_.empty()) unit_.refuse(n, "bare-raise");
  ValueId x = exception ? expression(*exception) : handlers_.back().exception;
  std::vector<ValueId> operands{x};
  if (const Node* cause = n.child(Field::cause)) operands.push_back(expression(*cause));
  b_.span = unit_.span(n);
  if (exception)
    terminate("py.raise"_op, operands);
  else
    terminate("py.raise"_op, operands, {{"again", int64_t(1)}});
}

}  // namespace aic::frontend
