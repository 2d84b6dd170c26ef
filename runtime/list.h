// The list functions of the runtime table (runtime/abi.h says what each does).
#pragma once
#include "runtime/abi.h"

namespace aic::rt {

List* list_new(Context*, int64_t width, const ElementType*, int64_t capacity);
int32_t list_grow(Context*, List*, int64_t length);
void list_truncate(Context*, List*, int64_t length);
void list_drop(Context*, List*, int64_t from, int64_t to);  // releases what elements refer to
void list_release(Context*, List*);
void list_rotate(List*, int64_t from, int64_t to, int64_t by);
// Of one element each, a SavedError and a Handler.
List* saved_error_new(Context*);
List* handler_new(Context*);
void release_live_lists(Context*);  // frees each, without looking at elements

}  // namespace aic::rt
