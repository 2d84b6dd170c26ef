// What python/aic/aot and the command `aic` ask of the extension.
#include "ir/diagnostics.h"
#include "python/bindings/build.h"
#include "python/bindings/cache.h"
#include "python/bindings/generator.h"
#include "python/bindings/module.h"

namespace py = pybind11;

namespace aic::bindings {
namespace {

py::dict build_function(const py::object& f, const py::sequence& types, const std::vector<std::string>& names,
                        const py::dict& as) {
  Dispatcher& d = dispatcher(f);
  if (d.library) throw py::type_error("a function of a library has no source to build from");
  CompileOptions options = *d.options;
  options.cpu = py::cast<std::string>(as["cpu"]);
  auto emit = py::cast<std::string>(as["emit"]);
  uint32_t form = emit == "asm" ? AIC_CG_EMIT_ASM : emit == "llvm" ? AIC_CG_EMIT_LLVM : AIC_CG_EMIT_OBJECT;
  LibraryNames library{py::cast<std::string>(as["symbol"]), py::cast<std::string>(as["name"]),
                       py::cast<std::string>(as["needs"])};
  BuiltFunction built;
  guarded([&] {
    built = build(d.function, keys_of(types), names, library, options, form);
    return py::object(py::none());
  });
  py::dict out;
  py::list outputs, variants, hidden;
  for (const std::string& s : built.outputs) outputs.append(py::bytes(s));
  for (const BuiltVariant& v : built.variants) {
    py::list parameters;
    for (ir::Type t : v.parameters) parameters.append(t.text());
    variants.append(py::make_tuple(parameters, v.result.text(), v.views));
  }
  for (ir::Type t : built.hidden) hidden.append(t.text());
  out["outputs"] = outputs, out["variants"] = variants, out["hidden"] = hidden;
  out["words"] = built.words, out["names"] = py::bytes(built.names), out["writes"] = built.writes;
  return out;
}

// A function of a library that is open: `address` is its description's, `hidden` the types of its constant arrays.
py::object load_function(const py::object& stub, uintptr_t address, const py::list& variants, const std::vector<int>& writes,
                         const py::list& hidden) {
  auto library = std::make_unique<LibraryCode>();
  library->function = reinterpret_cast<const rt::LibraryFunction*>(address);
  if (library->function->version != rt::abi_version) throw py::value_error("the library was built by another version of aic");
  auto type = [](const py::handle& h) {
    std::string whole = py::cast<std::string>(h);
    std::string_view rest = whole;
    return ir::parse_type(rest);
  };
  for (const py::handle& h : variants) {
    auto row = py::cast<py::sequence>(h);
    LibraryCode::Variant v{{}, type(row[1]), py::cast<std::vector<int>>(row[2])};
    for (const py::handle& t : py::cast<py::sequence>(row[0])) v.keys.push_back(key_of_type(type(t)));
    library->variants.push_back(std::move(v));
  }
  if (library->variants.empty() || int(library->variants.size()) != library->function->variant_count)
    throw py::value_error("the manifest does not fit the library");
  library->writes.assign(writes.begin(), writes.end());
  for (int k = 0; k < library->function->hidden_count; ++k)
    library->hidden.push_back(constant_array(library->function->hidden[k], type(hidden[size_t(k)])));
  return guarded([&] { return py::reinterpret_steal<py::object>(new_dispatcher(stub.ptr(), {}, std::move(library))); });
}

}  // namespace

void define_library_functions(py::module_& m) {
  m.def("refuse", [](const py::object& f, const std::string& name, const std::vector<std::string>& arguments) {
    return guarded([&]() -> py::object { refuse(f.ptr(), name, arguments); });
  });
  m.def("state_of_cache_entry", &state_of_cache_entry);
  m.def("processor_has", [](const std::string& needs) { return rt::aic_processor_has(needs.c_str()); });
  m.def("processor_known", [] {
    char names[1000];
    rt::aic_processor_known(names, sizeof names);
    return std::string(names);
  });
  m.def("type_of", [](const py::object& value) -> py::object {  // as a signature shows it; None: an argument has no such type
    Key k = key_of(value.ptr());
    return has_type(k) ? py::object(py::str(type_of_key(k).text())) : py::object(py::none());
  });
  m.def("build_function", &build_function);
  m.def("load_function", &load_function);
  m.def("generator_version", [] { return guarded([] { return py::object(py::str(generator_version())); }); });
}

}  // namespace aic::bindings
