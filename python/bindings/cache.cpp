// Layout of a file: magic, checksum of the rest; then the log, result type, entry symbol, needs, weight, sites, object.
#include "python/bindings/cache.h"

#include <cpuid.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include "python/bindings/bytes.h"
#include "python/bindings/lists.h"

namespace aic::bindings {
namespace {

constexpr int64_t magic = 0x3430656863614361;  // "aCache04"
constexpr size_t most_bytes = size_t{256} << 20;

// One line for who wants to know, and only to one who listens: `logging` is not imported for it.
void tell(const std::string& why) {
  static bool told = false;
  if (std::exchange(told, true)) return;
  Ref name(PyUnicode_FromString("logging"));
  Ref logging(name ? PyImport_GetModule(name.get()) : nullptr);
  Ref logger(logging ? PyObject_CallMethod(logging.get(), "getLogger", "s", "aic") : nullptr);
  Ref done(logger ? PyObject_CallMethod(logger.get(), "debug", "ss", "the disk cache: %s", why.c_str()) : nullptr);
  PyErr_Clear();
}

std::string environment(const char* name) {
  const char* s = getenv(name);
  return s ? s : "";
}

std::string folder() {
  std::string f = environment("AIC_CACHE_DIR");
  if (!f.empty()) return f;
  std::string xdg = environment("XDG_CACHE_HOME"), home = environment("HOME");
  if (!xdg.empty()) return xdg + "/aic";
  return home.empty() ? "" : home + "/.cache/aic";
}

// Makes the folder and those above it; it must be ours, and nobody else may write there.
bool prepare(const std::string& path) {
  for (size_t k = 1; k <= path.size(); ++k)
    if (k == path.size() || path[k] == '/') mkdir(path.substr(0, k).c_str(), 0700);
  struct stat s;
  return stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode) && s.st_uid == geteuid() && !(s.st_mode & (S_IWGRP | S_IWOTH));
}

// What the code depends on besides the program: which aic, which processor. LLVM need not be opened to know.
std::string make_target() {
  std::string out = AIC_VERSION;
  Dl_info here{};
  dladdr(reinterpret_cast<const void*>(&store_cached), &here);
  std::string extension = here.dli_fname ? here.dli_fname : "";
  std::string folder = extension.substr(0, extension.rfind('/') + 1);
  auto add = [&](const std::string& file) {
    struct stat s{};
    if (stat(file.c_str(), &s) == 0)
      out += " " + std::to_string(s.st_size) + "." + std::to_string(s.st_mtim.tv_sec) + "." + std::to_string(s.st_mtim.tv_nsec);
  };
  add(extension);
  add(folder + "libaic_cg.so");
  std::set<std::string> library;
  if (DIR* lib = opendir((folder + "lib").c_str())) {
    while (const dirent* entry = readdir(lib))
      if (std::string_view(entry->d_name).ends_with(".py")) library.insert(entry->d_name);
    closedir(lib);
  }
  for (const std::string& name : library) add(folder + "lib/" + name);
  for (unsigned leaf : {0u, 1u, 7u, 0xdu, 0x80000001u}) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    __get_cpuid_count(leaf, 0, &a, &b, &c, &d);
    if (leaf == 1) b = 0;  // holds the number of the core that asks
    for (unsigned r : {a, b, c, d}) out += " " + std::to_string(r);
  }
  return out;
}

std::string file_of(const Request& r, LiveWorld& world) {
  static const std::string target = make_target();
  std::string f = folder();
  if (f.empty()) return "";
  std::string whole = world.hash_of(r.function) + "\n" + signature_text(r.keys) + "\n" + target + "\n";
  whole += std::to_string(r.assumptions.disjoint) + std::to_string(r.assumptions.small) +
           std::to_string(r.assumptions.fitting) + std::to_string(r.options.fastmath);
  for (const LikelyExtent& e : r.likely.thin)
    whole += " " + std::to_string(e.argument) + "." + std::to_string(e.axis) + "." + std::to_string(e.extent);
  for (const RelatedExtent& e : r.likely.related)
    whole += " ~" + std::to_string(e.argument) + "." + std::to_string(e.axis) + "." + std::to_string(e.family) + "." +
             std::to_string(e.offset);
  whole += r.options.passes.skip + std::to_string(r.options.passes.bisect);
  char name[40];
  snprintf(name, sizeof name, "/%016llx%016llx", static_cast<unsigned long long>(checksum(whole)),
           static_cast<unsigned long long>(checksum(whole, 0x243f6a8885a308d3ull)));
  return f + name + ".aic";
}

std::string read_file(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return "";
  std::string bytes;
  struct stat s;
  if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_uid == geteuid() && !(s.st_mode & (S_IWGRP | S_IWOTH)) &&
      size_t(s.st_size) <= most_bytes) {
    bytes.resize(size_t(s.st_size));
    size_t done = 0;
    ssize_t n = 1;
    while (done < bytes.size() && (n = read(fd, bytes.data() + done, bytes.size() - done)) > 0) done += size_t(n);
    bytes.resize(done);
  }
  close(fd);
  return bytes;
}

void write_file(const std::string& path, std::string_view bytes) {
  std::string other = path + "." + std::to_string(getpid()) + "." + std::to_string(reinterpret_cast<uintptr_t>(&path));
  int fd = open(other.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return tell("cannot write " + other);
  size_t done = 0;
  ssize_t n = 1;
  while (done < bytes.size() && (n = write(fd, bytes.data() + done, bytes.size() - done)) > 0) done += size_t(n);
  bool whole = close(fd) == 0 && done == bytes.size();
  if (whole && rename(other.c_str(), path.c_str()) == 0) return;
  unlink(other.c_str());
  tell("cannot write " + path);
}

void write_plan(Writer& w, const Plan& p) {
  w.number(int64_t(p.kind)), w.number(int64_t(p.dtype)), w.number(p.rank), w.number(p.slots), w.number(int64_t(p.container));
  w.number(p.is_bytes);
  w.number(int64_t(p.parts.size()));
  for (const Plan& part : p.parts) write_plan(w, part);
}
Plan read_plan(Reader& r) {
  Plan p;
  p.kind = ir::TypeKind(r.number()), p.dtype = ir::DType(r.number()), p.rank = int8_t(r.number()), p.slots = int(r.number());
  p.container = Container(r.number()), p.is_bytes = r.number() != 0;
  size_t parts = r.count();
  for (size_t k = 0; k < parts && r.good(); ++k) p.parts.push_back(read_plan(r));
  if (p.kind == ir::TypeKind::List && p.parts.size() == 1) p.element = make_element_type(p.parts[0], p.container);
  return p;
}

// Frames name the function by its number in the log and the line from its first: moving it in its file changes nothing.
void write_site(Writer& w, const Site& s, LiveWorld& world) {
  w.number(int64_t(s.kind)), w.text(s.exception), w.text(s.message), w.number(s.has_message + 2 * s.by_arguments);
  w.number(int64_t(s.values.size()));
  for (const Plan& p : s.values) write_plan(w, p);
  w.number(int64_t(s.ranks.size()));
  for (int64_t rank : s.ranks) w.number(rank);
  w.number(int64_t(s.frames.size()));
  for (const SiteFrame& f : s.frames) {
    int owner = world.number_of_source(f.file, f.function);
    w.number(owner), w.text(f.function), w.number(f.line - (owner < 0 ? 0 : world.first_line(owner)));
    w.text(owner < 0 ? f.file : "");
  }
}
Site read_site(Reader& r, LiveWorld& world) {
  Site s;
  s.kind = SiteKind(r.number()), s.exception = r.text(), s.message = r.text(), s.has_message = false;
  int64_t told = r.number();
  s.has_message = told & 1, s.by_arguments = told & 2;
  for (size_t n = r.count(); n-- > 0 && r.good();) s.values.push_back(read_plan(r));
  for (size_t n = r.count(); n-- > 0 && r.good();) s.ranks.push_back(r.number());
  for (size_t n = r.count(); n-- > 0 && r.good();) {
    SiteFrame f;
    int owner = int(r.number());
    f.function = r.text(), f.line = int(r.number()), f.file = r.text();
    if (owner >= 0) f.line += world.first_line(owner), f.file = world.file_of(owner);
    s.frames.push_back(std::move(f));
  }
  return s;
}

// The module and the name of an array of the library (tables of random numbers); empty: it is none.
std::pair<std::string, std::string> library_place(PyObject* array) {
  PyObject *key, *module;
  for (Py_ssize_t at = 0; PyDict_Next(PyImport_GetModuleDict(), &at, &key, &module);) {
    std::string name = PyUnicode_Check(key) ? PyUnicode_AsUTF8(key) : "";
    if (!name.starts_with("aic.lib.") || !PyModule_Check(module)) continue;
    PyObject *global, *value;
    for (Py_ssize_t k = 0; PyDict_Next(PyModule_GetDict(module), &k, &global, &value);)
      if (value == array) return {name, PyUnicode_AsUTF8(global)};
  }
  return {};
}

bool is_off(const Request& r) {
  for (Key k : r.keys)
    if (kind_of(k) == KeyKind::Object) return true;  // another process has no such object
  return !r.options.cache || r.options.debug || getenv("AIC_DUMP") || getenv("AIC_VERIFY") || r.options.passes.bisect >= 0;
}

std::unique_ptr<Specialisation> read_entry(const Request& request, std::string_view bytes, LiveWorld& world) {
  Reader head(bytes);
  if (head.number() != magic || uint64_t(head.number()) != checksum(bytes.substr(std::min<size_t>(16, bytes.size())))) {
    tell("an entry is damaged, or of another version; it is made again");
    return nullptr;
  }
  Reader r(bytes.substr(16));
  for (size_t n = r.count(); n-- > 0;) {
    int64_t kind = r.number();
    std::string of(r.text()), name(r.text()), found(r.text());
    if (!r.good() || world.look_again(kind, of, name) != found) return nullptr;
  }
  auto s = std::make_unique<Specialisation>();
  std::string type_text(r.text());
  std::string symbol(r.text());
  s->needs_disjoint = r.number() != 0, s->needs_small = r.number() != 0, s->weight = Weight(r.number()),
  s->nesting = uint8_t(r.number());
  for (size_t n = r.count(); n-- > 0 && r.good();) {
    Relation& relation = s->relations.emplace_back();
    for (int* x : {&relation.first, &relation.first_axis, &relation.second, &relation.second_axis}) *x = int(r.number());
    relation.delta = r.number();
  }
  for (size_t n = r.count(); n-- > 0 && r.good();) s->sites.push_back(read_site(r, world));
  std::vector<int> kept, views;
  for (std::vector<int>* list : {&kept, &views})
    for (size_t n = r.count(); n-- > 0 && r.good();) list->push_back(int(r.number()));
  s->writes_lists = r.number() != 0;
  for (size_t n = r.count(); n-- > 0 && r.good();) {
    std::string_view type = r.text();
    s->parameters.push_back(ir::parse_type(type));
  }
  std::vector<int64_t> hidden;
  std::vector<Ref> tables;  // keep what `hidden` names until the specialisation does
  for (size_t n = r.count(); n-- > 0 && r.good();) {
    std::string module(r.text()), name(r.text());
    tables.push_back(imported(module.c_str(), name.c_str()));
    hidden.push_back(int64_t(reinterpret_cast<uintptr_t>(tables.back().get())));
  }
  std::string_view object = r.text();
  if (!r.good()) return nullptr;
  std::string_view rest = type_text;
  finish(*s, request, ir::parse_type(rest), kept, views, hidden, world);
  std::string error;
  s->code = rt::Code::load(std::as_bytes(std::span(object)), false, error);
  s->entry = s->code ? reinterpret_cast<rt::Entry>(s->code->find(symbol)) : nullptr;
  return s->entry ? std::move(s) : nullptr;
}

}  // namespace

const char* state_of_cache_entry(const std::string& path) {
  std::string bytes = read_file(path);
  Reader head(bytes);
  if (head.number() != magic) return bytes.empty() ? "damaged" : "of another version";
  bool whole = uint64_t(head.number()) == checksum(std::string_view(bytes).substr(std::min<size_t>(16, bytes.size())));
  return whole ? "whole" : "damaged";
}

std::unique_ptr<Specialisation> find_cached(const Request& request) {
  if (is_off(request)) return nullptr;
  try {
    LiveWorld world;
    std::string path = file_of(request, world);
    std::string bytes = path.empty() ? "" : read_file(path);
    return bytes.empty() ? nullptr : read_entry(request, bytes, world);
  } catch (const PythonError&) {
    PyErr_Clear();
  } catch (const std::exception&) {
    // Not found: compiling says what is wrong, if it is the function.
  }
  return nullptr;
}

void store_cached(const Request& request, const Specialisation& s, std::string_view object, ir::Type result,
                  const std::string& symbol, std::span<const int> kept, std::span<const int> views,
                  std::span<const int64_t> hidden, LiveWorld& world) {
  if (is_off(request)) return;
  std::vector<std::pair<std::string, std::string>> tables;
  for (int64_t key : hidden) {
    tables.push_back(library_place(reinterpret_cast<PyObject*>(uintptr_t(key))));
    if (tables.back().first.empty()) return;  // the user's array: its identity is of this process
  }
  try {
    std::string path = file_of(request, world);
    if (path.empty()) return tell("there is no HOME to keep it in, and AIC_CACHE_DIR is not set");
    if (!world.is_cachable()) return;
    std::string where = path.substr(0, path.rfind('/'));
    if (!prepare(where)) return tell(where + " cannot be made, is not ours, or others may write there");
    Writer w;
    w.number(int64_t(world.log().size()));
    for (const LogEntry& e : world.log()) w.number(e.kind), w.text(e.of), w.text(e.name), w.text(e.found);
    w.text(result.text()), w.text(symbol);
    w.number(s.needs_disjoint), w.number(s.needs_small), w.number(int64_t(s.weight)), w.number(s.nesting);
    w.number(int64_t(s.relations.size()));
    for (const Relation& x : s.relations)
      for (int64_t n : {int64_t(x.first), int64_t(x.first_axis), int64_t(x.second), int64_t(x.second_axis), x.delta})
        w.number(n);
    w.number(int64_t(s.sites.size()));
    for (const Site& site : s.sites) write_site(w, site, world);
    for (std::span<const int> list : {kept, views}) {
      w.number(int64_t(list.size()));
      for (int index : list) w.number(index);
    }
    w.number(s.writes_lists), w.number(int64_t(s.parameters.size()));
    for (ir::Type t : s.parameters) w.text(t.text());
    w.number(int64_t(tables.size()));
    for (const auto& [module, name] : tables) w.text(module), w.text(name);
    w.text(object);
    Writer file;
    file.number(magic), file.number(int64_t(checksum(w.bytes())));
    write_file(path, file.bytes() + w.bytes());
  } catch (const PythonError&) {
    PyErr_Clear();
  } catch (const std::exception&) {
    // Not stored; the program has its code.
  }
}

}  // namespace aic::bindings
