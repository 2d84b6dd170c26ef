// Exceptions that are caught (docs/exceptions.md): the record of one is saved in a list of its own, handlers are a chain.
#include <string.h>

#include "runtime/list.h"
#include "runtime/table.h"
#include "runtime/text.h"

namespace aic::rt {

static List* counted(List* l) {
  if (l) l->refcount += 1;
  return l;
}

// What the record counts is the saved one's from here on.
static List* saved_error(Context* context) {
  List* l = saved_error_new(context);
  if (!l) return nullptr;
  *saved_in(l) = {context->error, 0, nullptr, nullptr};
  context->error.held = 0;
  return l;
}

static void drop(Context* context, List* l) {
  if (l && --l->refcount == 0) list_release(context, l);
}

// Handlers that began in the call which just failed have been left by exceptions.
static void end_handlers(Context* context) {
  const List* l = context->handlers;
  while (l && l != context->handlers_outside) l = handler_in(l)->below;
  if (l != context->handlers_outside) return;  // a generator was left inside of its handler
  while (List* top = context->handlers) {
    if (top == context->handlers_outside) break;
    context->handlers = handler_in(top)->below;
    drop(context, top);
  }
}
// The place of the innermost handler of an exception; of null at the end.
static List** handler_of(Context* context, const List* saved) {
  List** place = &context->handlers;
  while (*place && handler_in(*place)->saved != saved) place = &handler_in(*place)->below;
  return place;
}

static bool is_of(const List* saved, const ErrorRecord& record) {
  const ErrorRecord& e = saved_in(saved)->error;
  return e.site == record.site && memcmp(e.values, record.values, sizeof e.values) == 0;
}
// The exception that a call just ended: the same one where it was raised again, with a longer trace.
static List* caught(Context* context) {
  List* again = context->again;
  context->again = nullptr;
  if (again && !is_of(again, context->error)) drop(context, again), again = nullptr;
  if (!again) return saved_error(context);
  SavedError* s = saved_in(again);
  s->error.trace_length = context->error.trace_length;
  memcpy(s->error.trace, context->error.trace, sizeof s->error.trace);
  drop(context, s->cause);
  drop(context, s->context);
  s->cause = s->context = nullptr;
  return again;
}
// One that is raised again is no context of its own, nor is the record that it was raised again from: what `with` throws into a
// generator, and that lets go on. It may have several handlers, one within another.
static void leave_own_handlers(Context* context, const List* saved) {
  const SavedError* s = saved_in(saved);
  auto is_own = [&](const List* l) { return l && (l == saved || (!s->context && is_of(l, s->error))); };
  const List* h = context->handlers;
  while (is_own(context->handled)) {
    while (h && handler_in(h)->saved != context->handled) h = handler_in(h)->below;
    context->handled = h ? handler_in(h)->outside : nullptr;
    if (h) h = handler_in(h)->below;
  }
}
// As in CPython no exception comes to be in its own context.
static void cut(Context* context, List* from, const List* out) {
  for (List* l = from; l; l = saved_in(l)->context)
    if (List*& next = saved_in(l)->context; next == out) {
      drop(context, next);
      next = nullptr;
    }
}

// Its handler begins, and keeps it: what is raised there has it as its context.
List* error_save(Context* context) {
  List *h = handler_new(context), *l = h ? caught(context) : nullptr;
  if (!l) return nullptr;
  SavedError* s = saved_in(l);
  s->has_cause = context->has_cause;
  s->cause = context->cause;
  if (!context->context && context->handled != l) {
    context->context = counted(context->handled);
    cut(context, context->context, l);
  }
  s->context = context->context;
  context->has_cause = 0;
  context->cause = context->context = nullptr;
  end_handlers(context);
  *handler_in(h) = {counted(l), context->handled_outside, context->handlers};
  context->handlers = h;
  context->handled = l;
  return l;
}
List* error_make(Context* context) { return saved_error(context); }
int32_t error_restore(Context* context, List* saved) {
  const SavedError* s = saved_in(saved);
  context->error = s->error;
  context->error.held = 0;
  drop(context, context->again);
  context->again = counted(saved);
  leave_own_handlers(context, saved);
  if (!context->has_cause) context->has_cause = s->has_cause, context->cause = counted(s->cause);
  context->context = counted(s->context);
  return context->error.site;
}
Str* error_text(Context* context, const List* saved, int64_t what) {
  if (!context->host->error_text) return text_of_bytes(context, "", 0);
  ErrorRecord e;
  memcpy(&e, saved->data, sizeof e);
  if (e.site == 0) return what == 1 ? text_of_bytes(context, "NoneType", 8) : text_of_bytes(context, "None", 4);
  return context->host->error_text(context, &e, what);
}
void error_cause(Context* context, List* cause) {
  context->has_cause = 1;
  context->cause = saved_in(cause)->error.site ? counted(cause) : nullptr;
}
List* error_link(Context* context, const List* saved, int64_t which) {
  const SavedError* s = saved_in(saved);
  if (List* l = which == 0 ? s->cause : s->context) return counted(l);
  context->error.site = 0;
  return saved_error(context);
}
void error_done(Context* context, List* saved) {
  List** place = handler_of(context, saved);
  List* h = *place;
  if (!h) return;  // a call that failed ended it: it is a generator's
  context->handled = handler_in(h)->outside;
  *place = handler_in(h)->below;
  drop(context, h);
}

}  // namespace aic::rt
