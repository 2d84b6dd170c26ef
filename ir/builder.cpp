// Constants.
#include "ir/builder.h"

#include "ir/ops/table.h"

namespace aic::ir {

ValueId Builder::integer(int64_t v, Type type) { return make("const"_op, {}, type, {{"value", v}}); }

ValueId Builder::number(double v, Type type) {
  DType d = type.dtype();
  if (is_complex(d)) return make("const"_op, {}, type, {{"value", v}, {"imaginary", 0.0}});
  if (is_float(d)) return make("const"_op, {}, type, {{"value", v}});
  return integer(int64_t(v), type);
}

ValueId Builder::none() { return make("const"_op, {}, Type::none()); }
ValueId Builder::text(std::string s) { return make("const"_op, {}, Type::str(), {{"value", std::move(s)}}); }

}  // namespace aic::ir
