// Instances: found by key, written once, again where recursion changed what they relied on. See session.h.
#include "typeinfer/session.h"

#include <algorithm>
#include <set>

#include "ir/ops/table.h"
#include "typeinfer/frame.h"
#include "typeinfer/instances.h"
#include "typeinfer/interpreted.h"

namespace aic::typeinfer {

static const ir::Attr* header(const ir::Function& f, std::string_view name) {
  for (const ir::NamedAttr& a : f.attrs)
    if (a.name == name) return &a.value;
  return nullptr;
}
static int64_t header_int(const ir::Function& f, std::string_view name) {
  const ir::Attr* a = header(f, name);
  return a && std::holds_alternative<int64_t>(*a) ? std::get<int64_t>(*a) : 0;
}
static std::string python_name(const ir::Function& f) {
  const ir::Attr* a = header(f, "name");
  return a && std::holds_alternative<std::string>(*a) ? std::get<std::string>(*a) : f.name();
}

bool Session::is_library(const ir::Function& f) { return header_int(f, "library") != 0; }
bool Session::is_foreign(const ir::Function& f) { return is_library(f) || header_int(f, "foreign") != 0; }

// ---- sources and spans ----
SpanId Session::span(const ir::Function& py, SpanId s) {
  if (!s) return {};
  const ir::Module& from = py.module();
  auto [it, added] = spans_.try_emplace(&from);
  auto& [offset, known] = it->second;
  if (added) {
    offset = uint32_t(out.sources.size()) - 1;  // source 0, unknown, is everybody's
    out.sources.insert(out.sources.end(), from.sources.begin() + 1, from.sources.end());
  }
  if (known.size() <= s.index) known.resize(from.spans.size());
  if (known[s.index]) return known[s.index];
  ir::SpanInfo info = from.spans[s.index];
  if (info.source) info.source += offset;
  info.inlined_at = span(py, info.inlined_at);
  return known[s.index] = out.intern_span(info);
}

// ---- nested functions ----
const ir::PyForm& Session::nested(const ir::Function& py, const std::string& symbol) {
  const ir::Function* f = py.module().find(symbol);
  AIC_CHECK(f, symbol);
  std::unique_ptr<ir::PyForm>& form = classes.nested[f];
  if (form) return *form;
  form = std::make_unique<ir::PyForm>();
  form->function = f;
  if (const ir::Attr* names = header(*f, "params")) form->parameters = std::get<std::vector<std::string>>(*names);
  form->positional_only = int(header_int(*f, "positional_only"));
  form->keyword_only = int(header_int(*f, "keyword_only"));
  form->has_varargs = header_int(*f, "varargs") != 0;
  form->has_kwargs = header_int(*f, "kwargs") != 0;
  return *form;
}

// ---- instances ----
static std::string instance_key(const ir::PyForm& form, const Values& arguments, bool entry) {
  std::string k = (entry ? "entry " : "") + std::to_string(reinterpret_cast<uintptr_t>(&form)) + "(";
  for (const Value& a : arguments) k += key(a) + ";";
  return k;
}

// Number literals of arguments that no inference asked for are generalised; the library's ints stay (axes, counts).
static Value generalised(const Value& v, bool keep_ints, int parameter) {
  if (v.kind == Kind::Constant && v.type.is_number() && !v.type.is(TypeKind::Bool)) {
    if (keep_ints && v.type.is(TypeKind::Int)) return shape_of(v);
    Value w = runtime(v.type, {});
    w.parameter = parameter;
    return w;
  }
  Value w = v;
  w.id = {};
  for (Value& p : w.parts) p = generalised(p, keep_ints, parameter);
  for (Value& p : w.defaults) p = generalised(p, keep_ints, parameter);
  return w;
}

Instance& Session::instance(const ir::PyForm& form, const Values& arguments, bool entry, const Value& wanted) {
  bool library = is_library(*form.function);
  auto shapes = [&] {
    bool many = made_of_[&form] > options.instances_per_function;
    const std::vector<int>& wanted = wanted_literals_[&form];
    Values s;
    for (int k = 0; k < int(arguments.size()); ++k) {
      Kind kind = arguments[size_t(k)].kind;  // of a tuple or member among the defaults nothing is handed over
      bool asked = std::find(wanted.begin(), wanted.end(), k) != wanted.end() ||
                   (entry && (kind == Kind::Tuple || kind == Kind::Member));
      s.push_back(asked ? shape_of(arguments[size_t(k)]) : generalised(arguments[size_t(k)], library && !many, k));
    }
    return s;
  };
  for (int attempt = 0;; ++attempt) {
    AIC_CHECK(attempt < 64);
    Values s = shapes();
    std::string k = instance_key(form, s, entry);
    if (wanted.kind != Kind::Never) k += "->" + key(wanted);
    if (float_errors) k += "!" + std::to_string(float_errors);
    auto it = by_key_.find(k);
    if (it != by_key_.end()) return *it->second;
    size_t before = writing_.size();
    Instance& made = make(form, std::move(s), k, entry, wanted);
    try {
      write(made);
      return made;
    } catch (const NeedsLiteral& need) {
      abandon(made, before);
      if (need.instance != &made) throw;  // it belongs to a caller further up
      wanted_literals_[&form].push_back(need.parameter);
    } catch (...) {
      abandon(made, before);
      throw;
    }
  }
}

// After an exception: takes back what is half written.
void Session::abandon(Instance& i, size_t writing) {
  writing_.resize(writing);
  size_t first = 0;
  while (instances_[first].get() != &i) ++first;
  drop_provisional(first + 1, i);  // only what was begun under it can rely on it
  by_key_.erase(i.key);
  i.done = false;
  if (i.out) out.remove_function(i.symbol), i.out = nullptr;
}

std::string Session::fresh_symbol(const ir::PyForm& form) {
  std::string name = form.function->name();
  return name + "." + std::to_string(symbols_[name]++);
}

ir::Function& Session::guarded_function(const Instance& i, const ir::Function& like) {
  ir::Function& f = out.add_function(fresh_symbol(*i.form), ir::Form::Tensor);
  f.span = like.span;
  f.source = like.source;
  for (const ir::NamedAttr& a : like.attrs)
    if (a.name == "name" || a.name == "library") f.attrs.push_back(a);
  return f;
}

Instance& Session::make(const ir::PyForm& form, Values arguments, std::string k, bool entry, const Value& wanted) {
  Instance& i = *instances_.emplace_back(std::make_unique<Instance>());
  i.form = &form;
  i.key = std::move(k);
  i.symbol = fresh_symbol(form);
  auto own = [&](const std::string& path) {
    std::shared_ptr<ListSite>& site = i.sites[path];
    if (!site) site = new_site(&i.grown);
    return site;
  };
  for (size_t n = 0; n < arguments.size(); ++n)
    i.arguments.push_back(resited(arguments[n], own, "argument" + std::to_string(n)));
  i.wanted = resited(wanted, own, "result");
  i.entry = entry;
  i.depth = i.lowest = int(writing_.size());
  by_key_.emplace(i.key, &i);
  ++made_of_[&form];
  return i;
}

void Session::write(Instance& i) {
  writing_.push_back(&i);
  size_t first = instances_.size();
  for (int attempt = 0;; ++attempt) {
    if (attempt == 24)
      throw ir::Diagnosed(ir::diagnose(out, span(*i.form->function, i.form->function->span), "unsupported",
                                       {"a function whose containers find no type"}));
    std::string assumed = key(i.result);
    size_t hidden = i.hidden.size();
    i.lowest = i.depth;
    i.grown = false;
    try {
      write_once(i);
    } catch (const ir::Diagnosed&) {
      if (!i.grown) throw;  // else it may come from a list's type that is known better now
    } catch (const ir::InternalError&) {
      if (!i.grown) throw;
    }
    if (!i.grown && (!i.recursive || (key(i.result) == assumed && i.hidden.size() == hidden))) break;
    writing_.resize(size_t(i.depth) + 1);
    drop_provisional(first, i);
  }
  writing_.pop_back();
  i.done = true;
  if (i.lowest < i.depth) {  // of a cycle that goes on: what relied on this relies on the rest of it
    for (size_t k = first; k < instances_.size(); ++k)
      if (instances_[k]->lowest == i.depth) instances_[k]->lowest = i.lowest;
    return;
  }
  for (size_t k = first; k < instances_.size(); ++k) instances_[k]->lowest = instances_[k]->depth;  // a finished cycle
}

// Unfinished assumptions were made by instances written since `first`: they and their functions go.
void Session::drop_provisional(size_t first, const Instance& keep) {
  for (size_t k = instances_.size(); k-- > first;) {
    Instance& i = *instances_[k];
    if (&i == &keep || (i.done && (i.lowest >= i.depth || i.lowest > keep.depth)) || !i.out) continue;
    if (std::find(writing_.begin(), writing_.end(), &i) != writing_.end()) continue;
    out.remove_function(i.symbol);
    i.out = nullptr;
    i.done = false;
    by_key_.erase(i.key);
  }
}

void Session::write_once(Instance& i) {
  const ir::Function& py = *i.form->function;
  if (i.out) out.remove_function(i.symbol);
  i.out = &out.add_function(i.symbol, ir::Form::Tensor);
  i.out->span = span(py, py.span);
  i.out->source = i.out->span ? out.spans[i.out->span.index].source : 0;
  i.out->attrs.push_back({"name", python_name(py)});
  if (is_library(py)) i.out->attrs.push_back({"library", int64_t(1)});
  if (i.entry) i.out->attrs.push_back({"entry", int64_t(1)});
  Frame frame(*this, i, py, *i.out, i.out->body());
  frame.run();
  for (auto& [field, shape] : i.fields)
    if (field->shape.kind != Kind::Never || holds_choice(shape))
      classes.keep(*field, shape);
    else
      classes.widen(*field, type_of(shape));
  for (auto& [box, shape] : i.boxes) classes.widen(*box, shape);
  i.lowest = std::min(i.lowest, frame.lowest);
  i.result = frame.result;
  i.trivial = true;
  for (size_t k = 0; k < i.out->op_count(); ++k) {
    const ir::Op& op = i.out->op(OpId(k));
    if (!op.parent || op.code == "return"_op) continue;
    if (ir::record(op.code).traits & (ir::MayRaise | ir::Effect | ir::Writes | ir::Loop)) i.trivial = false;
  }
}

std::vector<const Instance*> Session::being_written(const ir::PyForm& form) const {
  std::vector<const Instance*> all;
  for (const Instance* i : writing_)
    if (i->form == &form) all.push_back(i);
  return all;
}

bool Session::is_stepping(const ir::Function& py) const {
  return std::any_of(writing_.begin(), writing_.end(),
                     [&](const Instance* i) { return i->form->function == &py && is_resumed_form(*i->form); });
}

// A cached function is called again in each call from Python, where CPython remembers what it gave: that must not be seen.
void Session::check_cached() {
  for (const auto& i : instances_) {
    if (!i->out || !cached.contains(i->form)) continue;
    std::set<const ir::Function*> reached;
    std::vector<const ir::Function*> work{i->out};
    while (!work.empty()) {
      const ir::Function& f = *work.back();
      work.pop_back();
      if (!reached.insert(&f).second) continue;
      if (std::ranges::any_of(f.attrs, [](const ir::NamedAttr& a) { return a.name == "rebinds"; }))
        throw ir::Diagnosed(
            ir::diagnose(out, i->out->span, "unsupported", {"a cached function that assigns a name of Python's"}));
      for (OpId op : f.ops_below(f.body())) {
        if (f.op(op).code == "call"_op)
          if (ir::Function* callee = out.find(f.text_attr(op, "callee"))) work.push_back(callee);
        if (f.op(op).code == "str.write"_op)
          throw ir::Diagnosed(ir::diagnose(out, i->out->span, "unsupported", {"a cached function that prints"}));
      }
    }
  }
}

void Session::remove_unreachable(std::vector<const ir::Function*> work) {
  std::set<std::string> reached;
  while (!work.empty()) {
    const ir::Function& f = *work.back();
    work.pop_back();
    if (!reached.insert(f.name()).second) continue;
    for (OpId op : f.ops_below(f.body()))
      if (f.op(op).code == "call"_op || f.op(op).code == "derive"_op)
        for (const char* role : {"callee", "backward", "push"})  // the latter two: rules of a custom derivative
          if (ir::Function* callee = out.find(f.text_attr(op, role))) work.push_back(callee);
  }
  std::vector<std::string> names;
  for (auto& f : out.functions)
    if (!reached.count(f->name())) names.push_back(f->name());
  for (const std::string& n : names)
    if (symbols_.count(n.substr(0, n.rfind('.')))) out.remove_function(n);
}

// Above how many unions, one in another, do references stand in a value of the type? -1: it holds none.
static int unions_above(Type t) {
  if (t.is_list() || t.is_array() || t.is(TypeKind::Str)) return 0;
  int most = -1;
  if (t.is_tuple() || t.is(TypeKind::Union))
    for (Type e : t.elements()) most = std::max(most, unions_above(e));
  return most < 0 ? -1 : most + t.is(TypeKind::Union);
}

// What a list tells of where the references in its elements lie has room for the tags of two unions (abi.h, ReferencePlace).
static void check_elements(const ir::Module& out, Session& session) {
  std::set<Type> seen;
  std::function<bool(Type)> fits = [&](Type t) {
    if (!seen.insert(t).second) return true;
    if (t.is_list() && unions_above(t.element()) > 2) return false;
    return !(t.is_list() || t.is_tuple() || t.is(TypeKind::Union)) || std::ranges::all_of(t.elements(), fits);
  };
  for (const std::unique_ptr<ir::Function>& f : out.functions)
    for (OpId op : f->ops_below(f->body()))
      for (ValueId v : f->op(op).results)
        if (!fits(f->type(v)))
          throw ir::Diagnosed(
              ir::diagnose(session.out, f->op(op).span, "unsupported",
                           {"a container of " + f->type(v).text() + ", where unions hold unions that hold others,"}));
}

// An instance of one of the library's classes that a value of the type leads to: Python has no such object.
static std::string instance_below(Classes& classes, Type t, std::set<Type>& seen) {
  if (is_box(t) || !seen.insert(t).second) return "";
  if (t.flavour() == exception_flavour) return "a container of exceptions";
  if (is_packed(t) && !has_python_object(t))
    return std::string(t.flavour().substr(0, t.flavour().find("._"))) + "'s class in an object";
  if (Class* c = classes.of_type(t))
    for (const Field& f : c->fields) {
      if (f.fixed || f.shape.kind != Kind::Never) return "the function in `" + f.name + "` of " + c->entity.name;
      if (std::string held = instance_below(classes, f.type, seen); !held.empty())
        return "`" + f.name + "` of " + c->entity.name;
    }
  if (t.is_list() || t.is_tuple() || t.is(TypeKind::Union))
    for (Type e : t.elements())
      if (std::string held = instance_below(classes, e, seen); !held.empty()) return held;
  return "";
}

// A class of compiled code's own that a value of the type leads to an object of: Python has no such class.
static LocalClass* local_below(Classes& classes, Type t, std::set<Type>& seen) {
  if (is_box(t) || !seen.insert(t).second) return nullptr;
  if (Class* c = classes.of_type(t)) {
    if (c->stands_for) return c->stands_for;
    if (LocalClass* l = classes.local_of(c->entity)) return l;
    for (const Field& f : c->fields)
      if (LocalClass* l = local_below(classes, f.type, seen)) return l;
  }
  if (t.is_list() || t.is_tuple() || t.is(TypeKind::Union))
    for (Type e : t.elements())
      if (LocalClass* l = local_below(classes, e, seen)) return l;
  return nullptr;
}

static ir::Function& infer_once(ir::Module& out, ir::World& world, const ir::PyForm& f, std::span<const ArgumentType> arguments,
                                const InferOptions& options, Classes& classes, bool keeps_errors) {
  Session session(out, world, options, classes, keeps_errors);
  Values shapes;
  bool unread = false;
  auto site = [&](const std::string&) { return new_site(&unread); };
  std::vector<Type> types;
  for (const ArgumentType& a : arguments)
    types.push_back(std::holds_alternative<Type>(a) ? classes.adopted(std::get<Type>(a)) : Type::none());
  if (std::string why = classes.why_not(); !why.empty())
    throw ir::Diagnosed(ir::diagnose(out, session.span(*f.function, f.function->span), "unsupported", {why}));
  classes.begin();
  for (size_t k = 0; k < arguments.size(); ++k) {
    Type t = types[k];
    if (std::holds_alternative<Type>(arguments[k]))
      shapes.push_back(t.is_list() || (t.is_tuple() && !is_member(t)) ? shape_of_type(t, site)
                       : t.is(TypeKind::None)                         ? none()
                                                                      : runtime(t, {}));
    else
      shapes.push_back(from_entity(std::get<ir::Entity>(arguments[k]), classes));
  }
  AIC_CHECK(shapes.size() == f.function->parameters().size(), "one argument type for each parameter");
  try {
    Instance& i = session.instance(f, shapes, true);
    session.finish_rules();
    session.check_cached();
    session.check_stops();
    if (session.kept) throw *session.kept;
    std::vector<Instance*> driven = session.driven(i);
    if (session.kept) throw *session.kept;
    if (classes.grown) return *i.out;
    std::vector<const ir::Function*> entries{i.out};
    for (const Instance* d : driven) entries.push_back(d->out);
    session.remove_unreachable(entries);
    Interpreted::check(out, *i.out,
                       std::ranges::any_of(i.hidden, [](const HiddenArray& h) { return !h.array.type.is_array(); }));
    check_elements(out, session);
    check_identity(out);
    mark_views(*i.out);
    std::set<std::string> known;
    auto define = [&](Type t, const char* how = "Python would see an object after the call") {
      std::set<Type> seen;
      if (const LocalClass* l = local_below(classes, t, seen))
        throw ir::Diagnosed(ir::diagnose(out, l->span, "class", {std::string("leave it: ") + how, l->entity.name}));
      seen.clear();
      if (std::string held = instance_below(classes, t, seen); !held.empty())
        throw ir::Diagnosed(ir::diagnose(out, i.out->span, "unsupported", {held + ", which Python sees after the call,"}));
      classes.define(t, known);
    };
    for (ValueId v : i.out->parameters()) define(i.out->type(v));
    for (Type t : i.out->result_types) define(t);
    for (const Instance* d : driven) {
      mark_views(*d->out);
      for (Type t : d->out->result_types) define(t);
    }
    for (const std::unique_ptr<ir::Function>& f : out.functions)  // and what may be raised
      for (OpId op : f->ops_below(f->body()))
        if (f->find_attr(op, "bases") || f->int_attr(op, "args"))
          for (ValueId v : f->op(op).operands) define(f->type(v), "an exception that may be raised would hold an object");
    return *i.out;
  } catch (const NeedsLiteral& need) {
    throw ir::Diagnosed(ir::diagnose(out, session.span(*f.function, f.function->span), "needs-literal",
                                     {"the argument", std::to_string(need.parameter)}));
  }
}

// Again while fields of classes turn out to hold more than was known when code was written for them. An error counts only
// when nothing grew; then all is done once more with errors thrown where they are met.
ir::Function& infer(ir::Module& out, ir::World& world, const ir::PyForm& f, std::span<const ArgumentType> arguments,
                    const InferOptions& options) {
  Classes classes(world);
  constexpr int most = 24;
  const size_t before = out.functions.size();
  bool keeps_errors = true;
  for (int attempt = 0; attempt < most; ++attempt) {
    try {
      ir::Function& entry = infer_once(out, world, f, arguments, options, classes, keeps_errors);
      if (!classes.grown) return entry;
    } catch (const ir::Diagnosed& d) {
      if (!classes.grown && (classes.empty() || !keeps_errors)) throw;
      if (!classes.grown) keeps_errors = false;
    } catch (const ir::InternalError&) {
      if (!classes.grown) throw;
    }
    out.functions.resize(before);
  }
  throw ir::Diagnosed(
      ir::diagnose(f.function->module(), f.function->span, "unsupported", {"a class whose fields find no type"}));
}

}  // namespace aic::typeinfer
