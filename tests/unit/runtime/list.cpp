// Lists of the runtime: growth, turning, references of elements, what an exception leaves behind.
#include <catch2/catch.hpp>
#include <cstring>
#include <vector>

#include "runtime/abi.h"

using namespace aic::rt;

static List* list_of(Context& c, const std::vector<int64_t>& values) {
  const Runtime* r = aic_runtime();
  List* l = r->list_new(&c, sizeof(Slot), nullptr, 0);
  for (int64_t v : values) {
    REQUIRE(r->list_grow(&c, l, l->length + 1));
    l->data[l->length - 1].i = v;
  }
  return l;
}
static std::vector<int64_t> contents(const List* l) {
  std::vector<int64_t> out;
  for (int64_t k = 0; k < l->length; ++k) out.push_back(l->data[k].i);
  return out;
}

TEST_CASE("a list grows and turns by any number of places") {
  Context context{};
  context.runtime = aic_runtime();
  std::vector<int64_t> values;
  for (int64_t k = 0; k < 300; ++k) values.push_back(k);
  List* l = list_of(context, values);
  CHECK(contents(l) == values);
  CHECK(l->capacity < 700);
  for (int64_t by : {0, 1, 7, 150, 299, 300}) {
    List* turned = list_of(context, values);
    context.runtime->list_rotate(turned, 0, 300, by);
    std::vector<int64_t> want(values.begin() + by, values.end());
    want.insert(want.end(), values.begin(), values.begin() + by);
    CHECK(contents(turned) == want);
    context.runtime->list_release(&context, turned);
  }
  CHECK_FALSE(context.runtime->list_grow(&context, l, INT64_MAX / 8));
  CHECK(contents(l) == values);
  context.runtime->list_release(&context, l);
  CHECK(context.lists == nullptr);
}

TEST_CASE("a list gives back the references of what falls away, under the tag that holds them") {
  Context context{};
  const Runtime* runtime = context.runtime = aic_runtime();
  // Elements of type none | list<int> | array: the tag, a List*, then data and owner.
  const ReferencePlace places[] = {{1, 0, nullptr, {0, -1}, {1, 0}}, {3, 1, nullptr, {0, -1}, {2, 0}}};
  const ElementType type = {4, 2, places};
  List* l = runtime->list_new(&context, 4 * sizeof(Slot), &type, 3);
  REQUIRE(runtime->list_grow(&context, l, 3));
  List* inner = list_of(context, {5, 6});
  Buffer* buffer = runtime->allocate(&context, 64);
  inner->refcount = buffer->refcount = 2;
  Slot elements[3][4] = {};
  elements[0][0].i = 1, elements[0][1].p = inner;
  elements[1][0].i = 2, elements[1][3].p = buffer;
  elements[2][1].p = reinterpret_cast<void*>(8);  // not looked at: the tag says none
  memcpy(l->data, elements, sizeof elements);
  runtime->list_truncate(&context, l, 1);
  CHECK(buffer->refcount == 1);
  CHECK(inner->refcount == 2);
  runtime->list_release(&context, l);
  CHECK(inner->refcount == 1);
  aic_release_live(&context);  // as after an exception
  CHECK(context.lists == nullptr);
  CHECK(context.live == nullptr);
}
