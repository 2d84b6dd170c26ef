// Scopes in three steps: declare (who binds what), resolve (who means what), capture (value or cell). One walk in the
// order of evaluation records bindings and uses with a clock, so that "bound before" can be asked of two places.
#include "frontend/scopes.h"

#include <algorithm>

namespace aic::frontend {

namespace {

bool is_constant_default(const Node* n) {
  if (!n || n->is(Kind::Constant)) return true;
  if (n->is(Kind::UnaryOp)) return is_constant_default(n->child(Field::operand));
  if (!n->is(Kind::Tuple)) return false;
  Nodes elements = n->list(Field::elts);
  return std::all_of(elements.begin(), elements.end(), is_constant_default);
}

bool share(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  return std::any_of(a.begin(), a.end(), [&](uint32_t x) { return std::find(b.begin(), b.end(), x) != b.end(); });
}

}  // namespace

std::vector<const Node*> parameters_of(const Node& function) {
  std::vector<const Node*> out;
  const Node& a = function.at(Field::args);
  for (Field f : {Field::posonlyargs, Field::args, Field::kwonlyargs, Field::vararg, Field::kwarg})
    for (const Node* p : a.list(f)) out.push_back(p);
  return out;
}

std::vector<const Node*> defaults_of(const Node& function) {
  const Node& a = function.at(Field::args);
  size_t positional = a.list(Field::posonlyargs).size() + a.list(Field::args).size();
  std::vector<const Node*> out(parameters_of(function).size());
  Nodes defaults = a.list(Field::defaults), keyword = a.list(Field::kw_defaults);
  std::copy(defaults.begin(), defaults.end(), out.begin() + long(positional - defaults.size()));
  std::copy(keyword.begin(), keyword.end(), out.begin() + long(positional));
  return out;
}

// One scope of names while it is built.
struct Scope {
  Frame* frame;
  Scope* parent;
  const Node* node;
  bool is_comprehension;
  bool is_class = false;
  std::unordered_map<std::string, Variable*> names;
  std::unordered_set<std::string> globals, nonlocals;
};

struct PendingUse {  // a Name to resolve when all bindings are known
  const Node* node;
  Scope* scope;
  Use use;  // function is filled in when it turns out to be a fixed one
};
struct PendingBinding {
  const Node* node;
  Scope* scope;
  Binding binding;
  const Node* function;  // bound to this def or lambda, if that is all it is bound to
};

class ScopeBuilder {
 public:
  explicit ScopeBuilder(Scopes& s) : s_(s) {}

  void run(const Node& function) {
    enter_function(function, nullptr);
    for (PendingBinding& b : bindings_) bind(b);
    find_fixed();
    for (PendingUse& u : uses_) resolve(u);
    spread_captures();
    check_order();
    for (const Use& u : function_uses_) find_cells(u);
    order_captures();
  }

 private:
  // ---- the walk ----
  Scope* add_scope(Frame* frame, Scope* parent, const Node* node, bool comprehension) {
    return scopes_.emplace_back(std::make_unique<Scope>(Scope{frame, parent, node, comprehension, false, {}, {}, {}})).get();
  }
  Variable* declare(Scope* scope, const std::string& name) {
    Variable*& v = scope->names[name];
    if (v) return v;
    v = s_.variables_.emplace_back(std::make_unique<Variable>()).get();
    v->name = name;
    v->frame = scope->frame;
    v->slot = uint32_t(scope->frame->variables.size());
    v->in_comprehension = scope->is_comprehension;
    v->in_class = scope->is_class;
    scope->frame->variables.push_back(v);
    if (scope->is_comprehension || scope->is_class) s_.own_[scope->node].push_back(v);
    return v;
  }
  [[nodiscard]] Use here(const Node* function, bool escapes) const {
    return {function, scope_->frame, clock_, loops_, blocks_, escapes};
  }

  void enter_function(const Node& n, Scope* parent) {
    Frame* frame = s_.frames_.emplace_back(std::make_unique<Frame>()).get();
    frame->node = &n;
    frame->parent = parent ? parent->frame : nullptr;
    if (parent) frame->site = here(&n, true);
    for (const Scope* s = parent; s && s->is_class; s = s->parent) frame->classes.insert(0, s->node->text + ".");
    s_.frames_of_[&n] = frame;
    Scope* outer = scope_;
    auto outer_loops = std::exchange(loops_, {}), outer_blocks = std::exchange(blocks_, {});
    scope_ = add_scope(frame, parent, &n, false);
    for (const Node* p : parameters_of(n)) {
      Variable* v = declare(scope_, p->text);
      v->is_parameter = true;
      v->bindings.push_back({0, {}, {}});
      s_.variables_of_[p] = v;
    }
    block(n.list(Field::body));
    scope_ = outer, loops_ = outer_loops, blocks_ = outer_blocks;
  }
  void block(Nodes nodes) {
    blocks_.push_back(++last_block_);
    for (const Node* n : nodes) visit(*n);
    blocks_.pop_back();
  }
  void children(const Node& n) {
    for (const Slot& s : n.slots)
      for (const Node* c : s.nodes)
        if (c) visit(*c);
  }
  void visit_field(const Node& n, Field f) {
    for (const Node* c : n.list(f))
      if (c) visit(*c);
  }
  void bind_name(const Node& n, const std::string& name, const Node* function = nullptr) {
    ++clock_;
    Scope* scope = scope_;
    while (n.is(Kind::Name) && walrus_ && scope->is_comprehension) scope = scope->parent;
    if (!scope->globals.contains(name) && !scope->nonlocals.contains(name)) declare(scope, name);
    bindings_.push_back({&n, scope, {clock_, loops_, blocks_}, function});
    names_[&n] = name;
  }

  void visit(const Node& n) {
    switch (n.kind) {
      case Kind::Name: name(n); break;
      case Kind::FunctionDef:
      case Kind::AsyncFunctionDef:
      case Kind::Lambda: function(n); break;
      case Kind::ListComp:
      case Kind::SetComp:
      case Kind::DictComp:
      case Kind::GeneratorExp: comprehension(n); break;
      case Kind::Assign:
      case Kind::AnnAssign:
      case Kind::AugAssign:
      case Kind::NamedExpr: assignment(n); break;
      case Kind::For:
      case Kind::AsyncFor:
      case Kind::While: loop(n); break;
      case Kind::If:
        visit(n.at(Field::test));
        block(n.list(Field::body));
        block(n.list(Field::orelse));
        break;
      case Kind::Call:
        callee_ = &n.at(Field::func);
        children(n);
        break;
      case Kind::Global: declare_outer(n, scope_->globals); break;
      case Kind::Nonlocal: declare_outer(n, scope_->nonlocals); break;
      case Kind::ClassDef: class_statement(n); break;
      case Kind::alias: bind_name(n, n.words.empty() ? n.text.substr(0, n.text.find('.')) : n.words[0]); break;
      case Kind::Try:
        for (Field part : {Field::body, Field::handlers, Field::orelse, Field::finalbody}) block(n.list(part));
        break;
      case Kind::ExceptHandler:
        visit_field(n, Field::type);
        if (!n.text.empty()) bind_name(n, n.text), deleted_.push_back(&n);
        block(n.list(Field::body));
        break;
      case Kind::MatchAs:
      case Kind::MatchStar:
        if (!n.text.empty()) bind_name(n, n.text);
        children(n);
        break;
      case Kind::MatchMapping:
        if (!n.words.empty()) bind_name(n, n.words[0]);
        children(n);
        break;
      case Kind::Yield:
      case Kind::YieldFrom:
        scope_->frame->is_generator = true;
        children(n);
        break;
      case Kind::Await: throw Scopes::Problem{&n, "async", {"await"}};
      default: children(n);  // everything else evaluates its parts in order
    }
  }
  void name(const Node& n) {
    ++clock_;
    if (n.context == Context::Load) {
      uses_.push_back({&n, scope_, here(nullptr, &n != callee_)});
      return;
    }
    if (n.context == Context::Del) deleted_.push_back(&n);
    bind_name(n, n.text);
    if (n.context == Context::Store && &n == augmented_) uses_.push_back({&n, scope_, here(nullptr, true)});
  }
  void function(const Node& n) {
    visit_field(n, Field::decorator_list);
    for (const Node* d : defaults_of(n))
      if (d) visit(*d);
    ++clock_;
    enter_function(n, scope_);
    const bool cached = !n.is_anonymous() && cache_decorator(n);
    if (cached) {
      Variable* cache = declare(scope_, n.text + ".cache");
      cache->bindings.push_back({s_.frames_of_[&n]->site.clock - 1, loops_, blocks_});  // made before the function is
      s_.frames_of_[&n]->outer_used.insert(cache);
      s_.caches_[&n] = cache;
    }
    bool decorated = (!n.list(Field::decorator_list).empty() && !cached) || scope_->is_class;  // then it is a value
    if (!n.is_anonymous()) bind_name(n, n.text, decorated ? nullptr : &n);
    if (n.is_anonymous() && &n != bound_lambda_) function_uses_.push_back(s_.frames_of_[&n]->site);
    if (decorated) function_uses_.push_back(s_.frames_of_[&n]->site);
  }
  void class_statement(const Node& n) {
    for (Field f : {Field::decorator_list, Field::bases, Field::keywords}) visit_field(n, f);
    scope_ = add_scope(scope_->frame, scope_, &n, false);
    scope_->is_class = true;
    s_.own_[&n];
    block(n.list(Field::body));
    scope_ = scope_->parent;
    bind_name(n, n.text);
  }
  void comprehension(const Node& n) {
    Nodes generators = n.list(Field::generators);
    visit(generators[0]->at(Field::iter));
    scope_ = add_scope(scope_->frame, scope_, &n, true);
    s_.own_[&n];
    loops_.push_back(++last_block_);
    for (const Node* g : generators) {
      if (g != generators[0]) visit(g->at(Field::iter));
      visit(g->at(Field::target));
      visit_field(*g, Field::ifs);
    }
    for (Field f : {Field::elt, Field::key, Field::value}) visit_field(n, f);
    loops_.pop_back();
    scope_ = scope_->parent;
  }
  void assignment(const Node& n) {
    const Node* value = n.child(Field::value);
    Nodes targets = n.list(Field::targets);
    bool one_name = n.is(Kind::Assign) && targets.size() == 1 && targets[0]->is(Kind::Name);
    bool to_lambda = one_name && value->is(Kind::Lambda) && !scope_->is_class;
    if (to_lambda) bound_lambda_ = value;
    const Node* target = n.child(Field::target);
    if (n.is(Kind::AugAssign)) {
      augmented_ = target;
      if (!target->is(Kind::Name)) visit(*target);
    }
    if (value) visit(*value);
    if (to_lambda) return bind_name(*targets[0], targets[0]->text, value);
    for (const Node* t : targets) visit(*t);
    if (!target || (n.is(Kind::AugAssign) && !target->is(Kind::Name))) return;
    walrus_ = n.is(Kind::NamedExpr);
    visit(*target);
    walrus_ = false;
  }
  void loop(const Node& n) {
    visit_field(n, Field::iter);
    loops_.push_back(++last_block_);
    visit_field(n, Field::target);
    visit_field(n, Field::test);
    block(n.list(Field::body));
    loops_.pop_back();
    block(n.list(Field::orelse));
  }
  void declare_outer(const Node& n, std::unordered_set<std::string>& names) {
    for (const std::string& w : n.words) names.insert(w), outer_statements_[&names].push_back({w, &n});
  }

  // ---- resolving ----
  Variable* find(Scope* scope, const std::string& name) {
    for (Scope* s = scope; s; s = s->parent) {
      if (s->is_class && s != scope) continue;  // what a class's body binds is no variable of the functions in it
      if (s->globals.contains(name)) return nullptr;
      if (auto it = s->names.find(name); it != s->names.end()) return it->second;
    }
    return nullptr;
  }
  const Node* statement_that_declares(const std::unordered_set<std::string>& names, const std::string& name) {
    for (auto& [w, n] : outer_statements_[&names])
      if (w == name) return n;
    return nullptr;
  }
  void bind(PendingBinding& b) {
    const std::string& name = names_[b.node];
    if (b.scope->globals.contains(name) && b.node->is(Kind::Name) && !b.function) return;  // by Lowering::bind
    if (b.scope->globals.contains(name))
      throw Scopes::Problem{statement_that_declares(b.scope->globals, name), "global-assignment", {name}};
    Variable* v = find(b.scope, name);
    const bool outside = !v && s_.is_free(name) && b.scope->nonlocals.contains(name);  // of a function that Python ran
    if (outside && b.node->is(Kind::Name) && !b.function) return;
    if (!v) throw Scopes::Problem{statement_that_declares(b.scope->nonlocals, name), "nonlocal-outside", {name}};
    if (v->frame != b.scope->frame) {
      v->is_cell = true;
      b.scope->frame->outer_used.insert(v);
    }
    s_.variables_of_[b.node] = v;
    v->bindings.push_back(b.binding);
    bool fixed = b.function && v->bindings.size() == 1 && v->frame == b.scope->frame && !v->in_comprehension;
    v->fixed = fixed ? b.function : nullptr;
    v->fixed_clock = b.binding.clock;
  }
  // Of the variables bound once to a function, those that every use can stand for: constant defaults, and no use outside
  // of the block that the definition stands in.
  void find_fixed() {
    for (const Node* d : deleted_)
      if (Variable* v = s_.variable(*d)) v->fixed = nullptr, v->is_deleted = true;
    for (auto& v : s_.variables_) {
      if (!v->fixed || v->is_cell || v->bindings.size() != 1) {
        unfix(*v);
        continue;
      }
      std::vector<const Node*> defaults = defaults_of(*v->fixed);
      if (!std::all_of(defaults.begin(), defaults.end(), is_constant_default)) unfix(*v);
    }
    for (PendingUse& u : uses_) {
      Variable* v = find(u.scope, u.node->text);
      if (!v || !v->fixed) continue;
      const std::vector<uint32_t>& block = site_in(u.use, *v->frame).blocks;
      uint32_t home = v->bindings[0].blocks.back();
      bool inside = std::find(block.begin(), block.end(), home) != block.end();
      bool before = u.scope->frame == v->frame && u.use.clock < v->fixed_clock;
      if (!inside || before) unfix(*v);
    }
    // What is not fixed is a value where its def stands.
    for (PendingBinding& b : bindings_)
      if (b.function && s_.variable(*b.node)->fixed != b.function) function_uses_.push_back(s_.frames_of_[b.function]->site);
  }
  static void unfix(Variable& v) { v.fixed = nullptr; }
  // The place in `frame` at which a use in it or in a function below it stands.
  static const Use& site_in(const Use& use, const Frame& frame) {
    const Use* u = &use;
    while (u->frame != &frame) u = &u->frame->site;
    return *u;
  }
  void resolve(PendingUse& u) {
    Variable* v = find(u.scope, u.node->text);
    if (!v) return;
    s_.variables_of_[u.node] = v;
    if (v->fixed) {
      u.use.function = v->fixed;
      function_uses_.push_back(u.use);
      for (Frame* f = u.scope->frame; f; f = f->parent) f->fixed_used.insert(v->fixed);
      return;
    }
    for (Frame* f = u.scope->frame; f != v->frame; f = f->parent) f->outer_used.insert(v);
  }

  // ---- capturing ----
  static bool is_within(const Frame* f, const Frame* outer) {
    while (f && f != outer) f = f->parent;
    return f == outer;
  }
  // What a fixed function captures, its users capture too (unless it is their own).
  void spread_captures() {
    for (auto& f : s_.frames_)  // nonlocal bindings: every frame between
      for (Variable* v : std::vector<Variable*>(f->outer_used.begin(), f->outer_used.end()))
        for (Frame* g = f.get(); g != v->frame; g = g->parent) g->outer_used.insert(v);
    for (bool changed = true; changed;) {
      changed = false;
      for (auto& f : s_.frames_) {
        for (const Node* g : std::vector<const Node*>(f->fixed_used.begin(), f->fixed_used.end())) {
          const Frame& callee = *s_.frames_of_[g];
          for (Variable* v : std::vector<Variable*>(callee.outer_used.begin(), callee.outer_used.end()))
            if (!is_within(v->frame, f.get())) changed |= f->outer_used.insert(v).second;
          for (const Node* h : std::vector<const Node*>(callee.fixed_used.begin(), callee.fixed_used.end()))
            changed |= f->fixed_used.insert(h).second;
        }
      }
    }
  }
  // A function that mentions a fixed one must not be used before that one is defined: CPython might raise NameError.
  void check_order() {
    for (auto& v : s_.variables_) {
      if (!v->fixed) continue;
      for (const Use& u : function_uses_) {
        if (u.frame != v->frame || u.clock > v->fixed_clock) continue;
        if (s_.frames_of_[u.function]->fixed_used.contains(v->fixed))
          throw Scopes::Problem{v->fixed, "used-before-definition", {v->name}};
      }
    }
  }
  // A function used as a value may run at any later time: what it captures by value must be bound for good by then. One
  // that is called where it stands must find some value, else reading it has to fail when it is reached.
  void find_cells(const Use& use) {
    for (Variable* v : s_.frames_of_[use.function]->outer_used) {
      if (!is_within(use.frame, v->frame)) continue;
      const Use& site = site_in(use, *v->frame);
      bool late = use.escapes || s_.frames_of_[use.function]->is_generator;  // its body runs when it is consumed
      bool is_bound = false;
      for (const Binding& b : v->bindings) {
        is_bound |= b.clock < site.clock;
        if (late && (b.clock >= site.clock || share(b.loops, site.loops))) v->is_cell = true;
      }
      if (!is_bound) v->is_cell = true;
    }
  }
  void order_captures() {
    for (auto& f : s_.frames_)
      for (auto& v : s_.variables_)
        if (f->outer_used.contains(v.get())) f->captured.push_back(v.get());
  }

  Scopes& s_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::vector<PendingUse> uses_;
  std::vector<PendingBinding> bindings_;
  std::vector<Use> function_uses_;
  std::vector<const Node*> deleted_;
  std::unordered_map<const Node*, std::string> names_;  // what a binding node binds
  std::unordered_map<const std::unordered_set<std::string>*, std::vector<std::pair<std::string, const Node*>>>
      outer_statements_;
  Scope* scope_ = nullptr;
  uint32_t clock_ = 0, last_block_ = 0;
  std::vector<uint32_t> loops_, blocks_;
  bool walrus_ = false;
  const Node* callee_ = nullptr;
  const Node* augmented_ = nullptr;
  const Node* bound_lambda_ = nullptr;
};

const Node* cache_decorator(const Node& function) {
  Nodes decorators = function.list(Field::decorator_list);
  if (decorators.size() != 1) return nullptr;
  const Node* d = decorators[0];
  bool plain = true;
  if (d->is(Kind::Call)) {
    for (const Node* a : d->list(Field::args)) plain &= a->is(Kind::Constant);
    for (const Node* k : d->list(Field::keywords)) plain &= k->text == "maxsize" && k->at(Field::value).is(Kind::Constant);
    plain &= d->list(Field::args).size() < 2;
    d = &d->at(Field::func);
  }
  bool named = d->is(Kind::Name) ||
               (d->is(Kind::Attribute) && d->at(Field::value).is(Kind::Name) && d->at(Field::value).text == "functools");
  return plain && named && (d->text == "cache" || d->text == "lru_cache") ? d : nullptr;
}

Scopes::Scopes(const Node& function, const std::vector<std::string>& free) : free_(free.begin(), free.end()) {
  ScopeBuilder(*this).run(function);
}
Scopes::~Scopes() = default;

}  // namespace aic::frontend
