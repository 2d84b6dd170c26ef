// A generator expression that is not read at once is a call of a generator function that has no name:
//
//   (e for x in xs if c)      →      <genexpr>(xs), where  def <genexpr>(.0): for x in .0: if c: yield e
//
// as CPython makes it: the first source is evaluated where the expression stands, everything else when an element is asked for.
// What reads all of it at once, by the name of the callee, keeps the expression (desugar_comprehension.cpp): a list is cheaper.
#include "frontend/lazy_generator.h"

#include <algorithm>

#include "ir/readers.h"

namespace aic::frontend {

static bool reads_at_once(const Node& callee) {
  bool asks = callee.is(Kind::Name) && (callee.text == "any" || callee.text == "all");  // desugar_comprehension.cpp
  return asks || ((callee.is(Kind::Attribute) || callee.is(Kind::Name)) && ir::may_read_whole(callee.text));
}

static bool binds_outside(const Node& n) {
  if (n.is(Kind::NamedExpr) || n.is(Kind::Await)) return true;
  return std::any_of(n.slots.begin(), n.slots.end(), [](const Slot& s) {
    return std::any_of(s.nodes.begin(), s.nodes.end(), [](const Node* c) { return c && binds_outside(*c); });
  });
}

namespace {
class Builder {
 public:
  explicit Builder(Tree& tree) : tree_(tree) {}
  const Node* call_of(const Node& generator) {
    Nodes clauses = generator.list(Field::generators);
    const Node* yield = make(Kind::Yield, {{Field::value, tree_.keep({&generator.at(Field::elt)})}});
    const Node* body = make(Kind::Expr, {{Field::value, tree_.keep({yield})}});
    for (size_t k = clauses.size(); k-- > 0;) {
      const Node& c = *clauses[k];
      Nodes tests = c.list(Field::ifs);
      for (size_t j = tests.size(); j-- > 0;)
        body = make(Kind::If, {{Field::test, tree_.keep({tests[j]})}, {Field::body, tree_.keep({body})}});
      const Node* source = k == 0 ? make(Kind::Name, {}, ".0") : &c.at(Field::iter);
      body = make(Kind::For, {{Field::target, tree_.keep({&c.at(Field::target)})},
                              {Field::iter, tree_.keep({source})},
                              {Field::body, tree_.keep({body})}});
    }
    const Node* parameters = make(Kind::arguments, {{Field::args, tree_.keep({make(Kind::arg, {}, ".0")})}});
    Node& function =
        *make(Kind::FunctionDef, {{Field::args, tree_.keep({parameters})}, {Field::body, tree_.keep({body})}}, "<genexpr>");
    Node& call =
        *make(Kind::Call, {{Field::func, tree_.keep({&function})}, {Field::args, tree_.keep({&clauses[0]->at(Field::iter)})}});
    for (Node* n : {&function, &call}) n->has_position = true, n->position = generator.position;
    return &call;
  }

 private:
  Node* make(Kind kind, const std::vector<Slot>& slots, std::string text = {}) {
    Node& n = tree_.make();
    n.kind = kind;
    n.text = std::move(text);
    n.slots = tree_.keep(slots);
    return &n;
  }
  Tree& tree_;
};
}  // namespace

void make_generators_lazy(Tree& tree, const Node& parent, std::vector<Slot>& slots) {
  if (parent.is(Kind::Starred)) return;
  for (Slot& s : slots) {
    auto is_lazy = [](const Node* c) { return c && c->is(Kind::GeneratorExp) && !binds_outside(*c); };
    if (std::none_of(s.nodes.begin(), s.nodes.end(), is_lazy)) continue;
    auto callee = std::find_if(slots.begin(), slots.end(), [](const Slot& x) { return x.field == Field::func; });
    if (parent.is(Kind::Call) && s.field == Field::args && callee != slots.end() && reads_at_once(*callee->nodes[0])) continue;
    std::vector<const Node*> nodes(s.nodes.begin(), s.nodes.end());
    for (const Node*& c : nodes)
      if (is_lazy(c)) c = Builder(tree).call_of(*c);
    s.nodes = tree.keep(nodes);
  }
}

}  // namespace aic::frontend
