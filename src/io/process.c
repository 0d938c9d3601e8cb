// SPDX-License-Identifier: MIT
// process.c - running another program and waiting for its end
//
// A child has a handle and up to three pipes. Each that is open holds the Process; when the last has
// closed it settles its promise and is freed.
#include "io/process.h"

#include "base/memory.h"
#include "io/file.h"
#include "sched/errand.h"
#include "sched/outside.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

typedef struct Process {
  DLink link; // in the loop's list
  VM *vm;
  Loop *loop;
  Promise *promise; // NULL: cancelled
  OutsideOp op;
  bool is_real; // there is a child; else a recording answers
  uv_process_t child;
  uv_pipe_t in, out, err;
  uv_write_t write;
  char *input;
  ProcessDeliver deliver;
  ProcessResult result;
  char *program;
  int error; // errno of the start; 0: it was started
  bool is_running, is_too_long;
  uint32_t open_count; // handles that are not closed yet
  char chunk[16 * 1024];
} Process;

void process_mark(Heap *heap, void *owner, bool minor) {
  (void)minor;
  DLink *processes = owner;
  for (DLink *link = processes->next; link != processes; link = link->next) {
    heap_mark(heap, (Obj *)CONTAINER_OF(link, Process, link)->promise);
  }
}

// --- The end -------------------------------------------------------------------------------------

static void settle(Process *process) {
  VM *vm = process->vm;
  Value value = VALUE_ABSENT;
  if (process->error)
    file_raise(vm, process->error, "run", process->program, NULL);
  else if (process->is_too_long)
    vm_raise(vm, "IOError", "the program has written more than 256 MiB");
  else
    value = process->deliver(vm, &process->result);
  if (value_is_absent(value)) {
    promise_reject_raised(vm, process->promise);
    return;
  }
  vm_push_root(vm, value);
  promise_fulfil(vm, process->promise, value);
  vm_pop_roots(vm, 1);
}

static void free_process(Process *process) {
  outside_end(loop_outside(process->loop), &process->op);
  dlist_unlink(&process->link);
  buffer_free(&process->result.out);
  buffer_free(&process->result.err);
  free(process->input);
  free(process->program);
  free(process);
}

static void put_buffer(Buffer *out, const Buffer *text) {
  journal_put_text(out, text->bytes ? text->bytes : "", text->len);
}

// 0, or why it could not be started; its end; its output.
static void record(Process *process) {
  Outside *outside = loop_outside(process->loop);
  if (!outside_is_recording(outside)) return;
  Buffer result = {0};
  journal_put_number(&result, (uint64_t)process->error);
  journal_put_signed(&result, process->result.status);
  journal_put_number(&result, (uint64_t)process->result.signal);
  put_buffer(&result, &process->result.out);
  put_buffer(&result, &process->result.err);
  outside_event(outside, &process->op, &result);
  buffer_free(&result);
}

static void end_process(Process *process) {
  if (process->promise) {
    settle(process);
    loop_release(process->loop);
  }
  free_process(process);
}

static void on_recorded(void *context, JournalCursor *answer) {
  Process *process = context;
  ProcessResult *result = &process->result;
  process->error = (int)(journal_get_number(answer) & 0xffff);
  result->status = journal_get_signed(answer);
  result->signal = (int)(journal_get_number(answer) & 0xffff);
  JournalText text = journal_get_text(answer);
  buffer_append(&result->out, text.bytes, text.len);
  text = journal_get_text(answer);
  buffer_append(&result->err, text.bytes, text.len);
  end_process(process);
}

static void on_closed(uv_handle_t *handle) {
  Process *process = handle->data;
  if (--process->open_count > 0) return;
  if (process->promise) record(process);
  end_process(process);
}

static void close_handle(void *handle) {
  if (!uv_is_closing(handle)) uv_close(handle, on_closed);
}

static void on_child_exit(uv_process_t *child, int64_t status, int signal) {
  Process *process = child->data;
  process->is_running = false;
  process->result.status = status;
  process->result.signal = signal;
  close_handle(child);
  close_handle(&process->in);
}

static void end_child(Process *process, int signal) {
  if (process->is_running) uv_process_kill(&process->child, signal);
}

// --- Pipes ---------------------------------------------------------------------------------------

static void lend_chunk(uv_handle_t *handle, size_t wanted, uv_buf_t *out) {
  (void)wanted;
  Process *process = handle->data;
  *out = uv_buf_init(process->chunk, sizeof(process->chunk));
}

static void on_output(uv_stream_t *stream, ssize_t count, const uv_buf_t *chunk) {
  Process *process = stream->data;
  if (count < 0) {
    close_handle(stream);
    return;
  }
  bool is_error = stream == (uv_stream_t *)&process->err;
  Buffer *out = is_error ? &process->result.err : &process->result.out;
  buffer_append(out, chunk->base, (size_t)count);
  if (out->len <= PROCESS_OUTPUT_MAX) return;
  process->is_too_long = true;
  end_child(process, SIGKILL);
  close_handle(stream);
}

// Its input has been taken, or it does not want it: either way that was all.
static void on_written(uv_write_t *write, int status) {
  (void)status;
  Process *process = write->data;
  close_handle(&process->in);
}

static void open_pipe(Process *process, uv_pipe_t *pipe) {
  uv_pipe_init(loop_uv(process->loop), pipe, 0);
  pipe->data = process;
  process->open_count++;
}

static void feed(Process *process, const ProcessWish *wish) {
  if (!wish->input) {
    close_handle(&process->in);
    return;
  }
  process->input = memory_require(NULL, wish->input_len + 1);
  memcpy(process->input, wish->input, wish->input_len);
  uv_buf_t bytes = uv_buf_init(process->input, (unsigned)wish->input_len);
  process->write.data = process;
  if (uv_write(&process->write, (uv_stream_t *)&process->in, &bytes, 1, on_written) != 0) {
    close_handle(&process->in);
  }
}

// --- The start -----------------------------------------------------------------------------------

static void call_off(VM *vm, void *task) {
  (void)vm;
  Process *process = task;
  process->promise = NULL;
  loop_release(process->loop);
  outside_end(loop_outside(process->loop), &process->op);
  if (!process->is_real) {
    free_process(process);
    return;
  }
  end_child(process, SIGTERM);
  close_handle(&process->in);
  close_handle(&process->out);
  close_handle(&process->err);
}

void process_abandon(DLink *link) {
  Process *process = CONTAINER_OF(link, Process, link);
  bool is_real = process->is_real;
  if (process->promise) call_off(process->vm, process);
  if (is_real) close_handle(&process->child);
}

// libuv's error, or 0. In both cases the handles are open and to be closed.
static int spawn(Process *process, const ProcessWish *wish) {
  uv_stdio_container_t pipes[3] = {
      {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&process->in},
      {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&process->out},
      {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&process->err}};
  uv_process_options_t options = {.file = wish->args[0],
                                  .args = wish->args,
                                  .cwd = wish->folder,
                                  .env = wish->environment,
                                  .exit_cb = on_child_exit,
                                  .stdio = pipes,
                                  .stdio_count = 3};
  open_pipe(process, &process->in);
  open_pipe(process, &process->out);
  open_pipe(process, &process->err);
  int error = uv_spawn(loop_uv(process->loop), &process->child, &options);
  process->child.data = process;
  process->open_count++;
  process->is_running = error == 0;
  return error;
}

static void start(Process *process, const ProcessWish *wish) {
  feed(process, wish);
  uv_read_start((uv_stream_t *)&process->out, lend_chunk, on_output);
  uv_read_start((uv_stream_t *)&process->err, lend_chunk, on_output);
}

// Its handles are open all the same, and closing the last settles the promise.
static void fail(Process *process, int error) {
  process->error = error;
  close_handle(&process->in);
  close_handle(&process->out);
  close_handle(&process->err);
  close_handle(&process->child);
}

// False: a recording will answer.
static bool begin(Process *process, const ProcessWish *wish) {
  Outside *outside = loop_outside(process->loop);
  process->op.answer = on_recorded;
  process->op.context = process;
  if (!outside) return true;
  Buffer details = {0};
  for (char **arg = wish->args; *arg; arg++) journal_put_text(&details, *arg, strlen(*arg));
  journal_put_text(&details, wish->input ? wish->input : "", wish->input_len);
  OutsideWish asked = {"runs the program", wish->args[0], details.bytes, details.len};
  bool is_real = outside_begin(outside, &process->op, &asked);
  buffer_free(&details);
  return is_real;
}

static Process *make_process(VM *vm, Promise *promise, const ProcessWish *wish) {
  Loop *loop = loop_of(vm);
  if (!loop) return NULL;
  Process *process = memory_require(NULL, sizeof(Process));
  memset(process, 0, offsetof(Process, chunk));
  process->vm = vm;
  process->loop = loop;
  process->promise = promise;
  process->deliver = wish->deliver;
  process->program = memory_require(NULL, strlen(wish->args[0]) + 1);
  strcpy(process->program, wish->args[0]);
  if (errand_attach(vm, promise, process, call_off)) return process;
  free(process->program);
  free(process);
  return NULL;
}

Promise *process_run(VM *vm, const ProcessWish *wish) {
  Promise *promise = promise_new(vm);
  if (!promise) return NULL;
  vm_push_root(vm, value_object(promise));
  Process *process = make_process(vm, promise, wish);
  if (process) {
    dlist_append(loop_processes(process->loop), &process->link);
    loop_retain(process->loop);
    process->is_real = begin(process, wish);
    int error = process->is_real ? spawn(process, wish) : 0;
    if (error != 0)
      fail(process, -error);
    else if (process->is_real)
      start(process, wish);
  }
  vm_pop_roots(vm, 1);
  return process ? promise : NULL;
}
