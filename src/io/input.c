// SPDX-License-Identifier: MIT
// input.c - lines of the program's input, awaited
#include "io/input.h"

#include "base/memory.h"
#include "sched/errand.h"
#include "sched/outside.h"

#include <fcntl.h>
#include <stdlib.h>
#include <uv.h>

// One who waits for a line.
typedef struct Reader {
  DLink link;
  Input *input;
  Promise *promise;
  InputDeliver deliver;
  OutsideOp op;
} Reader;

struct Input {
  VM *vm;
  Stdio *stdio;
  Loop *loop;      // NULL: not asked for yet
  uv_poll_t *poll; // NULL: not watched; its own block, because closing takes a moment
  DLink readers;
  Buffer line; // the beginning of a line whose end has not come
  bool is_at_end;
};

// The owner is the Input, which goes when nothing is collected any more (input_free).
static void mark_readers(Heap *heap, void *owner, bool minor) {
  (void)minor;
  Input *input = owner;
  for (DLink *link = input->readers.next; link != &input->readers; link = link->next) {
    heap_mark(heap, (Obj *)CONTAINER_OF(link, Reader, link)->promise);
  }
}

Input *input_new(VM *vm, Stdio *stdio) {
  Input *input = memory_require(NULL, sizeof(Input));
  *input = (Input){.vm = vm, .stdio = stdio};
  dlist_init(&input->readers);
  heap_add_root(vm_heap(vm), mark_readers, input);
  return input;
}

// --- Watching ------------------------------------------------------------------------------------

static void on_readable(uv_poll_t *poll, int status, int events);

static void free_poll(uv_handle_t *handle) {
  free(handle);
}

static void stop_watching(Input *input) {
  if (!input->poll) return;
  uv_poll_stop(input->poll);
  uv_close((uv_handle_t *)input->poll, free_poll);
  input->poll = NULL;
}

// libuv sets what it watches to not block, also for the others who have the same terminal open; it
// is not needed here, because a read follows each event.
static bool start_watching(Input *input) {
  if (input->poll) return true;
  int fd = stdio_input_fd(input->stdio);
  int flags = fcntl(fd, F_GETFL);
  uv_poll_t *poll = memory_require(NULL, sizeof(uv_poll_t));
  if (uv_poll_init(loop_uv(input->loop), poll, fd) != 0) {
    free(poll);
    return false;
  }
  fcntl(fd, F_SETFL, flags);
  poll->data = input;
  input->poll = poll;
  uv_poll_start(poll, UV_READABLE, on_readable);
  return true;
}

// --- Serving -------------------------------------------------------------------------------------

static void free_reader(Reader *reader) {
  Input *input = reader->input;
  outside_end(loop_outside(input->loop), &reader->op);
  dlist_unlink(&reader->link);
  if (dlist_is_empty(&input->readers)) stop_watching(input);
  loop_release(input->loop);
  free(reader);
}

static void settle(VM *vm, Promise *promise, Value value) {
  if (value_is_absent(value)) {
    promise_reject_raised(vm, promise);
    return;
  }
  vm_push_root(vm, value);
  promise_fulfil(vm, promise, value);
  vm_pop_roots(vm, 1);
}

// The line with a 1 in front, or nothing at the end of the input.
static void record(Reader *reader, bool has_line) {
  Outside *outside = loop_outside(reader->input->loop);
  if (!outside_is_recording(outside)) return;
  const Buffer *line = &reader->input->line;
  Buffer answer = {0};
  if (has_line) {
    journal_put_number(&answer, 1);
    journal_put_text(&answer, line->bytes ? line->bytes : "", line->len);
  }
  outside_event(outside, &reader->op, &answer);
  buffer_free(&answer);
}

static void on_recorded(void *context, JournalCursor *answer) {
  Reader *reader = context;
  VM *vm = reader->input->vm;
  Buffer line = {0};
  bool has_line = answer->at < answer->end;
  if (has_line) {
    (void)journal_get_number(answer);
    JournalText text = journal_get_text(answer);
    buffer_append(&line, text.bytes, text.len);
  }
  settle(vm, reader->promise, reader->deliver(vm, has_line ? &line : NULL));
  buffer_free(&line);
  free_reader(reader);
}

// Gives the first reader the line that has come, or the end.
static void serve(Input *input, bool is_end) {
  Reader *reader = CONTAINER_OF(input->readers.next, Reader, link);
  bool has_line = !is_end || input->line.len > 0;
  record(reader, has_line);
  settle(input->vm, reader->promise, reader->deliver(input->vm, has_line ? &input->line : NULL));
  buffer_clear(&input->line);
  free_reader(reader);
}

// Everybody for whom there is something.
static void serve_all(Input *input) {
  while (!dlist_is_empty(&input->readers)) {
    if (stdio_take(input->stdio, &input->line))
      serve(input, false);
    else if (input->is_at_end)
      serve(input, true);
    else
      return;
  }
}

static void read_once(Input *input) {
  if (!stdio_fill(input->stdio)) input->is_at_end = true;
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  Input *input = poll->data;
  read_once(input);
  serve_all(input);
}

// --- Asking --------------------------------------------------------------------------------------

static void call_off(VM *vm, void *task) {
  (void)vm;
  free_reader(task);
}

static Reader *add_reader(Input *input, Promise *promise, InputDeliver deliver) {
  if (!input->loop) input->loop = loop_of(input->vm);
  if (!input->loop) return NULL;
  Reader *reader = memory_require(NULL, sizeof(Reader));
  *reader = (Reader){.input = input, .promise = promise, .deliver = deliver};
  if (!errand_attach(input->vm, promise, reader, call_off)) {
    free(reader);
    return NULL;
  }
  dlist_append(&input->readers, &reader->link);
  loop_retain(input->loop);
  return reader;
}

// False: a recording will answer.
static bool begin(Reader *reader) {
  OutsideWish wish = {"reads", "a line of the input", "", 0};
  reader->op.answer = on_recorded;
  reader->op.context = reader;
  return outside_begin(loop_outside(reader->input->loop), &reader->op, &wish);
}

Promise *input_line(Input *input, InputDeliver deliver) {
  VM *vm = input->vm;
  Promise *promise = promise_new(vm);
  if (!promise) return NULL;
  vm_push_root(vm, value_object(promise));
  stdio_flush(input->stdio); // a question shall be seen before its answer is waited for
  Reader *reader = add_reader(input, promise, deliver);
  bool is_real = reader && begin(reader);
  if (is_real) serve_all(input);
  if (reader && !is_real) (void)!outside_answers_at_once(loop_outside(input->loop), &reader->op);
  while (is_real && !dlist_is_empty(&input->readers) && !start_watching(input)) {
    read_once(input);
    serve_all(input);
  }
  vm_pop_roots(vm, 1);
  return reader ? promise : NULL;
}

void input_free(Input *input) {
  if (!input) return;
  while (!dlist_is_empty(&input->readers)) {
    free_reader(CONTAINER_OF(input->readers.next, Reader, link));
  }
  buffer_free(&input->line);
  free(input);
}
