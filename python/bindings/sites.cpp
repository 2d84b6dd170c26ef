// Making the table, and making exceptions and tracebacks from it.
#include "python/bindings/sites.h"

#include "python/bindings/objects.h"

#include <frameobject.h>

#include <cmath>

#include "ir/ops/table.h"
#include "ir/raise_sites.h"

namespace aic::bindings {
using ir::Attr;
using ir::Function;
using ir::Module;
using ir::Op;
using ir::OpRecord;
using ir::SpanId;

namespace {

// What `{key}` stands for: nothing for a number, which is a value of run time.
std::string attribute_text(const Function& f, ir::OpId op, std::string_view key) {
  const Attr* a = f.find_attr(op, key);
  if (!a) return "?";
  if (auto* s = std::get_if<std::string>(a)) return *s;
  if (auto* i = std::get_if<int64_t>(a)) return std::to_string(*i);
  if (auto* t = std::get_if<ir::Type>(a)) return t->text();
  return "?";
}

// Replaces {name} by attributes; keeps {0}, {shapes} and what attributes contain.
std::string filled(const Function& f, ir::OpId op, std::string_view text) {
  std::string out;
  for (size_t k = 0; k < text.size(); ++k) {
    size_t end = text[k] == '{' ? text.find('}', k) : std::string_view::npos;
    std::string_view key = end == std::string_view::npos ? "" : text.substr(k + 1, end - k - 1);
    if (key.empty() || isdigit(key[0]) || key.starts_with("shape")) {
      out += text[k];
      continue;
    }
    out += attribute_text(f, op, key);
    k = end;
  }
  return out;
}

std::vector<SiteFrame> frames_of(const Module& m, SpanId span) {
  std::vector<SiteFrame> frames;
  if (!span) return frames;
  for (int depth = 0; depth < 64; ++depth) {
    const ir::Source& source = m.source_of(span);
    ir::Position p = m.position(span);
    // Frames of our library are not the user's: NumPy's functions have none either.
    if (!source.file.empty() && source.file.find("/aic/lib/") == std::string::npos)
      frames.push_back({source.file, source.function.substr(source.function.rfind('.') + 1),  // as CPython names a method
                        source.first_line + (p.line ? p.line - 1 : 0)});
    span = m.spans[span.index].inlined_at;
    if (!span || span.index == 0) break;
  }
  return frames;
}

Site make_site(const Module& m, const Function& f, ir::OpId id, const std::map<std::string, std::string>& records) {
  const Op& op = f.op(id);
  const OpRecord& r = ir::record(op.code);
  Site s;
  // The one is told by where it is raised, the other by the call it stands in.
  if (r.name != "error.make" && r.name != "interpret") s.frames = frames_of(m, op.span);
  if (r.name == "call")
    s.kind = SiteKind::Call;
  else if (r.name == "poll" || r.name == "interpret")  // the host has set an exception
    s.kind = SiteKind::Poll;
  else if (r.name == "check.convert")
    s.kind = SiteKind::Convert;
  else if (r.name == "check.broadcast")
    s.kind = SiteKind::Broadcast;
  else if (r.name == "check.assignable")
    s.kind = SiteKind::Assignable;
  if (s.kind == SiteKind::Call || s.kind == SiteKind::Poll) return s;
  if (r.name == "check.true") s.kind = SiteKind::Condition;
  for (ir::ValueId v : op.operands) {
    s.types.push_back(renamed(f.type(v), records));
    s.values.push_back(make_plan(s.types.back(), Side::Parameter));
  }
  s.ranks = f.list_attr(id, "ranks");
  s.by_arguments = f.int_attr(id, "args") != 0;
  s.thrown = f.int_attr(id, "thrown") != 0;
  if (r.name == "raise" || r.name == "error.make") {
    s.exception = f.text_attr(id, "exception");
    s.has_message = f.find_attr(id, "message") != nullptr;
    s.message = f.text_attr(id, "message");
  } else if (r.has(ir::Birth)) {
    s.exception = "MemoryError";
    s.has_message = false;
  } else {
    // An op may bring its own exception and message in place of the record's.
    s.exception = f.find_attr(id, "exception") ? f.text_attr(id, "exception") : filled(f, id, r.exception);
    s.message = filled(
        f, id,
        f.find_attr(id, "message") && r.message != "{message}" ? std::string_view(f.text_attr(id, "message")) : r.message);
    s.has_message = !s.message.empty() || r.exception != "MemoryError";
  }
  if (s.exception == "StopIteration" && s.message.empty()) s.has_message = false;
  return s;
}

std::string shape_text(const rt::Slot*& v, const rt::Slot* end, int64_t rank) {
  std::string out = "(";
  for (int64_t k = 0; k < rank; ++k) {
    out += v < end ? std::to_string(v->i) : "?";
    if (v < end) ++v;
    if (k + 1 < rank || rank == 1) out += ",";
  }
  return out + ")";
}

std::string replaced(std::string text, const std::string& key, const std::string& by) {
  for (size_t k = text.find(key); k != std::string::npos; k = text.find(key, k + by.size())) text.replace(k, key.size(), by);
  return text;
}

std::string message_of(const Site& s, const rt::ErrorRecord& e) {
  const rt::Slot *v = e.values, *end = v + rt::max_error_values;
  if (s.kind == SiteKind::Broadcast) {
    std::string shapes;
    for (int64_t rank : s.ranks) shapes += (shapes.empty() ? "" : " ") + shape_text(v, end, rank);
    return replaced(s.message, "{shapes}", shapes);
  }
  if (s.kind == SiteKind::Assignable && s.ranks.size() == 2) {
    std::string from = shape_text(v, end, s.ranks[0]), to = shape_text(v, end, s.ranks[1]);
    return replaced(replaced(s.message, "{shape0}", from), "{shape1}", to);
  }
  std::vector<std::string> values;
  size_t before = s.kind == SiteKind::Condition;  // the condition itself is not part of the message
  bool used = s.message.find('{') != std::string::npos;
  for (size_t k = 0; used && k < s.values.size(); ++k)
    values.push_back(v + s.values[k].slots <= end ? show(s.values[k], v) : "?");
  std::string out;  // one pass: a value's own text may contain braces
  for (size_t k = 0; k < s.message.size(); ++k) {
    size_t close = s.message[k] == '{' ? s.message.find('}', k) : std::string::npos;
    size_t number = 0, digits = 0;
    while (close != std::string::npos && k + 1 + digits < close && isdigit(s.message[k + 1 + digits]))
      number = number * 10 + size_t(s.message[k + 1 + digits++] - '0');
    if (close != std::string::npos && digits && k + 1 + digits == close && number + before < values.size())
      out += values[number + before], k = close;
    else
      out += s.message[k];
  }
  return out;
}

}  // namespace

Ref exception_class(const std::string& name) {
  Ref builtins(PyImport_ImportModule("builtins"));
  Ref c(builtins ? PyObject_GetAttrString(builtins.get(), name.c_str()) : nullptr);
  if (!c) {
    PyErr_Clear();
    Ref errors(PyImport_ImportModule("numpy.exceptions"));
    if (errors) c = Ref(PyObject_GetAttrString(errors.get(), name.c_str()));
    PyErr_Clear();
  }
  if (!c && name == "FrozenInstanceError") {
    Ref dataclasses(PyImport_ImportModule("dataclasses"));
    if (dataclasses) c = Ref(PyObject_GetAttrString(dataclasses.get(), name.c_str()));
    PyErr_Clear();
  }
  if (!c && name == "UFuncTypeError") {
    Ref errors(PyImport_ImportModule("aic.numpy_errors"));
    if (errors) c = Ref(PyObject_GetAttrString(errors.get(), "ufunc_type_error"));
    PyErr_Clear();
  }
  if (!c && name == "LinAlgError") {
    Ref linalg(PyImport_ImportModule("numpy.linalg"));
    if (linalg) c = Ref(PyObject_GetAttrString(linalg.get(), name.c_str()));
    PyErr_Clear();
  }
  return c ? c : Ref::borrowed(PyExc_SystemError);
}

namespace {

// A frame of a code object that says nothing but file, function and line.
void add_frame(const SiteFrame& f) {
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  Ref code(reinterpret_cast<PyObject*>(PyCode_NewEmpty(f.file.c_str(), f.function.c_str(), f.line)));
  Ref globals(code ? PyDict_New() : nullptr);
  Ref frame(globals ? reinterpret_cast<PyObject*>(
                          PyFrame_New(PyThreadState_Get(), reinterpret_cast<PyCodeObject*>(code.get()), globals.get(), nullptr))
                    : nullptr);
  PyErr_Restore(type, value, trace);
  if (frame) PyTraceBack_Here(reinterpret_cast<PyFrameObject*>(frame.get()));
}

}  // namespace

std::vector<Site> make_sites(const Module& m, const std::map<std::string, std::string>& records) {
  std::vector<Site> sites;
  for (const ir::RaiseSite& s : ir::raise_sites(m))
    sites.push_back(s.function ? make_site(m, *s.function, s.op, records) : Site{});
  return sites;
}

// The values of the record as Python objects, but the condition of a check.
static Ref arguments_of(const Site& s, const rt::ErrorRecord& e) {
  size_t first = s.kind == SiteKind::Condition;
  const rt::Slot *v = e.values + first, *end = e.values + rt::max_error_values;
  rt::Context none{};
  Ref all(PyTuple_New(Py_ssize_t(s.values.size() - first)));
  for (size_t k = first; all && k < s.values.size(); ++k) {
    bool whole = v + s.values[k].slots <= end;
    PyObject* o = whole ? box(s.values[k], v, none) : Py_NewRef(Py_None);
    if (!o) return {};
    PyTuple_SET_ITEM(all.get(), Py_ssize_t(k - first), o);
  }
  return all;
}

// Raises an object of a class of the user's, `Empty.1`; an argument of a builtin exception may be an object, too.
static bool is_own(const Site& s) {
  if (s.types.empty() || !s.types[0].is_object()) return false;
  size_t dot = s.exception.find('.');
  return dot != std::string::npos && s.types[0].flavour().starts_with(s.exception.substr(0, dot + 1));
}

Ref make_exception(const std::vector<Site>& sites, const rt::ErrorRecord& e, rt::Context* context) {
  if (e.site <= 0 || size_t(e.site) >= sites.size()) return {};
  const Site& s = sites[size_t(e.site)];
  if (s.kind == SiteKind::Poll) return Ref(PyObject_CallNoArgs(PyExc_KeyboardInterrupt));
  if (s.thrown) return Ref::borrowed(reinterpret_cast<PyObject*>(uintptr_t(e.values[0].i)));
  if (s.kind == SiteKind::Convert && std::isnan(e.values[0].f))
    return Ref(PyObject_CallFunction(PyExc_ValueError, "s", "cannot convert float NaN to integer"));
  if (is_own(s)) {
    const rt::Slot* from = e.values;
    return context ? Ref(box(s.values[0], from, *context)) : Ref();
  }
  Ref c = exception_class(s.exception);
  if (s.by_arguments) {
    Ref arguments = arguments_of(s, e);
    return arguments ? Ref(PyObject_CallObject(c.get(), arguments.get())) : Ref();
  }
  if (s.has_message) {
    std::string message = message_of(s, e);
    Ref text(PyUnicode_DecodeUTF8(message.data(), Py_ssize_t(message.size()), "replace"));
    return text ? Ref(PyObject_CallOneArg(c.get(), text.get())) : Ref();
  }
  return Ref(PyObject_CallNoArgs(c.get()));
}

static void add_frames(const std::vector<Site>& sites, const rt::ErrorRecord& e) {
  if (e.site > 0 && size_t(e.site) < sites.size())
    for (const SiteFrame& f : sites[size_t(e.site)].frames) add_frame(f);
  for (int k = 0; k < e.trace_length && k < rt::max_trace; ++k)
    if (e.trace[k] > 0 && size_t(e.trace[k]) < sites.size())
      for (const SiteFrame& f : sites[size_t(e.trace[k])].frames) add_frame(f);
}

// What an exception was raised from, or while which other was handled: as Python would have it, traceback and all.
static Ref linked(const std::vector<Site>& sites, rt::List* saved, rt::Context& context, int depth);
static void link(const std::vector<Site>& sites, PyObject* exception, bool has_cause, rt::List* cause, rt::List* during,
                 rt::Context& context, int depth) {
  Ref from = linked(sites, cause, context, depth), other = linked(sites, during, context, depth);
  if (other && other.get() != exception) PyException_SetContext(exception, other.release());
  if (has_cause && PyObject_SetAttrString(exception, "__cause__", from ? from.get() : Py_None) < 0) PyErr_Clear();
}
static Ref linked(const std::vector<Site>& sites, rt::List* saved, rt::Context& context, int depth) {
  constexpr int deepest = 64;
  if (!saved || depth > deepest) return {};
  const auto* s = static_cast<const rt::SavedError*>(static_cast<const void*>(saved->data));
  Ref exception = make_exception(sites, s->error, &context);
  if (!exception) return PyErr_Clear(), Ref();
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
  add_frames(sites, s->error);
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  if (trace) PyException_SetTraceback(exception.get(), trace);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(trace);
  link(sites, exception.get(), s->has_cause != 0, s->cause, s->context, context, depth + 1);
  return exception;
}

void set_exception(const std::vector<Site>& sites, rt::Context& context) {
  const rt::ErrorRecord& e = context.error;
  bool known = e.site > 0 && size_t(e.site) < sites.size();
  if (known && (sites[size_t(e.site)].kind != SiteKind::Poll || !PyErr_Occurred())) {
    Ref exception = make_exception(sites, e, &context);
    if (exception) {
      link(sites, exception.get(), context.has_cause != 0, context.cause, context.context ? context.context : context.handled,
           context, 0);
      PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
    }
  } else if (!known && !PyErr_Occurred()) {
    PyErr_Format(PyExc_SystemError, "aic: compiled code returned the unknown raise site %d", int(e.site));
  }
  add_frames(sites, e);
}

}  // namespace aic::bindings
