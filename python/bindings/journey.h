// One straight line from a request to machine code: driver.cpp makes specialisations of it, build.cpp libraries.
#pragma once
#include <string>
#include <vector>

#include "codegen/codegen.h"
#include "python/bindings/driver.h"
#include "typeinfer/typeinfer.h"

namespace aic::bindings {

// The journey of one request; stops where it is told to. Each form can be dumped by AIC_DUMP.
struct Journey {
  explicit Journey(const Request& r) : request(r) {}
  void to_tensor();
  void to_optimized();
  void to_loops();
  // Object or text, by AIC_CG_EMIT_*.
  [[nodiscard]] std::string generated(uint32_t emit) const;

  const Request& request;
  LiveWorld world;
  ir::Module module;
  ir::Function* entry = nullptr;
  std::string name;

 private:
  void infer(const Form& form, const typeinfer::InferOptions&);
  std::vector<typeinfer::ArgumentType> arguments(const Form& form);
  typeinfer::ArgumentType object_argument(const Form& form, size_t index, PyObject*);
  void add_likely_extents(const Form& form);
  void add_related_extents(const Form& form);
  void dump(const char* form, const ir::Module& m) const;
  void write_dump(const char* form, const std::string& text) const;
};

// ---- what a finished journey tells of the code ----
[[nodiscard]] bool has_integers(const ir::Function& entry);  // that `small` says something about
[[nodiscard]] bool writes_parameters(const ir::Module&);     // so that it matters whether they overlap
[[nodiscard]] bool writes_lists(const ir::Module&);
void weigh(const ir::Module&, Specialisation&);              // when to release the GIL
[[nodiscard]] std::vector<std::string> parameter_names(const ir::Function& entry);  // those that it has of Python's
[[nodiscard]] std::vector<Relation> relations_of(const ir::Function& entry);  // that calls must be tested for
[[nodiscard]] std::vector<int> views_of(const ir::Function& entry);
[[nodiscard]] std::vector<int64_t> hidden_of(const ir::Function& entry);
// Of the generators that it returns, four texts each (typeinfer/escaping.cpp).
[[nodiscard]] std::vector<std::string> generators_of(const ir::Function& entry);
void mark_views(Plan&, std::span<const int> views, int& next);

}  // namespace aic::bindings
