// The ops of the py form without regions: what each does with abstract values. Also the small things all files share.
#include <algorithm>

#include "typeinfer/caught.h"
#include "typeinfer/contexts.h"
#include "typeinfer/deleted.h"
#include "typeinfer/enums.h"
#include "typeinfer/interpreted.h"
#include "typeinfer/local_classes.h"

namespace aic::typeinfer {

// A value as it is used: a name with two meanings or none is an error where it is read.
const Value& Frame::operand(OpId op, size_t k) {
  ValueId id = py_.op(op).operands[k];
  const Value& v = py_value(id);
  if (v.kind == Kind::Conflict) {
    std::string name = name_of(id);
    fail("conflict", {name.empty() ? "this" : "`" + name + "`", v.text});
  }
  return v;
}

void Frame::fail(std::string_view diagnostic, const std::vector<std::string>& arguments, std::string label) {
  throw ir::Diagnosed(ir::diagnose(session_.out, b_.span, diagnostic, arguments, std::move(label)));
}

int64_t Frame::need_int(const Value& v, const char* what) {
  if (std::optional<int64_t> i = known_int(v)) return *i;
  if (v.parameter >= 0) throw NeedsLiteral{&instance_, v.parameter};
  fail("needs-literal", {what, describe(v)});
}

// The Python name that a value was read from: of a parameter, or of a global.
std::string Frame::name_of(ValueId id) const {
  const ir::Value& v = py_.value(id);
  if (!v.def) {
    if (v.region != py_.body()) return {};
    const std::vector<std::string>& names = instance_.form->parameters;
    size_t captured = py_.parameters().size() - std::min(names.size(), py_.parameters().size());
    return !inline_ && v.index >= captured && v.index - captured < names.size() ? names[v.index - captured] : "";
  }
  return py_.text_attr(v.def, "name");
}

ValueId Frame::extent(ValueId array, int axis) {
  return make("extent"_op, {array}, Type::integer(), {{"axis", int64_t(axis)}});
}

void Frame::check(ValueId condition, const std::string& exception, const std::string& message, std::vector<ValueId> values) {
  values.insert(values.begin(), condition);
  b_.op("check.true"_op, values, {}, {{"exception", exception}, {"message", message}});
}

// ---- exceptions ----
void Frame::raise(const std::string& exception, const std::string& message, const std::vector<ValueId>& values) {
  b_.op("raise"_op, values, {}, {{"exception", exception}, {"message", message}});
}

void Frame::raise(const Value& e) {
  if (e.kind != Kind::Exception) fail("not-an-exception", {describe(e)});
  if (is_caught(e)) return raise_again(e);
  if (raise_with_arguments(e)) return;
  const Value& m = e.parts[0];
  if (const std::string* s = known_text(m)) return raise(e.text, *s);
  raise(e.text, "{0}", {materialise(m)});
}

// ---- constants ----
static Value literal(const ir::Function& f, OpId op) {
  const std::string& kind = f.text_attr(op, "kind");
  const ir::Attr* a = f.find_attr(op, "value");
  auto real = [&] { return std::holds_alternative<double>(*a) ? std::get<double>(*a) : double(std::get<int64_t>(*a)); };
  if (kind == "int") return integer(std::get<int64_t>(*a));
  if (kind == "wide") return entity(ir::WideInt{uint64_t(std::get<int64_t>(*a))});
  if (kind == "bool") return boolean(std::get<int64_t>(*a) != 0);
  if (kind == "float") return floating(real());
  if (kind == "complex") return constant(Complex(0, real()));
  if (kind == "str") return text(std::get<std::string>(*a));
  if (kind == "bytes") return bytes_literal(std::get<std::string>(*a));
  if (kind == "none") return none();
  Value e;
  e.kind = Kind::Ellipsis;
  return e;
}

void Frame::operation(OpId op) {
  const ir::Op& o = py_.op(op);
  auto give = [&](Value v) { set(o.results[0], std::move(v)); };
  OpCode c = o.code;
  if (c == "py.const"_op) {
    return give(literal(py_, op));
  }
  if (c == "py.binary"_op) return give(binary(py_.text_attr(op, "op"), operand(op, 0), operand(op, 1)));
  if (c == "py.inplace"_op) {
    std::string sign = py_.text_attr(op, "op");
    if (sign.size() > 1 && sign.back() == '=') sign.pop_back();
    const Value &x = operand(op, 0), &y = operand(op, 1);
    if (is_list(x))
      if (std::optional<Value> v = list_binary(sign, x, y, true)) return give(std::move(*v));
    if (is_table(x))
      if (std::optional<Value> v = table_binary(sign, x, y, true)) return give(std::move(*v));
    if (is_bytearray(x))
      if (std::optional<Value> v = bytes_binary(sign, x, y, true)) return give(std::move(*v));
    return give(is_array(x) ? in_place(sign, x, y) : binary(sign, x, y, true));
  }
  if (c == "py.compare"_op) return give(compare(py_.text_attr(op, "op"), operand(op, 0), operand(op, 1)));
  if (c == "py.unary"_op) return give(unary(py_.text_attr(op, "op"), operand(op, 0)));
  if (c == "py.truth"_op) return give(truth(operand(op, 0)));
  if (c == "py.not"_op) return give(negation(operand(op, 0)));
  if (c == "py.getitem"_op) return give(get_item(operand(op, 0), operand(op, 1)));
  if (c == "py.setitem"_op) {
    // `a[i] += x` where a[i] is a view: the view was changed in place, and storing it into itself changes nothing.
    OpId changed = py_.defining_op(o.operands[2]);
    if (changed && py_.op(changed).code == "py.inplace"_op && is_array(operand(op, 2))) {
      OpId read = py_.defining_op(py_.op(changed).operands[0]);
      if (read && py_.op(read).code == "py.getitem"_op && py_.op(read).operands[0] == o.operands[0] &&
          py_.op(read).operands[1] == o.operands[1] && py_value(py_.op(read).results[0]).id == operand(op, 2).id &&
          out_.op(out_.defining_op(operand(op, 2).id)).code == "view"_op)
        return;
    }
    return set_item(operand(op, 0), operand(op, 1), operand(op, 2));
  }
  if (c == "py.delitem"_op) return delete_item(operand(op, 0), operand(op, 1));
  if (c == "py.tuple"_op) {
    std::vector<int64_t> starred = py_.list_attr(op, "starred");
    Values parts;
    for (size_t k = 0; k < o.operands.size(); ++k) parts.push_back(operand(op, k));
    return give(starred.empty() ? tuple(std::move(parts)) : starred_tuple(parts, starred));
  }
  if (c == "py.slice"_op) {
    Value s;
    s.kind = Kind::Slice;
    for (size_t k = 0; k < 3; ++k) s.parts.push_back(k < o.operands.size() ? operand(op, k) : none());
    return give(std::move(s));
  }
  if (c == "py.set_attribute"_op && py_.text_attr(op, "name")[0] == '=')
    return rebind_global(place_owner(py_.op(py_.defining_op(o.operands[0])).code), py_.text_attr(op, "name").substr(1),
                         py_value(o.operands[1]));
  if (c == "py.set_attribute"_op) return set_attribute(operand(op, 0), py_.text_attr(op, "name"), operand(op, 1));
  if (c == "py.attribute"_op && py_.text_attr(op, "name") == "yield from")
    return give(returned_by(operand(op, 0), py_.op(op).operands[0]));
  if (c == "py.attribute"_op) {
    const std::string& name = py_.text_attr(op, "name");
    return give(py_.int_attr(op, "with") ? Contexts::method(*this, operand(op, 0), name) : attribute(operand(op, 0), name));
  }
  if (c == "py.global"_op || c == "py.free"_op) {
    const std::string& name = py_.text_attr(op, "name");
    if (py_.int_attr(op, "import")) {
      ir::Entity module = ir::ModuleEntity{name}, found = session_.world.attribute(module, "__name__");
      if (!std::holds_alternative<ir::Missing>(found)) return give(entity(module));
      raise("ModuleNotFoundError", "No module named '" + name + "'");
      return give(Value{});
    }
    if (name[0] == '=') return give(entity(ir::Builtin{"aic.=place"}));  // of what `py.set_attribute` says
    if (std::optional<Value> now = rebound_global(place_owner(c), name)) return give(*now);
    ir::Entity e = c == "py.global"_op ? session_.world.global(py_, name) : session_.world.free(py_, name);
    if (std::holds_alternative<ir::Missing>(e)) {
      std::vector<std::string> known = instance_.form->parameters;
      for (const char* b : {"len", "range", "abs", "min", "max", "sum", "round", "int", "float", "bool", "complex", "enumerate",
                            "zip", "print", "isinstance"})
        known.push_back(b);
      for (OpId other : py_.ops_below(py_.body())) known.push_back(py_.text_attr(other, "name"));
      std::erase(known, name);
      std::string close = ir::closest(name, known);
      fail("unknown-name", {name}, close.empty() ? "" : "did you mean `" + close + "`?");
    }
    if (auto* u = std::get_if<ir::Unknown>(&e); u && u->why == was_deleted) {
      raise("NameError", "name '" + name + "' is not defined");
      return give(Value{});
    }
    if (auto* u = std::get_if<ir::Unknown>(&e)) fail("unusable-name", {name, u->why});
    return give(of_world(e));
  }
  if (c == "py.function"_op) {
    Value f;
    f.kind = Kind::Function;
    f.form = &session_.nested(py_, py_.text_attr(op, "function"));
    size_t defaults = size_t(py_.int_attr(op, "defaults"));
    for (size_t k = 0; k < o.operands.size(); ++k) {
      const Value& v = py_value(o.operands[k]);
      (k + defaults < o.operands.size() ? f.parts : f.defaults).push_back(v);
    }
    return give(std::move(f));
  }
  if (c == "py.class"_op) return give(LocalClasses::statement(*this, op));
  if (c == "py.cell"_op || c == "py.cell.get"_op) return give(cell(op));
  if (c == "py.cell.set"_op) return static_cast<void>(cell(op));
  if (c == "py.call"_op) {
    if (const std::string& expected = py_.text_attr(op, "expects"); !expected.empty()) {
      const std::string* name = builtin_name(operand(op, 0));
      if (expected.starts_with("functools.") && (!name || *name != expected))
        fail("unsupported", {"a decorator that is called `" + expected.substr(10) + "` and is not " + expected});
      if (!name || *name != expected) fail("generator-expression", {});
      return give(operand(op, 1));
    }
    check_generators(op);
    std::vector<int64_t> starred = py_.list_attr(op, "starred");
    const ir::Attr* names = py_.find_attr(op, "keywords");
    std::vector<std::string> keywords;
    if (names && std::holds_alternative<std::vector<std::string>>(*names))
      keywords = std::get<std::vector<std::string>>(*names);
    Arguments a;
    size_t positional = o.operands.size() - 1 - keywords.size();
    for (size_t k = 0; k < positional; ++k) {
      const Value& v = operand(op, k + 1);
      if (std::find(starred.begin(), starred.end(), int64_t(k)) == starred.end()) {
        a.positional.push_back(v);
        continue;
      }
      std::optional<Values> all = static_elements(v);
      if (!all) {  // how many are left is known at run time only
        a.positional.push_back(spread_of(op, k));
        break;
      }
      a.positional.insert(a.positional.end(), all->begin(), all->end());
    }
    for (size_t k = 0; k < keywords.size(); ++k)
      if (keywords[k] == "**")
        spread_keywords(o.operands[positional + 1 + k], a);
      else
        a.keywords.emplace_back(keywords[k], operand(op, positional + 1 + k));
    return give(call(operand(op, 0), std::move(a)));
  }
  if (c == "py.unbound"_op) {
    Value u;
    u.kind = Kind::Unbound;
    return give(u);
  }
  if (c == "py.bound"_op) {
    const Value& v = operand(op, 0);
    const std::string& name = py_.text_attr(op, "name");
    const bool free = py_.int_attr(op, "free");
    const std::string exception = free ? "NameError" : "UnboundLocalError";
    const std::string message = std::string("cannot access ") + (free ? "free" : "local") + " variable '" + name +
                                "' where it is not associated with a value" + (free ? " in enclosing scope" : "");
    if (v.kind == Kind::Unbound) {
      raise(exception, message);
      return give(Value{});
    }
    if (v.kind != Kind::Maybe) return give(v);
    check(v.parts[1].id, exception, message);
    return give(v.parts[0]);
  }
  if (c == "py.unpack"_op) {
    Values parts = unpack(operand(op, 0), o.results.size(), py_.int_attr(op, "star", -1));
    for (size_t k = 0; k < o.results.size(); ++k) set(o.results[k], parts[k]);
    return;
  }
  if (c == "py.dict"_op) return give(dict_display(op));
  if (c == "py.set"_op) {
    Values parts;
    for (size_t k = 0; k < o.operands.size(); ++k) parts.push_back(operand(op, k));
    std::vector<int64_t> starred = py_.list_attr(op, "starred");
    if (starred.empty() && Enums::is_only_asked(*this, op, parts)) return give(tuple(std::move(parts)));
    if (starred.empty()) return give(set_display(parts, "display"));
    return give(call_table("set", "_from", {{starred_list(parts, starred), boolean(false)}, {}}));
  }
  if (c == "py.yield"_op) {
    if (!on_yield_) fail("yield", {"`yield` is supported only where a loop consumes the generator"});
    on_yield_(real(operand(op, 0), "yield"));
    return give(none());
  }
  if (c == "py.format"_op) return give(format(op));
  if (c == "py.interpret"_op) return Interpreted::block(*this, op);
  if (c == "py.list"_op) {
    std::vector<int64_t> starred = py_.list_attr(op, "starred");
    Values parts;
    for (size_t k = 0; k < o.operands.size(); ++k) parts.push_back(operand(op, k));
    if (!starred.empty()) return give(starred_list(parts, starred));
    if (parts.size() >= 64 || !has_one_consumer(op)) return give(list_display(parts, "display"));
    Value display;
    display.kind = Kind::Iterator;
    display.text = "list";
    display.parts = {tuple(std::move(parts))};
    return give(std::move(display));
  }
  fail("unsupported", {"`" + std::string(ir::record(c).name).substr(3) + "`"});
}

}  // namespace aic::typeinfer
