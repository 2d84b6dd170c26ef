// Backwards over the statements. The equations of a loop need no iteration: what is live before a round is what a round
// uses before binding it, plus what is live after the loop; two walks of the body give that and the sets inside.
// Statements that lowering refuses are walked as plain expressions.
#include "frontend/liveness.h"

namespace aic::frontend {

namespace {

// `while (x := …) > 0`: the walrus that is evaluated before anything else of the test, if there is one.
const Node* bound_first(const Node& n) {
  switch (n.kind) {
    case Kind::NamedExpr: return &n;
    case Kind::Compare:
    case Kind::BinOp: return bound_first(n.at(Field::left));
    case Kind::UnaryOp: return bound_first(n.at(Field::operand));
    case Kind::BoolOp: return bound_first(n.at(Field::values));
    default: return nullptr;
  }
}

}  // namespace

bool is_endless(const Node& loop) {
  const Node* test = loop.child(Field::test);
  if (!test || !test->is(Kind::Constant)) return false;
  bool is_number = test->constant.kind == Constant::Kind::Bool || test->constant.kind == Constant::Kind::Int;
  return is_number && test->constant.integer != 0;
}

Liveness::Liveness(const Scopes& scopes, const Frame& frame) : scopes_(scopes), frame_(frame) {
  if (frame.node->is(Kind::Lambda)) return;
  SlotSet none;
  block(frame.node->list(Field::body), {}, {&none, &none, &none});
}

SlotSet Liveness::block(Nodes nodes, SlotSet live, Exits exits) {
  for (size_t k = nodes.size(); k-- > 0;) live = statement(*nodes[k], std::move(live), exits);
  return live;
}

SlotSet Liveness::statement(const Node& n, SlotSet live, Exits exits) {
  switch (n.kind) {
    case Kind::Assign:
    case Kind::AnnAssign:
    case Kind::Delete:
      for (const Node* t : n.list(Field::targets)) kill(*t, live);
      if (const Node* t = n.child(Field::target); t && n.child(Field::value)) kill(*t, live);
      uses(n, live);
      return live;
    case Kind::FunctionDef:
      if (Variable* v = scopes_.variable(n); is_here(v)) live.erase(v->slot);
      uses(n, live);
      return live;
    case Kind::ClassDef: {  // all that its body binds is asked for at its end
      if (Variable* v = scopes_.variable(n); is_here(v)) live.erase(v->slot);
      for (const Variable* v : scopes_.own(n)) live.insert(v->slot);
      live = block(n.list(Field::body), std::move(live), exits);
      for (const Variable* v : scopes_.own(n)) live.erase(v->slot);
      for (Field f : {Field::decorator_list, Field::bases, Field::keywords})
        for (const Node* part : n.list(f)) uses(*part, live);
      return live;
    }
    case Kind::If: {
      after_[&n] = live;
      SlotSet in = block(n.list(Field::body), live, exits);
      in.insert(block(n.list(Field::orelse), std::move(live), exits));
      uses(n.at(Field::test), in);
      return in;
    }
    case Kind::Match: {
      SlotSet in = live;
      for (const Node* c : n.list(Field::cases)) {
        in.insert(block(c->list(Field::body), live, exits));
        uses(c->at(Field::pattern), in);
        if (const Node* guard = c->child(Field::guard)) uses(*guard, in);
      }
      uses(n.at(Field::subject), in);
      return in;
    }
    case Kind::For:
    case Kind::While: return loop(n, std::move(live), exits);
    case Kind::Break: return *exits.at_break;
    case Kind::Continue: return *exits.at_continue;
    case Kind::Try: return guarded(n, std::move(live), exits);
    case Kind::With: return with(n, live, exits);
    case Kind::Return:
    case Kind::Raise:
      live = n.is(Kind::Return) ? *exits.at_return : SlotSet{};
      uses(n, live);
      return live;
    default: uses(n, live); return live;
  }
}

// Exits from what a `finally` guards go through it.
SlotSet Liveness::guarded(const Node& n, const SlotSet& live, Exits exits) {
  after_[&n] = live;
  Nodes last = n.list(Field::finalbody);
  auto through = [&](const SlotSet& to) { return last.empty() ? to : block(last, to, exits); };
  SlotSet at_break = through(*exits.at_break), at_continue = through(*exits.at_continue), at_return = through(*exits.at_return);
  SlotSet raised = last.empty() ? SlotSet{} : block(last, {}, exits);
  SlotSet out = through(live), all = out;
  for (const SlotSet* s : {&at_break, &at_continue, &at_return, &raised}) all.insert(*s);
  finally_[&n] = all;
  Exits inner{&at_break, &at_continue, &at_return};
  for (const Node* h : n.list(Field::handlers)) {
    SlotSet in = block(h->list(Field::body), out, inner);
    if (Variable* v = scopes_.variable(*h); is_here(v)) in.erase(v->slot);
    raised.insert(in);
    if (const Node* classes = h->child(Field::type)) uses(*classes, raised);
  }
  raised_[&n] = raised;
  SlotSet then = block(n.list(Field::orelse), out, inner);
  SlotSet both = then;
  both.insert(out);
  joined_[&n] = both;
  SlotSet in = block(n.list(Field::body), std::move(then), inner);
  in.insert(raised);
  return in;
}

// The block may be left at any place, by an exception that __exit__ swallows.
SlotSet Liveness::with(const Node& n, const SlotSet& live, Exits exits) {
  after_[&n] = live;
  SlotSet all = live;
  for (const SlotSet* s : {exits.at_break, exits.at_continue, exits.at_return}) all.insert(*s);
  finally_[&n] = all;
  SlotSet in = block(n.list(Field::body), live, exits);
  Nodes items = n.list(Field::items);
  for (size_t k = items.size(); k-- > 0;) {
    if (const Node* target = items[k]->child(Field::optional_vars)) kill(*target, in), uses(*target, in);
    in.insert(live);
    uses(items[k]->at(Field::context_expr), in);
  }
  return in;
}

SlotSet Liveness::loop(const Node& n, SlotSet live, Exits exits) {
  after_[&n] = live;
  SlotSet fell_through = block(n.list(Field::orelse), live, exits);
  const Node* target = n.child(Field::target);
  auto round = [&](const SlotSet& next) {  // live before a round, when `next` is live before the one after it
    SlotSet in = block(n.list(Field::body), next, {&live, &next, exits.at_return});
    if (target) kill(*target, in), uses(*target, in);
    if (!is_endless(n)) in.insert(fell_through);
    if (!n.is(Kind::While)) return in;
    if (const Node* first = bound_first(n.at(Field::test))) kill(first->at(Field::target), in);
    uses(n.at(Field::test), in);
    return in;
  };
  SlotSet header = round({});
  header_[&n] = header;
  SlotSet in = round(header);  // the sets inside, now that the header's is known
  if (n.is(Kind::For)) uses(n.at(Field::iter), in);
  return in;
}

void Liveness::kill(const Node& t, SlotSet& live) const {
  if (t.is(Kind::Name)) {
    if (Variable* v = scopes_.variable(t); is_here(v)) live.erase(v->slot);
  } else if (t.is(Kind::Tuple) || t.is(Kind::List)) {
    for (const Node* e : t.list(Field::elts)) kill(*e, live);
  } else if (t.is(Kind::Starred)) {
    kill(t.at(Field::value), live);
  }
}

void Liveness::use(Variable* v, SlotSet& live) const {
  if (!v) return;
  if (v->fixed) captures(*v->fixed, live);
  if (is_here(v)) live.insert(v->slot);
}
void Liveness::captures(const Node& function, SlotSet& live) const {
  for (Variable* v : scopes_.frame(function).captured) use(v, live);
}

void Liveness::uses(const Node& n, SlotSet& live) const {
  if (n.is(Kind::Name)) {
    if (n.context != Context::Store) use(scopes_.variable(n), live);
    return;
  }
  if (n.is(Kind::AugAssign) && n.at(Field::target).is(Kind::Name)) use(scopes_.variable(n.at(Field::target)), live);
  if (n.is_function()) {
    if (Variable* v = scopes_.variable(n); !v || !v->fixed) captures(n, live);
    for (const Node* d : n.list(Field::decorator_list)) uses(*d, live);
    for (const Node* d : defaults_of(n))
      if (d) uses(*d, live);
    return;
  }
  SlotSet inside;
  SlotSet& to = n.is_comprehension() ? inside : live;
  for (const Slot& s : n.slots)
    if (s.field != Field::annotation)
      for (const Node* c : s.nodes)
        if (c) uses(*c, to);
  if (!n.is_comprehension()) return;
  for (const Variable* v : scopes_.own(n)) inside.erase(v->slot);
  live.insert(inside);
}

std::vector<uint32_t> Liveness::assigned(const Node& n) const {
  SlotSet seen;
  std::vector<uint32_t> out;
  assigned_in(n, seen, out);
  return out;
}
void Liveness::assigned_below(Nodes nodes, std::vector<uint32_t>& out) const {
  SlotSet seen;
  for (uint32_t k : out) seen.insert(k);
  for (const Node* n : nodes) assigned_in(*n, seen, out);
}
void Liveness::assigned_in(const Node& n, SlotSet& seen, std::vector<uint32_t>& out) const {
  bool binds = (n.is(Kind::Name) && n.context != Context::Load) || n.is(Kind::FunctionDef) || n.is(Kind::ClassDef) ||
               n.is(Kind::MatchAs) || n.is(Kind::MatchStar) || n.is(Kind::MatchMapping) || n.is(Kind::ExceptHandler);
  if (Variable* v = binds ? scopes_.variable(n) : nullptr; is_here(v) && !v->in_comprehension && !seen.has(v->slot)) {
    seen.insert(v->slot);
    out.push_back(v->slot);
  }
  bool inner = n.is_function();
  for (const Slot& s : n.slots) {
    if (inner && s.field == Field::body) continue;
    for (const Node* c : s.nodes)
      if (c) assigned_in(*c, seen, out);
  }
}

}  // namespace aic::frontend
