// SPDX-License-Identifier: MIT
// error.c - error values
//
// A trace keeps its first TRACE_HEAD entries, where the error came from, and its last ones, where
// the program began. When it is full the oldest of the last ones makes room: with a recursion of a
// million frames that is a move of half a kilobyte for each, once per error.
#include "object/error.h"
#include <string.h>

#define TRACE_HEAD  40
#define TRACE_FIRST 2 // most errors go through few frames

static void trace_error(Heap *heap, Obj *object) {
  Error *error = (Error *)object;
  heap_mark(heap, (Obj *)error->kind);
  heap_mark(heap, (Obj *)error->message);
  heap_mark_value(heap, error->thrown);
  heap_mark_value(heap, error->details);
  for (uint32_t i = 0; i < error->trace_count; i++) {
    heap_mark(heap, (Obj *)error->trace[i].proto);
    heap_mark(heap, (Obj *)error->trace[i].name);
  }
}

static void finish_error(Heap *heap, Obj *object) {
  Error *error = (Error *)object;
  heap_release(heap, error->trace, error->trace_capacity * sizeof(TraceEntry));
}

void error_register(Heap *heap) {
  heap_register(heap, KIND_ERROR,
                &(KindDescriptor){kinds_name(KIND_ERROR), trace_error, finish_error});
}

Error *error_new(Heap *heap, Str *kind, Str *message) {
  Error *error = heap_new(heap, KIND_ERROR, sizeof(Error));
  if (!error) return NULL;
  error->kind = kind;
  error->message = message;
  error->thrown = VALUE_ABSENT;
  error->details = VALUE_NULL;
  return error;
}

bool error_reserve_trace(Heap *heap, Error *error) {
  heap_push_root(heap, value_object(error));
  TraceEntry *trace = heap_grow(heap, error->trace, error->trace_capacity * sizeof(TraceEntry),
                                ERROR_TRACE_MAX * sizeof(TraceEntry));
  heap_pop_roots(heap, 1);
  if (!trace) return false;
  error->trace = trace;
  error->trace_capacity = ERROR_TRACE_MAX;
  return true;
}

static bool grow_trace(Heap *heap, Error *error, const TraceEntry *entry) {
  uint32_t capacity = error->trace_capacity ? error->trace_capacity * 2 : TRACE_FIRST;
  heap_push_root(heap, value_object(error));
  heap_push_root(heap, entry->proto ? value_object(entry->proto) : VALUE_NULL);
  heap_push_root(heap, entry->name ? value_object(entry->name) : VALUE_NULL);
  TraceEntry *trace = heap_grow(heap, error->trace, error->trace_capacity * sizeof(TraceEntry),
                                capacity * sizeof(TraceEntry));
  heap_pop_roots(heap, 3);
  if (!trace) return false;
  error->trace = trace;
  error->trace_capacity = capacity;
  return true;
}

void error_add_trace(Heap *heap, Error *error, TraceEntry entry) {
  if (error->trace_count == ERROR_TRACE_MAX) {
    TraceEntry *oldest = error->trace + TRACE_HEAD;
    memmove(oldest, oldest + 1, (ERROR_TRACE_MAX - TRACE_HEAD - 1) * sizeof(TraceEntry));
    error->trace_count--;
    error->trace_left_out++;
  } else if (error->trace_count == error->trace_capacity && !grow_trace(heap, error, &entry)) {
    error->trace_left_out++;
    return;
  }
  error->trace[error->trace_count++] = entry;
  heap_touch(heap, &error->obj);
}

Error *error_copy(Heap *heap, Error *error) {
  Error *copy = error_new(heap, error->kind, error->message);
  if (!copy) return NULL;
  copy->obj.flags = error->obj.flags;
  copy->thrown = error->thrown;
  copy->details = error->details;
  heap_push_root(heap, value_object(copy));
  for (uint32_t i = 0; i < error->trace_count; i++) {
    error_add_trace(heap, copy, error->trace[i]);
  }
  heap_pop_roots(heap, 1);
  copy->trace_left_out += error->trace_left_out;
  return copy;
}

void error_forget_trace(Error *error) {
  error->trace_count = 0;
  error->trace_left_out = 0;
  error->obj.flags &= (uint16_t)~ERROR_HAS_TRACE;
}
