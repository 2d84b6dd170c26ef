// `with aic.objmode:` — Python runs the block (docs/fallback.md). It becomes one op: its operands are what the names that the
// block mentions hold, its results what it binds and is read later. Those have annotations in the block, which say their types.
// Nothing in the block is lowered; CPython compiles it, as a function of these names in the function's own module.
#include <algorithm>

#include "frontend/lower.h"

namespace aic::frontend {

bool Lowering::is_objmode(const Node& n) const {
  Nodes items = n.list(Field::items);
  if (items.size() != 1 || items[0]->child(Field::optional_vars)) return false;
  const Node* manager = &items[0]->at(Field::context_expr);
  const Node* root = manager->is(Kind::Attribute) ? &manager->at(Field::value) : manager;
  return root->is(Kind::Name) && !unit_.scopes.variable(*root) && unit_.interpreter.is_objmode(*manager);
}

struct Lowering::BlockNames {
  std::vector<Variable*> mentioned, read, bound;
  std::vector<const Node*> binding;  // where, of each that is bound
  std::vector<Variable*> typed;  // annotated
};

static void add(std::vector<Variable*>& to, Variable* v) {
  if (std::find(to.begin(), to.end(), v) == to.end()) to.push_back(v);
}

// Does the text mention the name, as a word of its own?
static bool mentions_word(const std::string& text, const std::string& name) {
  auto is_part = [](char c) { return isalnum(uint8_t(c)) || c == '_' || uint8_t(c) >= 0x80; };
  for (size_t k = text.find(name); k != std::string::npos; k = text.find(name, k + 1))
    if ((k == 0 || !is_part(text[k - 1])) && (k + name.size() == text.size() || !is_part(text[k + name.size()]))) return true;
  return false;
}

// The names that `eval("…")` and the like may ask for: those in a text that is known, else all.
static std::vector<Variable*> asked_for(const Node& call, const Frame& frame) {
  const Node& f = call.at(Field::func);
  constexpr std::string_view asking[] = {"eval", "exec", "locals", "vars", "dir"};
  if (!f.is(Kind::Name) || std::find(std::begin(asking), std::end(asking), f.text) == std::end(asking)) return {};
  const Node* text = call.child(Field::args);
  bool known = text && text->is(Kind::Constant) && text->constant.kind == Constant::Kind::Str;
  std::vector<Variable*> out;
  for (Variable* v : frame.variables)
    if (!v->in_comprehension && (!known || mentions_word(text->constant.text, v->name))) out.push_back(v);
  return out;
}

// Of this frame and those around it; functions in the block have their own, which are left out. `loops`: in the block.
void Lowering::names_of_block(const Node& n, BlockNames& names, size_t loops) const {
  auto refuse = [&](const std::string& what) { unit_.refuse(n, "objmode", {what}); };
  if (n.is(Kind::Return) || n.is(Kind::Yield) || n.is(Kind::YieldFrom) || n.is(Kind::Await) || n.is(Kind::Nonlocal))
    refuse(std::string("`") +
           (n.is(Kind::Return)     ? "return"
            : n.is(Kind::Await)    ? "await"
            : n.is(Kind::Nonlocal) ? "nonlocal"
                                   : "yield") +
           "`");
  if (n.is(Kind::Break) && !loops) refuse("`break` out of a loop around it");
  if (n.is(Kind::Continue) && !loops) refuse("`continue` of a loop around it");
  Variable* v = unit_.scopes.variable(n);
  bool of_a_name = n.is(Kind::Name) || n.is(Kind::FunctionDef) || n.is(Kind::AsyncFunctionDef) || n.is(Kind::ClassDef) ||
                   n.is(Kind::alias) || n.is(Kind::ExceptHandler) || n.is(Kind::MatchAs) || n.is(Kind::MatchStar) ||
                   n.is(Kind::MatchMapping);
  if (of_a_name && v && !v->in_comprehension && (v->frame == &frame_ || handles_.contains(v))) {
    if (n.is(Kind::Name) && n.context == Context::Del) refuse("`del` of a name");
    bool binds = !n.is(Kind::Name) || n.context != Context::Load;
    if (binds && v->frame != &frame_) refuse("`nonlocal`");
    if (binds && v->is_cell) refuse("binding a name that a function in this one has captured");
    add(names.mentioned, v);
    if (!binds) add(names.read, v);
    if (binds && std::find(names.bound.begin(), names.bound.end(), v) == names.bound.end())
      names.bound.push_back(v), names.binding.push_back(&n);
  }
  if (n.is(Kind::Call))
    for (Variable* asked : asked_for(n, frame_)) add(names.mentioned, asked), add(names.read, asked);
  if (n.is(Kind::AugAssign) && n.at(Field::target).is(Kind::Name))
    if (Variable* changed = unit_.scopes.variable(n.at(Field::target))) add(names.read, changed);
  if (n.is(Kind::AnnAssign) && n.at(Field::target).is(Kind::Name))
    if (Variable* typed = unit_.scopes.variable(n.at(Field::target))) add(names.typed, typed);
  bool loop = n.is(Kind::For) || n.is(Kind::While) || n.is(Kind::AsyncFor), function = n.is_function();
  for (const Slot& s : n.slots) {
    if (s.field == Field::annotation || s.field == Field::returns) continue;
    for (const Node* c : s.nodes) {
      if (!c) continue;
      if (function && (c->is(Kind::Return) || s.field == Field::body)) {
        // A function's own statements: what leaves it, leaves it alone. Its names are found by the variables they have.
        BlockNames inner;
        std::function<void(const Node&)> mentions = [&](const Node& m) {
          if (Variable* x = m.is(Kind::Name) ? unit_.scopes.variable(m) : nullptr)
            if (x->frame == &frame_ ? !x->in_comprehension : handles_.contains(x)) add(names.mentioned, x), add(names.read, x);
          for (const Slot& t : m.slots)
            for (const Node* d : t.nodes)
              if (d) mentions(*d);
        };
        mentions(*c);
        continue;
      }
      names_of_block(*c, names, loops + (loop && s.field == Field::body));
    }
  }
}

// Is the name bound wherever the block ends? By one of its own statements, one after another.
static bool binds_always(Nodes block, const Scopes& scopes, const Variable* v) {
  for (const Node* s : block) {
    std::vector<const Node*> targets;
    if (s->is(Kind::Assign))
      for (const Node* t : s->list(Field::targets)) targets.push_back(t);
    if (s->is(Kind::AugAssign) || (s->is(Kind::AnnAssign) && s->child(Field::value)))
      targets.push_back(s->child(Field::target));
    if (s->is(Kind::Import) || s->is(Kind::ImportFrom))
      for (const Node* a : s->list(Field::names)) targets.push_back(a);
    if (s->is(Kind::FunctionDef) || s->is(Kind::ClassDef)) targets.push_back(s);
    for (size_t k = 0; k < targets.size(); ++k) {
      const Node* t = targets[k];
      if (t->is(Kind::Tuple) || t->is(Kind::List))
        for (const Node* e : t->list(Field::elts)) targets.push_back(e);
      if (scopes.variable(*t) == v) return true;
    }
    if (s->is(Kind::With) && binds_always(s->list(Field::body), scopes, v)) return true;
    if (s->is(Kind::If) && binds_always(s->list(Field::body), scopes, v) && binds_always(s->list(Field::orelse), scopes, v))
      return true;
  }
  return false;
}

void Lowering::interpreted(const Node& n) {
  BlockNames names;
  Nodes block = n.list(Field::body);
  for (const Node* s : block) names_of_block(*s, names, 0);
  const SlotSet& live = liveness_.after(n);
  std::vector<std::string> given, results;
  std::vector<ValueId> operands;
  auto is_among = [](const std::vector<Variable*>& all, Variable* v) {
    return std::find(all.begin(), all.end(), v) != all.end();
  };
  for (Variable* v : names.mentioned) {
    if (v->frame == &frame_ && !v->is_cell && !v->fixed) {
      Bound bound = env_[v->slot].bound;
      if (bound == Bound::No || bound == Bound::Dead) continue;
      if (!is_among(names.read, v) && (!live.has(v->slot) || binds_always(block, unit_.scopes, v))) continue;
      if (bound == Bound::Maybe) unit_.refuse(n, "objmode", {"`" + v->name + "`, which may have no value here, is read"});
    }
    given.push_back(v->name);
    operands.push_back(read_variable(*v, n));
  }
  std::vector<Variable*> out;
  for (size_t k = 0; k < names.bound.size(); ++k) {
    Variable* v = names.bound[k];
    if (!live.has(v->slot)) continue;
    if (!is_among(names.typed, v)) unit_.refuse(*names.binding[k], "objmode-name", {v->name});
    if (env_[v->slot].bound != Bound::Yes && !binds_always(block, unit_.scopes, v))
      unit_.refuse(*names.binding[k], "objmode", {"`" + v->name + "` is bound on some ways only"});
    out.push_back(v);
    results.push_back(v->name);
  }
  Interpreter::Block made = unit_.interpreter.block(n, given, results);
  for (size_t k = 0; k < out.size(); ++k)
    if (made.types[k].empty()) unit_.refuse(n, "objmode-name", {results[k]});
  b_.span = unit_.span(n);
  const Node& manager = n.list(Field::items)[0]->at(Field::context_expr);
  std::vector<ir::NamedAttr> attrs{{"block", made.function}, {"names", given}, {"results", results}, {"types", made.types}};
  if (manager.is(Kind::Name) && manager.text == made_objmode) attrs.push_back({"by_value", int64_t(1)});
  OpId op = b_.op("py.interpret"_op, operands, {}, std::move(attrs));
  std::vector<ValueId> values;
  for (size_t k = 0; k < out.size(); ++k) values.push_back(f_.add_result(op, ir::Type::py()));
  for (size_t k = 0; k < out.size(); ++k) bind_variable(*out[k], values[k]);
  for (Variable* v : names.bound)
    if (!live.has(v->slot)) set_local(v->slot, {}, Bound::Dead);
}

}  // namespace aic::frontend
