// The runtime table: alignment, the live list, the pool.
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "runtime/abi.h"

using namespace aic::rt;

static int live_count(const Context& c) {
  int n = 0;
  for (Buffer* b = c.live; b; b = b->next) ++n;
  return n;
}

TEST_CASE("births are aligned, unique and on the live list until released") {
  Context context{};
  const Runtime* runtime = aic_runtime();
  REQUIRE(runtime->version == abi_version);
  std::vector<Buffer*> born;
  std::set<void*> places;
  for (int64_t bytes : {0, 0, 1, 64, 65, 1000, 4096, 3 << 20}) {
    Buffer* b = runtime->allocate(&context, bytes);
    REQUIRE(b);
    CHECK(uintptr_t(b->data) % 64 == 0);
    CHECK(b->refcount == 1);
    CHECK(b->bytes >= bytes);
    memset(b->data, 0xff, size_t(bytes));
    places.insert(b->data);
    born.push_back(b);
  }
  CHECK(places.size() == born.size());
  CHECK(live_count(context) == 8);
  runtime->release(&context, born[3]);
  runtime->release(&context, born[0]);
  runtime->release(&context, born[7]);
  CHECK(live_count(context) == 5);
  Buffer* zero = runtime->allocate_zeroed(&context, 1000);
  for (int i = 0; i < 1000; ++i) REQUIRE(static_cast<char*>(zero->data)[i] == 0);
  aic_release_live(&context);
  CHECK(context.live == nullptr);
}

TEST_CASE("impossible sizes give null") {
  Context context{};
  CHECK(aic_runtime()->allocate(&context, -1) == nullptr);
  CHECK(aic_runtime()->allocate(&context, INT64_MAX) == nullptr);
  CHECK(aic_runtime()->allocate(&context, int64_t{1} << 60) == nullptr);
  CHECK(context.live == nullptr);
}

TEST_CASE("data taken over is freed by libc; a detached buffer outlives its context") {
  Buffer* kept = nullptr;
  {
    Context context{};
    Buffer* taken = aic_runtime()->allocate(&context, 800);
    kept = aic_runtime()->allocate(&context, 800);
    kept->refcount = 2;
    free(aic_take_data(&context, taken));
    aic_detach(&context, kept);
    CHECK(context.live == nullptr);
  }
  static_cast<char*>(kept->data)[799] = 1;
  aic_drop_detached(kept);
  CHECK(kept->refcount == 1);
  aic_drop_detached(kept);
}

TEST_CASE("a released temporary is used again, in each thread apart") {
  Context context{};
  const Runtime* runtime = aic_runtime();
  Buffer* first = runtime->allocate(&context, 8000);
  void* place = first->data;
  runtime->release(&context, first);
  std::thread([&] {
    Context other{};
    Buffer* b = runtime->allocate(&other, 8000);
    CHECK(b->data != place);
    runtime->release(&other, b);
  }).join();
  Buffer* second = runtime->allocate(&context, 8000);
  CHECK(second->data == place);
  runtime->release(&context, second);
}
