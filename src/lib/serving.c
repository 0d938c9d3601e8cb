// SPDX-License-Identifier: MIT
// serving.c - the requests of a script's server: each with a fiber, an answer and a client
#include "lib/serving.h"

#include "base/memory.h"
#include "io/http_reply.h"
#include "lib/lib_private.h"
#include "lib/serve_request.h"
#include "sched/cancel.h"
#include "sched/outside.h"
#include "sched/wait.h"
#include "vm/trace.h"

#include <stdlib.h>
#include <string.h>

// Written in a row before the others get their turn, also if the client takes all of it at once.
#define PIECES_MAX 64

struct Serving {
  DLink link;             // in the state's list, until it is answered
  HttpExchange *exchange; // NULL: answered, or the client has gone
  Served *served;
  External *external;         // this object's own; NULL: collected
  Promise *room;              // for whoever waits until there is; kept by serving_mark
  Promise *handled;           // of the fiber that works for the exchange, which can end it as long as the
                              // client is there; the same
  HttpFile *file;             // is being sent
  HttpHeaders stream_headers; // of a stream that has not begun
  int stream_status;
  uint32_t pieces; // written in a row
  const char *method;
  int64_t begun_ns; // 0 unless somebody counts
  bool is_failing;  // somebody is asked what to answer to a failure
};

static ServerState *state_of(VM *vm) {
  return lib_of(vm)->http_server;
}

void serving_let_go(Served *served) {
  if (--served->holders == 0) free(served);
}

// --- Life ----------------------------------------------------------------------------------------

void serving_mark(Heap *heap, const ServerState *state) {
  for (DLink *link = state->servings.next; link != &state->servings; link = link->next) {
    const Serving *serving = CONTAINER_OF(link, Serving, link);
    heap_mark(heap, (Obj *)serving->room);
    heap_mark(heap, (Obj *)serving->handled);
  }
}

// The exchange is nobody's affair any more.
static HttpExchange *take_exchange(Serving *serving) {
  HttpExchange *exchange = serving->exchange;
  serving->exchange = NULL;
  serving->room = serving->handled = NULL; // nobody marks them from now on
  exchange->handler = NULL;
  exchange->on_gone = exchange->on_room = NULL;
  dlist_unlink(&serving->link);
  return exchange;
}

static void free_serving(Serving *serving) {
  http_message_free_headers(&serving->stream_headers);
  serving_let_go(serving->served);
  free(serving);
}

static void release(void *pointer) {
  Serving *serving = pointer;
  serving->external = NULL;
  if (serving->file) return; // http_file.c has the exchange, and gives it back
  if (serving->exchange) http_connection_drop(take_exchange(serving));
  free_serving(serving);
}

void serving_abandon(ServerState *state) {
  while (!dlist_is_empty(&state->servings)) {
    Serving *serving = CONTAINER_OF(state->servings.next, Serving, link);
    if (serving->file) http_file_cancel(serving->file);
    serving->file = NULL;
    http_connection_drop(take_exchange(serving));
    if (!serving->external) free_serving(serving);
  }
}

Serving *serving_of(VM *vm, const Table *table) {
  Value held = vm_get_field(vm, table, SERVING_FIELD);
  if (!value_is_kind(held, KIND_EXTERNAL)) return NULL;
  External *external = (External *)value_as_object(held);
  return external->release == release ? external->pointer : NULL;
}

HttpExchange *serving_exchange(const Serving *serving) {
  return serving->exchange;
}

// --- Answers -------------------------------------------------------------------------------------

static void note(VM *vm, const HttpExchange *exchange, const char *what, int status,
                 const char *bytes, size_t len) {
  Outside *outside = sched_outside(sched_of(vm));
  if (!outside) return;
  Buffer subject = {0};
  buffer_printf(&subject, "%s %.*s", exchange->method, (int)exchange->target.len,
                exchange->target.bytes ? exchange->target.bytes : "");
  if (status > 0) buffer_printf(&subject, " with %d", status);
  outside_deed(outside, &(OutsideWish){what, subject.bytes, bytes, len});
  buffer_free(&subject);
}

static void count(Serving *serving, int status, int64_t sent) {
  const ServedHooks *hooks = serving->served->hooks;
  if (hooks) hooks->answered(serving->served->vm, serving->method, status, sent, serving->begun_ns);
}

static void add_headers(Serving *serving, HttpHeaders *headers) {
  const ServedHooks *hooks = serving->served->hooks;
  if (hooks) hooks->add_headers(serving->served->vm, serving->exchange, headers);
}

// What is answered is a step of a recorded run, whoever may still be there to hear it.
static void send_whole(Serving *serving, ServeReply *reply) {
  size_t len;
  const char *bytes = serve_reply_finish(reply, &len);
  add_headers(serving, &reply->headers);
  HttpExchange *exchange = take_exchange(serving);
  note(serving->served->vm, exchange, "answers", reply->status, bytes, len);
  count(serving, reply->status, (int64_t)len);
  http_reply_send(exchange, reply->status, &reply->headers, bytes, len);
}

static void send_error(Serving *serving, int status, const char *message) {
  const ServedHooks *hooks = serving->served->hooks;
  ServeReply reply = {.status = status, .type = "text/plain; charset=utf-8"};
  if (hooks && status != 500) {
    hooks->print_error(&reply.text, status, message);
    reply.type = "application/json";
  } else {
    buffer_text(&reply.text, message);
  }
  send_whole(serving, &reply);
  serve_reply_free(&reply);
}

// The message for the client; the trace for whoever runs the server, if it is the server's fault.
static void report_failure(Serving *serving, const Error *error) {
  VM *vm = serving->served->vm;
  HttpExchange *exchange = serving->exchange;
  int status = serve_reply_status_of(error);
  if (status >= 500) {
    Buffer out = {0};
    buffer_printf(&out, "error in the handler of %s %.*s: %s: %s\n", exchange->method,
                  (int)exchange->target.len, exchange->target.bytes ? exchange->target.bytes : "",
                  error->kind->bytes, error->message->bytes);
    trace_print(&out, error);
    stdio_write_error(lib_of(vm)->options.stdio, out.bytes, out.len);
    buffer_free(&out);
  }
  if (http_reply_has_begun(exchange))
    http_connection_drop(take_exchange(serving)); // the client must not take it for the whole
  else
    send_error(serving, status, error->message->bytes);
}

static void fail(Serving *serving, Value raised);

// --- Files ---------------------------------------------------------------------------------------

static void on_file_done(void *context, const HttpFileResult *result) {
  Serving *serving = context;
  HttpExchange *exchange = serving->exchange;
  serving->file = NULL;
  bool is_over = result->outcome == HTTP_FILE_SENT || result->outcome == HTTP_FILE_GONE;
  if (is_over) {
    serving->exchange = NULL;
    dlist_unlink(&serving->link);
    if (result->outcome == HTTP_FILE_SENT) count(serving, result->status, result->sent);
  } else if (result->outcome == HTTP_FILE_MISSING) {
    Buffer message = {0};
    buffer_printf(&message, "there is no %.*s", (int)exchange->target.len, exchange->target.bytes);
    send_error(serving, 404, message.bytes);
    buffer_free(&message);
  } else {
    send_error(serving, 500, result->reason);
  }
  if (!serving->external) free_serving(serving);
}

static void send_file(Serving *serving, ServeReply *reply) {
  VM *vm = serving->served->vm;
  const char *path = reply->file->bytes;
  const char *slash = strrchr(path, '/');
  Buffer root = {0};
  HttpFileWish wish = {.headers = &reply->headers, .lists = true};
  if (reply->root) {
    buffer_text(&root, reply->root->bytes);
    wish.path = path;
    wish.path_len = reply->file->len;
  } else { // a file that the program has named
    buffer_append(&root, path, slash ? (size_t)(slash - path) + 1 : 0);
    if (!slash) buffer_text(&root, ".");
    wish.path = slash ? slash + 1 : path;
    wish.path_len = strlen(wish.path);
    wish.is_named = true;
  }
  wish.root = root.bytes;
  Loop *loop = loop_of(vm);
  add_headers(serving, &reply->headers);
  HttpFile *file = http_file_start(loop, serving->exchange, &wish, on_file_done, serving);
  if (file) serving->file = file; // else on_file_done was called, and may have freed it
  buffer_free(&root);
}

// --- Cancelling ----------------------------------------------------------------------------------

// The fiber that works for the exchange.
static void cancel_handler(VM *vm, Promise *handled, const char *why) {
  if (!handled) return;
  vm_push_root(vm, value_object(handled));
  Error *cause = cancel_cause(vm, "%s", why);
  vm_push_root(vm, value_object(cause));
  cancel_promise(vm, handled, cause, CANCEL_CALL);
  vm_pop_roots(vm, 2);
}

static void on_gone(HttpExchange *exchange) {
  Serving *serving = exchange->handler;
  VM *vm = serving->served->vm;
  Promise *handled = serving->handled;
  vm_push_root(vm, value_object(serving->external));
  http_connection_drop(take_exchange(serving));
  cancel_handler(vm, handled, "the client has gone");
  vm_pop_roots(vm, 1);
}

// --- Streams -------------------------------------------------------------------------------------

bool serving_has_begun(const Serving *serving) {
  return serving->exchange && http_reply_has_begun(serving->exchange);
}

static void on_room(HttpExchange *exchange) {
  Serving *serving = exchange->handler;
  Promise *room = serving->room;
  VM *vm = serving->served->vm;
  if (!room) return;
  vm_push_root(vm, value_object(room));
  serving->room = NULL;
  promise_fulfil(vm, room, VALUE_NULL);
  vm_pop_roots(vm, 1);
}

// Whether more can be written is the outside's to say.
static bool give_piece(Serving *serving, const char *bytes, size_t len) {
  VM *vm = serving->served->vm;
  Outside *outside = sched_outside(sched_of(vm));
  OutsideWish wish = {"writes to the client", serving->exchange->target.bytes, bytes, len};
  Buffer answer = {0};
  if (!outside_ask(outside, &wish, &answer)) {
    http_reply_write(serving->exchange, bytes, len);
    buffer_byte(&answer, http_reply_has_room(serving->exchange) ? 1 : 0);
    outside_tell(outside, &wish, &answer);
  }
  bool has_room = answer.len > 0 && answer.bytes[0] == 1;
  buffer_free(&answer);
  return has_room;
}

// Several fibers may write to one client.
static Promise *wait_for_room(Serving *serving) {
  if (!serving->room) serving->room = promise_new(serving->served->vm);
  return serving->room;
}

// To HEAD all has been said with the head. Who writes for ever would never hear of it, so it ends
// here.
static void end_bodiless(Serving *serving) {
  VM *vm = serving->served->vm;
  Promise *handled = serving->handled;
  HttpExchange *exchange = take_exchange(serving);
  note(vm, exchange, "ends the answer to", 0, "", 0);
  count(serving, serving->stream_status, 0);
  http_reply_end(exchange);
  cancel_handler(vm, handled, "the answer has no body");
}

bool serving_write(Serving *serving, ServeReply *reply, const char *bytes, size_t len,
                   Promise **wait) {
  VM *vm = serving->served->vm;
  *wait = NULL;
  if (!serving->exchange) {
    return vm_raise(vm, "ValueError", "the answer has been sent already, or the client has gone");
  }
  if (!http_reply_has_begun(serving->exchange)) {
    add_headers(serving, &reply->headers);
    http_reply_begin(serving->exchange, reply->status, &reply->headers, HTTP_REPLY_UNKNOWN);
    serving->stream_status = reply->status;
  }
  if (http_reply_is_bodiless(serving->exchange, serving->stream_status)) {
    end_bodiless(serving);
    return true;
  }
  bool has_room = give_piece(serving, bytes, len);
  if (has_room && ++serving->pieces < PIECES_MAX) return true;
  serving->pieces = 0;
  *wait = has_room ? timer_promise(vm, 0) : wait_for_room(serving);
  return *wait != NULL;
}

static Promise *done_already(VM *vm) {
  Promise *done = promise_new(vm);
  if (done) promise_fulfil(vm, done, VALUE_NULL);
  return done;
}

static NativeStatus write_stream(NativeCall *call) {
  External *external = (External *)value_as_object(call->args[0]);
  Serving *serving = external->pointer;
  Str *text;
  if (!args_str(call, 1, &text)) return NATIVE_FAILED;
  if (wait_is_cancelled(call->vm, vm_running(call->vm))) return NATIVE_FAILED;
  ServeReply reply = {.status = serving->stream_status, .headers = serving->stream_headers};
  Promise *wait;
  bool ok = serving_write(serving, &reply, text->bytes, text->len, &wait);
  serving->stream_headers = reply.headers;
  if (!ok) return NATIVE_FAILED;
  bool is_vint = serving->served->is_vint;
  if (!wait && is_vint) return native_return(call, VALUE_NULL);
  if (!wait) wait = done_already(call->vm);
  if (!wait) return NATIVE_FAILED;
  if (!is_vint) return native_return(call, value_object(wait));
  return lib_return_wait(promise_await_here(call->vm, wait, &call->result));
}

static const NativeRow luma_writer = {
    "HttpWriter", "write", "fn(text: String): Promise(Null)", write_stream, "", NULL, 0,
    NATIVE_LUMA};
static const NativeRow vint_writer = {
    "HttpWriter", "write", "fn(text: String): Null", write_stream, "", NULL, 0, NATIVE_VINT};

static bool make_writer(Serving *serving, Value *out) {
  Value receiver = value_object(serving->external);
  if (serving->served->is_vint) {
    return lib_bind(serving->served->vm, &vint_writer, "(vint write)", receiver, out);
  }
  return lib_bind(serving->served->vm, &luma_writer, "(luma write)", receiver, out);
}

// What has been written is the answer.
static void end_stream(Serving *serving) {
  VM *vm = serving->served->vm;
  HttpExchange *exchange = take_exchange(serving);
  note(vm, exchange, "ends the answer to", 0, "", 0);
  count(serving, serving->stream_status, 0);
  http_reply_end(exchange);
}

// --- The fiber -----------------------------------------------------------------------------------

typedef void (*Then)(VM *vm, Promise *settled, PromiseWatcher *watcher);

// A promise that watches the handler's and holds the exchange until then.
static bool watch(Serving *serving, Promise *handled, Then then) {
  VM *vm = serving->served->vm;
  Promise *watching = promise_new(vm);
  if (!watching) return false;
  promise_keep(vm, watching, (Obj *)serving->external);
  vm_push_root(vm, value_object(watching));
  bool ok = promise_watch(vm, handled, then, watching, 0);
  vm_pop_roots(vm, 1);
  return ok;
}

// Starts a fiber whose end is told to `then`. The External and the arguments must be rooted. False:
// raised.
static bool start_fiber(Serving *serving, Value function, const Value *args, uint32_t arg_count,
                        Then then) {
  VM *vm = serving->served->vm;
  Promise *promise = promise_new(vm);
  if (!promise) return false;
  vm_push_root(vm, value_object(promise));
  serving->handled = promise;
  bool ok = watch(serving, promise, then);
  Fiber *fiber = ok ? fiber_new(vm, function, args, arg_count) : NULL;
  vm_pop_roots(vm, 1);
  if (!fiber) return false;
  promise_give_fiber(vm, promise, fiber);
  wait_ready(vm, fiber);
  return true;
}

static void on_streamed(VM *vm, Promise *settled, PromiseWatcher *watcher) {
  (void)vm;
  Serving *serving = ((External *)promise_kept(watcher->target))->pointer;
  if (!serving->exchange) return;
  if (promise_state(settled) == PROMISE_REJECTED) {
    fail(serving, settled->value);
    return;
  }
  if (!http_reply_has_begun(serving->exchange)) { // it has written nothing
    http_reply_begin(serving->exchange, serving->stream_status, &serving->stream_headers,
                     HTTP_REPLY_UNKNOWN);
  }
  end_stream(serving);
}

// {stream = f}: f writes the answer, on a fiber of its own.
static bool start_stream(Serving *serving, ServeReply *reply) {
  VM *vm = serving->served->vm;
  Value writer;
  serving->stream_status = reply->status;
  serving->stream_headers = reply->headers;
  reply->headers = (HttpHeaders){0};
  vm_push_root(vm, reply->stream);
  bool ok = make_writer(serving, &writer);
  if (ok) {
    vm_push_root(vm, writer);
    ok = start_fiber(serving, reply->stream, &writer, 1, on_streamed);
    vm_pop_roots(vm, 1);
  }
  vm_pop_roots(vm, 1);
  return ok;
}

static void answer_value(Serving *serving, Value value) {
  Served *served = serving->served;
  if (http_reply_has_begun(serving->exchange)) {
    end_stream(serving);
    return;
  }
  ServeReplies replies = {served->vm, served->is_vint, state_of(served->vm)->file_type,
                          state_of(served->vm)->response_type};
  ServeReply reply = {0};
  bool ok = serve_reply_make(&replies, &reply, value);
  if (ok && reply.file) {
    send_file(serving, &reply);
  } else if (ok && !value_is_absent(reply.stream)) {
    ok = start_stream(serving, &reply);
  } else if (ok) {
    send_whole(serving, &reply);
  }
  serve_reply_free(&reply);
  if (!ok) fail(serving, vm_take_error(served->vm));
}

static void on_handled(VM *vm, Promise *settled, PromiseWatcher *watcher) {
  External *external = (External *)promise_kept(watcher->target);
  Serving *serving = external->pointer;
  if (!serving->exchange) return;
  vm_push_root(vm, value_object(external));
  if (promise_state(settled) == PROMISE_REJECTED)
    fail(serving, settled->value);
  else
    answer_value(serving, settled->value);
  vm_pop_roots(vm, 1);
}

// Who has a function for failures is asked once.
static bool ask_what_to_answer(Serving *serving, Value raised) {
  VM *vm = serving->served->vm;
  const ServedHooks *hooks = serving->served->hooks;
  if (!hooks || serving->is_failing || http_reply_has_begun(serving->exchange)) return false;
  Value args[2] = {raised, serving->external->held};
  Value function = hooks->recover(vm);
  if (value_is_null(function)) return false;
  serving->is_failing = true;
  bool ok = !value_is_absent(function) && start_fiber(serving, function, args, 2, on_handled);
  if (!ok) (void)vm_take_error(vm);
  return ok;
}

static void fail(Serving *serving, Value raised) {
  VM *vm = serving->served->vm;
  vm_push_root(vm, raised);
  if (!ask_what_to_answer(serving, raised)) {
    report_failure(serving, (const Error *)value_as_object(raised));
  }
  vm_pop_roots(vm, 1);
}

// --- Requests ------------------------------------------------------------------------------------

static External *make_external(Served *served, HttpExchange *exchange, Table *request) {
  VM *vm = served->vm;
  Str *name = vm_text(vm, "Exchange");
  if (!name) return NULL;
  Serving *serving = memory_require(NULL, sizeof(Serving));
  *serving = (Serving){.served = served};
  vm_push_root(vm, value_object(name));
  External *external = small_objects_external(vm_heap(vm), name, serving, release);
  vm_pop_roots(vm, 1);
  if (!external) {
    free(serving);
    vm_raise_memory(vm);
    return NULL;
  }
  heap_store(vm_heap(vm), external, &external->held, value_object(request));
  serving->external = external;
  serving->exchange = exchange;
  serving->method = exchange->method;
  if (served->hooks) serving->begun_ns = served->hooks->begin(vm);
  served->holders++;
  dlist_append(&state_of(vm)->servings, &serving->link);
  exchange->handler = serving;
  exchange->on_gone = on_gone;
  exchange->on_room = on_room;
  return external;
}

// Without memory for more there is still a word for the client.
static void refuse(Served *served, HttpExchange *exchange) {
  Serving serving = {.served = served, .exchange = exchange, .method = exchange->method};
  dlist_init(&serving.link);
  Value raised = vm_take_error(served->vm);
  vm_push_root(served->vm, raised);
  report_failure(&serving, (const Error *)value_as_object(raised));
  vm_pop_roots(served->vm, 1);
}

void serving_start(Served *served, HttpExchange *exchange) {
  VM *vm = served->vm;
  Table *request = serve_request_new(vm, state_of(vm)->request_shape, exchange);
  if (!request) {
    refuse(served, exchange);
    return;
  }
  vm_push_root(vm, value_object(request));
  External *external = make_external(served, exchange, request);
  if (external) {
    vm_push_root(vm, value_object(external));
    Value argument = value_object(request);
    serve_request_set_exchange(vm, request, value_object(external));
    bool ok = start_fiber(external->pointer, served->handler, &argument, 1, on_handled);
    if (!ok) fail(external->pointer, vm_take_error(vm));
    vm_pop_roots(vm, 1);
  } else {
    refuse(served, exchange);
  }
  vm_pop_roots(vm, 1);
}
