// Headers of lists and texts in loops: what they hold is read once, before the loop.
//
// LLVM moves such a load out of a loop only where it knows that it cannot trap or that every round does it; a check or a call
// before it in the round, a list that another loop made, and it stays. Here more is known: a list or a text that a loop looks
// into lives as long as the loop. A list's data moves when it grows, so nothing in the loop may make one of its type longer or
// shorter, except in room that is there; a text never changes. Not in functions where such a value may be none at all: the
// payload of a union of which the tag is tested only later, or one that is not defined yet.
#include "codegen/lower.h"

namespace aic::codegen {

using namespace ir;

bool FunctionLowering::has_only_sound_headers() {
  if (sound_headers_ < 0) {
    sound_headers_ = 1;
    for (OpId id : f.ops_below(f.body())) {
      const Op& o = f.op(id);
      if ((o.code == "union.get"_op || o.code == "undefined"_op) && !f.type(o.results[0]).is_number()) sound_headers_ = 0;
    }
  }
  return sound_headers_ != 0;
}

// May the op move elements of lists of this type?
bool FunctionLowering::may_move(OpId id, Type list) const {
  const Op& o = f.op(id);
  const OpRecord& r = record(o.code);
  if (r.has(Control) || !(r.traits & (Writes | Effect))) return false;
  switch (o.code) {
    case "poll"_op:
    case "retain"_op:
    case "release"_op:
    case "unwind"_op:
    case "store"_op:
    case "list.store"_op:
    case "if"_op:
    case "for"_op:
    case "while"_op: return false;
    case "list.resize"_op: {
      if (f.int_attr(id, "fits") || list.is_object()) return false;
      Type changed = f.type(o.operands[0]);
      return changed == list || !(changed.element().is_number() || list.element().is_number());
    }
    default: return true;
  }
}

// Reads what the loop's rounds would; the caller is where the loop is entered. What is known from outer loops stays.
std::vector<Value*> FunctionLowering::read_headers(OpId loop) {
  std::vector<Value*> fresh;
  std::vector<std::pair<ValueId, OpId>> seen;
  std::vector<OpId> deeds, below;
  for (RegionId r : f.op(loop).regions)
    for (OpId id : f.ops_below(r)) below.push_back(id);
  auto is_inside = [&](ValueId v) {
    RegionId r = f.defining_op(v) ? f.op(f.defining_op(v)).parent : f.value(v).region;
    for (; r; r = f.region(r).op ? f.op(f.region(r).op).parent : RegionId{})
      if (f.region(r).op == loop) return true;
    return false;
  };
  for (OpId id : below) {
    const Op& o = f.op(id);
    bool list = o.code == "list.load"_op || o.code == "list.store"_op;
    if (!list && o.code != "str.at"_op && o.code != "str.char"_op) {
      if (record(o.code).traits & (Writes | Effect)) deeds.push_back(id);
      continue;
    }
    ValueId v = o.operands[0];
    if (std::ranges::any_of(seen, [&](auto& s) { return s.first == v; }) || is_inside(v)) continue;
    seen.emplace_back(v, id);
  }
  if (seen.empty() || !has_only_sound_headers()) return fresh;
  for (const auto& [v, id] : seen) {
    Value* whole = one(v);
    if (llvm::isa<llvm::Constant>(whole) || headers_.contains(whole)) continue;
    Type t = f.type(v);
    bool text = f.type(v).is(TypeKind::Str);
    if (!text && std::ranges::any_of(deeds, [&](OpId deed) { return may_move(deed, t); })) continue;
    Header header{text ? text_data(whole) : list_data(whole), text ? text_kind(whole) : nullptr};
    headers_[whole] = header;
    fresh.push_back(whole);
  }
  return fresh;
}

void FunctionLowering::forget_headers(llvm::ArrayRef<Value*> fresh) {
  for (Value* whole : fresh) headers_.erase(whole);
}

}  // namespace aic::codegen
