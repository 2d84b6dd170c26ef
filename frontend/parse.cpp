// CPython's `ast` objects → frontend::Tree. With capture.cpp the only file of the room that knows CPython.
//
// The walk is driven by the objects themselves: a class's name gives the kind, its `_fields` the fields, both looked up
// once per class. Byte offsets become character columns here, private names are mangled here, so that nothing behind
// this border has to know of either.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cmath>
#include <unordered_map>

#include "frontend/block.h"
#include "frontend/lazy_generator.h"
#include "frontend/parse.h"

namespace aic::frontend {

namespace {

struct Release {
  void operator()(PyObject* o) const { Py_XDECREF(o); }
};
using Object = std::unique_ptr<PyObject, Release>;

constexpr std::string_view kind_texts[] = {
#define X(name) #name,
    AIC_AST_KINDS(X)
#undef X
};
constexpr std::string_view field_texts[] = {
#define X(name) #name,
    AIC_AST_FIELDS(X)
#undef X
};

// Operators are classes without fields; their sign is all there is to know.
constexpr std::pair<std::string_view, std::string_view> signs[] = {
    {"Add", "+"},    {"Sub", "-"},     {"Mult", "*"},       {"Div", "/"},     {"FloorDiv", "//"}, {"Mod", "%"},
    {"Pow", "**"},   {"MatMult", "@"}, {"LShift", "<<"},    {"RShift", ">>"}, {"BitAnd", "&"},    {"BitOr", "|"},
    {"BitXor", "^"}, {"UAdd", "+"},    {"USub", "-"},       {"Invert", "~"},  {"Not", "not"},     {"And", "and"},
    {"Or", "or"},    {"Eq", "=="},     {"NotEq", "!="},     {"Lt", "<"},      {"LtE", "<="},      {"Gt", ">"},
    {"GtE", ">="},   {"Is", "is"},     {"IsNot", "is not"}, {"In", "in"},     {"NotIn", "not in"}};

struct FieldInfo {
  PyObject* name;   // interned, lives for ever
  std::string_view text;
  Field field;
};
struct ClassInfo {
  Kind kind = Kind::Unknown;
  std::string name;
  std::string_view sign;
  std::vector<FieldInfo> fields;
  bool has_position = false;
};

[[noreturn]] void python_error(const char* what) {
  PyErr_Clear();
  throw ir::InternalError(std::string("internal error: ") + what);
}

std::string utf8(PyObject* s) {
  Py_ssize_t n = 0;
  if (const char* p = PyUnicode_AsUTF8AndSize(s, &n)) return {p, size_t(n)};
  PyErr_Clear();  // lone surrogates
  Object bytes(PyUnicode_AsEncodedString(s, "utf-8", "surrogatepass"));
  if (!bytes) python_error("a name cannot be encoded");
  return {PyBytes_AS_STRING(bytes.get()), size_t(PyBytes_GET_SIZE(bytes.get()))};
}

ClassInfo read_class(PyTypeObject* type) {
  ClassInfo info;
  info.name = type->tp_name;
  if (size_t dot = info.name.rfind('.'); dot != std::string::npos) info.name.erase(0, dot + 1);
  for (auto [name, sign] : signs)
    if (name == info.name) info.sign = sign;
  for (size_t k = 0; k < std::size(kind_texts); ++k)
    if (kind_texts[k] == info.name) info.kind = Kind(k);
  Object fields(PyObject_GetAttrString(reinterpret_cast<PyObject*>(type), "_fields"));
  Object attributes(PyObject_GetAttrString(reinterpret_cast<PyObject*>(type), "_attributes"));
  if (!fields || !attributes || !PyTuple_Check(fields.get())) python_error("an ast class without _fields");
  info.has_position = PyObject_IsTrue(attributes.get()) == 1;
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(fields.get()); ++k) {
    PyObject* f = Py_NewRef(PyTuple_GET_ITEM(fields.get(), k));
    PyUnicode_InternInPlace(&f);
    FieldInfo field{f, PyUnicode_AsUTF8(f), Field::other};
    for (size_t j = 0; j < std::size(field_texts); ++j)
      if (field_texts[j] == field.text) field.field = Field(j);
    info.fields.push_back(field);
  }
  return info;
}

const ClassInfo& class_info(PyTypeObject* type) {
  static std::unordered_map<PyTypeObject*, ClassInfo> classes;  // guarded by the GIL; ast's classes are never freed
  auto it = classes.find(type);
  if (it == classes.end()) it = classes.emplace(type, read_class(type)).first;
  return it->second;
}

struct Names {
  PyObject* lineno = PyUnicode_InternFromString("lineno");
  PyObject* col_offset = PyUnicode_InternFromString("col_offset");
  PyObject* end_lineno = PyUnicode_InternFromString("end_lineno");
  PyObject* end_col_offset = PyUnicode_InternFromString("end_col_offset");
};
const Names& names() {
  static const Names n;
  return n;
}

// `python -O`: no asserts, and __debug__ is False. The tree says so, and with it the function's hash.
bool is_optimised() {
  PyObject* flags = PySys_GetObject("flags");
  Object level(flags ? PyObject_GetAttrString(flags, "optimize") : nullptr);
  PyErr_Clear();
  return level && PyLong_Check(level.get()) && PyLong_AsLong(level.get()) > 0;
}

class Converter {
 public:
  Converter(Tree& tree, std::vector<std::string_view> lines, int line_offset, std::string_view class_name)
      : tree_(tree), lines_(std::move(lines)), line_offset_(line_offset), class_name_(class_name) {}

  const Node* node(PyObject* o) {
    if (Py_EnterRecursiveCall(" while reading a syntax tree")) python_error("the program is nested too deeply");
    const ClassInfo& info = class_info(Py_TYPE(o));
    Node& n = tree_.make();
    n.kind = info.kind;
    if (info.kind == Kind::Unknown) n.text = info.name;
    if (info.kind == Kind::Assert && is_optimised_) n.kind = Kind::Pass;
    std::string outer = class_name_;
    bool in_class = info.kind == Kind::ClassDef;
    std::vector<Slot> slots;
    for (const FieldInfo& f : info.fields) {
      if (n.is(Kind::Pass)) break;
      Object value(PyObject_GetAttr(o, f.name));
      if (!value) {
        PyErr_Clear();  // a hand-made tree may lack optional fields
        continue;
      }
      if (in_class && f.field == Field::body) class_name_ = n.text;
      if (info.kind == Kind::Constant && f.field == Field::value)
        constant(n, value.get());
      else
        field(n, f, value.get(), slots);
    }
    class_name_ = outer;
    if (n.is(Kind::Name) && n.text == "__debug__") {
      n.kind = Kind::Constant;
      n.constant.kind = Constant::Kind::Bool, n.constant.integer = !is_optimised_;
    }
    make_generators_lazy(tree_, n, slots);
    n.slots = tree_.keep(slots);
    if (info.has_position) position(n, o);
    Py_LeaveRecursiveCall();
    return &n;
  }

 private:
  void field(Node& n, const FieldInfo& f, PyObject* value, std::vector<Slot>& slots) {
    if (value == Py_None) return;
    if (PyUnicode_Check(value)) {
      identifier(n, f, utf8(value));
    } else if (PyLong_Check(value)) {
      n.number = PyLong_AsLong(value);
    } else if (PyList_Check(value)) {
      list(n, f, value, slots);
    } else if (const ClassInfo& c = class_info(Py_TYPE(value)); !c.sign.empty()) {
      n.text = c.sign;
    } else if (f.text == "ctx") {
      n.context = c.name == "Store" ? Context::Store : c.name == "Del" ? Context::Del : Context::Load;
    } else {
      slots.push_back({f.field, tree_.keep({node(value)})});
    }
  }
  void identifier(Node& n, const FieldInfo& f, std::string s) {
    if (f.text == "kind" || f.text == "type_comment") return;  // u"…" means "…"
    bool is_word = f.text == "module" || f.text == "asname" || f.text == "rest";
    if (is_word)
      n.words.push_back(std::move(s));
    else
      n.text = n.is(Kind::keyword) || n.is(Kind::alias) ? std::move(s) : mangled(std::move(s));
  }
  void list(Node& n, const FieldInfo& f, PyObject* value, std::vector<Slot>& slots) {
    std::vector<const Node*> nodes;
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(value); ++k) {
      PyObject* item = PyList_GET_ITEM(value, k);
      if (item == Py_None)
        nodes.push_back(nullptr);
      else if (PyUnicode_Check(item))
        n.words.push_back(mangled(utf8(item)));
      else if (const ClassInfo& c = class_info(Py_TYPE(item)); !c.sign.empty())
        n.words.emplace_back(c.sign);
      else
        nodes.push_back(node(item));
    }
    if (!nodes.empty()) slots.push_back({f.field, tree_.keep(nodes)});
  }
  void constant(Node& n, PyObject* value) {
    Constant& c = n.constant;
    using K = Constant::Kind;
    if (value == Py_None) {
      c.kind = K::None;
    } else if (PyBool_Check(value)) {
      c.kind = K::Bool, c.integer = value == Py_True;
    } else if (PyLong_Check(value)) {
      int overflow = 0;
      c.integer = PyLong_AsLongLongAndOverflow(value, &overflow);
      c.kind = overflow ? K::BigInt : K::Int;
      if (overflow) big(c, value);
    } else if (PyFloat_Check(value)) {
      c.kind = K::Float, c.real = PyFloat_AS_DOUBLE(value);
    } else if (PyComplex_Check(value)) {
      c.kind = K::Complex, c.real = PyComplex_ImagAsDouble(value);
    } else if (PyUnicode_Check(value)) {
      c.kind = K::Str, c.text = utf8(value);
    } else if (PyBytes_Check(value)) {
      c.kind = K::Bytes, c.text.assign(PyBytes_AS_STRING(value), size_t(PyBytes_GET_SIZE(value)));
    } else {
      c.kind = K::Ellipsis;
    }
  }
  static void big(Constant& c, PyObject* value) {
    Object hex(PyNumber_ToBase(value, 16));  // decimal is quadratic, and refused beyond 4300 digits
    if (!hex) python_error("an integer cannot be written");
    c.integer = 0;
    c.text = utf8(hex.get());
  }
  // Within a class, __x means _Class__x.
  [[nodiscard]] std::string mangled(std::string s) const {
    if (class_name_.empty() || !s.starts_with("__") || s.ends_with("__")) return s;
    size_t k = class_name_.find_first_not_of('_');
    return k == std::string::npos ? s : "_" + class_name_.substr(k) + s;
  }
  int number(PyObject* o, PyObject* name) {
    Object v(PyObject_GetAttr(o, name));
    long n = v && PyLong_Check(v.get()) ? PyLong_AsLong(v.get()) : 0;
    PyErr_Clear();
    return int(n);
  }
  void position(Node& n, PyObject* o) {
    n.has_position = true;
    int line = number(o, names().lineno), end = number(o, names().end_lineno);
    n.position = {line + line_offset_, column(line, number(o, names().col_offset)), end + line_offset_,
                  column(end, number(o, names().end_col_offset))};
  }
  // Characters before a byte offset. Lines of ASCII, nearly all, are not looked at twice.
  int column(int line, int bytes) {
    if (line != seen_line_) {
      seen_line_ = line;
      std::string_view s = line > 0 && size_t(line) <= lines_.size() ? lines_[size_t(line) - 1] : std::string_view();
      seen_text_ = {};
      for (char c : s)
        if (uint8_t(c) >= 0x80) seen_text_ = s;
    }
    if (seen_text_.empty()) return bytes;
    int n = 0;
    for (size_t k = 0; k < size_t(bytes) && k < seen_text_.size(); ++k) n += (uint8_t(seen_text_[k]) & 0xc0) != 0x80;
    return n;
  }

  Tree& tree_;
  std::vector<std::string_view> lines_;
  int line_offset_;
  std::string class_name_;
  bool is_optimised_ = is_optimised();
  int seen_line_ = -1;
  std::string_view seen_text_;
};

// Tokenizer's lines: \n, \r\n and \r end one.
std::vector<std::string_view> line_views(std::string_view text) {
  std::vector<std::string_view> lines;
  size_t begin = 0;
  for (size_t k = 0; k < text.size(); ++k) {
    if (text[k] != '\n' && text[k] != '\r') continue;
    lines.push_back(text.substr(begin, k - begin));
    if (text[k] == '\r' && k + 1 < text.size() && text[k + 1] == '\n') ++k;
    begin = k + 1;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

SyntaxProblem fetch_problem() {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  Object a(type), b(value), c(traceback);
  SyntaxProblem p{"invalid syntax", 1, 0};
  auto attribute = [&](const char* name) {
    Object o(PyObject_GetAttrString(value, name));
    PyErr_Clear();
    return o;
  };
  if (Object m = attribute("msg"); m && PyUnicode_Check(m.get()))
    p.message = utf8(m.get());
  else if (Object s{PyObject_Str(value)})
    p.message = utf8(s.get());  // nested too deeply
  if (Object l = attribute("lineno"); l && PyLong_Check(l.get())) p.line = int(PyLong_AsLong(l.get()));
  if (Object o = attribute("offset"); o && PyLong_Check(o.get())) p.column = std::max(0, int(PyLong_AsLong(o.get())) - 1);
  return p;
}

Parsed parse_with(const std::string& text, std::string_view file, std::string_view class_name, int line_offset) {
  if (text.find('\0') != std::string::npos) return {nullptr, {"the source holds a null byte", 1, 0}};
  PyCompilerFlags flags{PyCF_ONLY_AST | PyCF_IGNORE_COOKIE | PyCF_SOURCE_IS_UTF8, PY_MINOR_VERSION};
  Object module(Py_CompileStringExFlags(text.c_str(), std::string(file).c_str(), Py_file_input, &flags, -1));
  if (!module) {
    SyntaxProblem p = fetch_problem();
    p.line += line_offset;
    return {nullptr, p};
  }
  Parsed parsed{std::make_unique<Tree>(), {}};
  Converter converter(*parsed.tree, line_views(text), line_offset, class_name);
  parsed.tree->root = converter.node(module.get());
  return parsed;
}

}  // namespace

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (std::string_view l : line_views(text)) lines.emplace_back(l);
  return lines;
}

Parsed parse_text(std::string_view text, std::string_view file, std::string_view class_name) {
  return parse_with(std::string(text), file, class_name, 0);
}

Parsed parse_block(const std::vector<std::string>& lines, size_t first, size_t count, std::string_view file,
                   std::string_view class_name) {
  // An indented block becomes the body of an `if`: columns stay what they are.
  bool indented = indentation(lines[first]) > 0;
  std::string text = indented ? "if 1:\n" : "";
  for (size_t k = first; k < first + count; ++k) text += lines[k] + "\n";
  return parse_with(text, file, class_name, int(first) - (indented ? 1 : 0));
}

}  // namespace aic::frontend
