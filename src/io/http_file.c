// SPDX-License-Identifier: MIT
// http_file.c - a file as the answer to an exchange
//
//   look:   open and ask, from the system's memory or else on a thread
//   answer: conditions and ranges; what has no body or a small one is answered at once
//   pump:   read a piece, write it, and again, until there is no room; on_room goes on
//
// For the program all of this is one step, whose outcome is recorded: a replay touches no file.
#include "io/http_file.h"

#include "base/memory.h"
#include "io/beneath.h"
#include "io/http_condition.h"
#include "io/http_journal.h"
#include "io/http_listing.h"
#include "io/http_reply.h"
#include "io/io_private.h"
#include "io/media_type.h"
#include "io/url.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PIECE_SIZE (64 * 1024)
#define PIECES_MAX 16 // read in a row before the others get their turn

typedef enum Stage { STAGE_LOOKING, STAGE_LISTING, STAGE_READING } Stage;

struct HttpFile {
  Loop *loop;
  HttpExchange *exchange; // NULL: given back
  HttpFileDone done;
  void *context;
  Buffer root, path; // path: without a slash in front, zero-terminated
  HttpHeaders headers;
  bool lists;
  bool is_named;
  bool asks_folder; // the path ended in a slash
  bool is_index;    // the index of a folder is looked for
  bool is_over;     // `done` was called, or will not be
  bool is_starting; // within http_file_start
  bool is_working;  // a thread has it
  int answered;     // the status that was sent
  Stage stage;      // what the thread does
  BeneathStatus status;
  int error;
  int fd; // -1: none
  struct stat stat;
  Buffer listing, shown; // shown: the path as it was asked for
  char *piece;
  ssize_t piece_len; // what the thread has read
  int64_t at, left;  // in the file
  int64_t sent;
  uv_work_t work;
  OutsideOp op;
};

// --- Ending --------------------------------------------------------------------------------------

static void free_file(HttpFile *file) {
  loop_release(file->loop);
  if (file->fd >= 0) close(file->fd);
  buffer_free(&file->root);
  buffer_free(&file->path);
  buffer_free(&file->listing);
  buffer_free(&file->shown);
  http_message_free_headers(&file->headers);
  free(file->piece);
  free(file);
}

// What a thread works on it frees when that is done.
static void let_go(HttpFile *file) {
  outside_end(loop_outside(file->loop), &file->op);
  file->is_over = true;
  if (!file->is_working && !file->is_starting) free_file(file);
}

static void give_back(HttpFile *file) {
  if (!file->exchange) return;
  file->exchange->on_gone = file->exchange->on_room = NULL;
  file->exchange->is_inner = false;
  file->exchange = NULL;
}

void http_file_cancel(HttpFile *file) {
  give_back(file);
  let_go(file);
}

static void record(HttpFile *file, const HttpFileResult *result) {
  Outside *outside = loop_outside(file->loop);
  if (!outside_is_recording(outside)) return;
  Buffer note = {0};
  journal_put_number(&note, result->outcome);
  journal_put_number(&note, (uint64_t)result->status);
  journal_put_signed(&note, result->sent);
  journal_put_text(&note, result->reason, strlen(result->reason));
  outside_event(outside, &file->op, &note);
  buffer_free(&note);
}

static void finish(HttpFile *file, HttpFileOutcome outcome, int status, const char *reason) {
  HttpFileResult result = {outcome, status, file->sent, reason};
  give_back(file);
  record(file, &result);
  file->done(file->context, &result);
  let_go(file);
}

static void fail(HttpFile *file, int error) {
  finish(file, HTTP_FILE_FAILED, 500, strerror(error));
}

// --- On a thread ---------------------------------------------------------------------------------

static void look(HttpFile *file, bool is_cached) {
  file->status =
      beneath_open(file->root.bytes, file->path.bytes, is_cached, &file->fd, &file->stat);
  file->error = errno;
}

static void read_piece(HttpFile *file, int flags) {
  struct iovec into = {file->piece,
                       file->left < PIECE_SIZE ? (size_t)file->left : (size_t)PIECE_SIZE};
  do {
    file->piece_len = preadv2(file->fd, &into, 1, file->at, flags);
  } while (file->piece_len < 0 && errno == EINTR);
  file->error = errno;
}

static void print_listing(HttpFile *file) {
  bool ok = http_listing_print(&file->listing, file->fd, file->shown.bytes, file->path.len > 0);
  file->error = ok ? 0 : errno;
  file->fd = -1; // closed by it
}

static void run_on_thread(uv_work_t *work) {
  HttpFile *file = CONTAINER_OF(work, HttpFile, work);
  switch (file->stage) {
  case STAGE_LOOKING: look(file, false); break;
  case STAGE_LISTING: print_listing(file); break;
  case STAGE_READING: read_piece(file, 0); break;
  }
}

static void go_on(HttpFile *file);

static void on_thread_done(uv_work_t *work, int status) {
  (void)status;
  HttpFile *file = CONTAINER_OF(work, HttpFile, work);
  file->is_working = false;
  if (file->is_over)
    free_file(file);
  else
    go_on(file);
}

static void start_thread(HttpFile *file, Stage stage) {
  file->stage = stage;
  file->is_working = true;
  uv_queue_work(loop_uv(file->loop), &file->work, run_on_thread, on_thread_done);
}

// --- The pump ------------------------------------------------------------------------------------

// False: the file has become shorter.
static bool take_piece(HttpFile *file) {
  if (file->piece_len <= 0) return false;
  http_reply_write(file->exchange, file->piece, (size_t)file->piece_len);
  file->at += file->piece_len;
  file->left -= file->piece_len;
  file->sent += file->piece_len;
  return true;
}

static void end_pump(HttpFile *file) {
  HttpExchange *exchange = file->exchange;
  give_back(file);
  http_reply_end(exchange); // with bytes missing it closes the connection
  finish(file, HTTP_FILE_SENT, file->answered, "");
}

static void pump(HttpFile *file) {
  for (int pieces = 0; file->left > 0; pieces++) {
    if (!http_reply_has_room(file->exchange)) return; // on_room or on_gone follows
    if (pieces == PIECES_MAX) {
      start_thread(file, STAGE_READING);
      return;
    }
    read_piece(file, RWF_NOWAIT);
    if (file->piece_len < 0) { // not in memory, or the file system cannot tell
      start_thread(file, STAGE_READING);
      return;
    }
    if (!take_piece(file)) break;
  }
  end_pump(file);
}

static void on_room(HttpExchange *exchange) {
  HttpFile *file = exchange->handler;
  if (!file->is_working) pump(file);
}

static void on_gone(HttpExchange *exchange) {
  HttpFile *file = exchange->handler;
  give_back(file);
  http_connection_drop(exchange);
  finish(file, HTTP_FILE_GONE, 0, "");
}

// --- The answer ----------------------------------------------------------------------------------

static void add(HttpFile *file, const char *name, const char *format, ...) {
  Buffer value = {0};
  va_list args;
  va_start(args, format);
  buffer_vprintf(&value, format, args);
  va_end(args);
  if (!http_message_header(&file->headers, name)) {
    http_message_add_header(&file->headers, name, strlen(name), value.bytes, value.len);
  }
  buffer_free(&value);
}

// The whole answer at once.
static void answer(HttpFile *file, int status, const char *body, size_t len) {
  HttpExchange *exchange = file->exchange;
  if (!http_reply_is_bodiless(exchange, status)) file->sent = (int64_t)len;
  give_back(file);
  http_reply_send(exchange, status, &file->headers, body, len);
  finish(file, HTTP_FILE_SENT, status, "");
}

// Like `answer`, but what the client would have got is a file's: HEAD says how long it is.
static void begin(HttpFile *file, int status, int64_t len) {
  http_reply_begin(file->exchange, status, &file->headers, len);
  file->left = len;
  file->answered = status;
  if (http_reply_is_bodiless(file->exchange, status)) {
    file->left = 0;
    end_pump(file);
    return;
  }
  pump(file);
}

// A small file that is in memory goes out with its head.
static bool answer_small(HttpFile *file, int status, int64_t len) {
  if (len > PIECE_SIZE || file->exchange->is_head) return false;
  file->left = len;
  file->piece_len = 0;
  if (len > 0) read_piece(file, RWF_NOWAIT);
  if (file->piece_len != len) return false;
  answer(file, status, file->piece, (size_t)len);
  return true;
}

static void answer_file(HttpFile *file) {
  char date[HTTP_DATE_SIZE];
  char tag[48];
  int64_t ns = (int64_t)file->stat.st_mtim.tv_sec * 1000000000 + file->stat.st_mtim.tv_nsec;
  snprintf(tag, sizeof(tag), "\"%llx-%llx\"", (unsigned long long)ns,
           (unsigned long long)file->stat.st_size);
  HttpVersion version = {tag, file->stat.st_mtim.tv_sec, file->stat.st_size};
  struct tm parts;
  gmtime_r(&file->stat.st_mtim.tv_sec, &parts);
  http_message_print_date(date, &parts);
  const HttpHeaders *request = &file->exchange->headers;
  HttpCondition condition = http_condition_check(request, &version);
  HttpRangeKind kind = http_condition_range(request, &version, &file->at, &file->left);
  add(file, "etag", "%s", tag);
  add(file, "last-modified", "%s", date);
  if (condition != HTTP_CONDITION_MET) {
    answer(file, condition == HTTP_CONDITION_UNCHANGED ? 304 : 412, "", 0);
    return;
  }
  add(file, "accept-ranges", "bytes");
  if (kind == HTTP_RANGE_NONE) {
    add(file, "content-range", "bytes */%lld", (long long)version.size);
    answer(file, 416, "", 0);
    return;
  }
  add(file, "content-type", "%s", media_type_of(file->path.bytes, file->path.len));
  if (kind == HTTP_RANGE_PART) {
    add(file, "content-range", "bytes %lld-%lld/%lld", (long long)file->at,
        (long long)(file->at + file->left - 1), (long long)version.size);
  }
  int64_t len = file->left;
  int status = kind == HTTP_RANGE_PART ? 206 : 200;
  file->piece = memory_require(NULL, len < PIECE_SIZE ? (size_t)len + 1 : (size_t)PIECE_SIZE);
  if (!answer_small(file, status, len)) begin(file, status, len);
}

// --- Folders -------------------------------------------------------------------------------------

// To the same address with a slash. Relative, so that no address can be made that leads elsewhere.
static void redirect(HttpFile *file) {
  UrlPart query = {0};
  Url url;
  const char *problem;
  const char *target = file->exchange->target.bytes;
  if (url_parse(target, file->exchange->target.len, &url, &problem)) query = url.query;
  const char *slash = strrchr(file->path.bytes, '/');
  const char *name = slash ? slash + 1 : file->path.bytes;
  Buffer location = {0};
  buffer_text(&location, "./");
  url_encode(&location, name, strlen(name));
  buffer_byte(&location, '/');
  if (query.len > 0) buffer_printf(&location, "?%.*s", (int)query.len, query.bytes);
  add(file, "location", "%s", location.bytes);
  buffer_free(&location);
  answer(file, 301, "", 0);
}

static void zero_terminate(Buffer *text) {
  buffer_byte(text, '\0');
  text->len--;
}

static void after_look(HttpFile *file);

// Its index is looked for next.
static void enter_folder(HttpFile *file) {
  close(file->fd);
  file->fd = -1;
  if (!file->asks_folder && file->path.len > 0) {
    redirect(file);
    return;
  }
  buffer_text(&file->path, file->path.len > 0 ? "/index.html" : "index.html");
  zero_terminate(&file->path);
  file->is_index = true;
  look(file, true);
  after_look(file);
}

static void list_folder(HttpFile *file) {
  file->path.len -= strlen("index.html");
  if (file->path.len > 0) file->path.len--;
  zero_terminate(&file->path);
  file->lists = false;
  file->status = beneath_open(file->root.bytes, file->path.bytes, false, &file->fd, &file->stat);
  if (file->status != BENEATH_OPEN || !S_ISDIR(file->stat.st_mode)) {
    finish(file, HTTP_FILE_MISSING, 404, "");
    return;
  }
  const Buffer *target = &file->exchange->target;
  url_decode(&file->shown, target->bytes, strcspn(target->bytes, "?#"), false);
  start_thread(file, STAGE_LISTING);
}

static void answer_listing(HttpFile *file) {
  if (file->error != 0) {
    fail(file, file->error);
    return;
  }
  add(file, "content-type", "text/html; charset=utf-8");
  answer(file, 200, file->listing.bytes, file->listing.len);
}

// --- From stage to stage -------------------------------------------------------------------------

static void after_look(HttpFile *file) {
  switch (file->status) {
  case BENEATH_MUST_ASK: start_thread(file, STAGE_LOOKING); return;
  case BENEATH_FAILED: fail(file, file->error); return;
  case BENEATH_REFUSED:
  case BENEATH_MISSING:
    if (file->is_index && file->lists)
      list_folder(file);
    else
      finish(file, HTTP_FILE_MISSING, 404, "");
    return;
  case BENEATH_OPEN: break;
  }
  bool is_folder = S_ISDIR(file->stat.st_mode);
  bool is_page = file->asks_folder && !is_folder && !file->is_index; // "page.html/" is none
  if (is_page || (is_folder && (file->is_index || file->is_named)))
    finish(file, HTTP_FILE_MISSING, 404, "");
  else if (is_folder)
    enter_folder(file);
  else
    answer_file(file);
}

static void go_on(HttpFile *file) {
  switch (file->stage) {
  case STAGE_LOOKING: after_look(file); break;
  case STAGE_LISTING: answer_listing(file); break;
  case STAGE_READING:
    if (take_piece(file))
      pump(file);
    else
      end_pump(file);
    break;
  }
}

// --- Starting ------------------------------------------------------------------------------------

// Cleans the path: no empty segments and no ".". False: it has what leads up or is hidden, or a
// zero.
static bool take_path(HttpFile *file, const char *path, size_t len) {
  for (size_t at = 0; at < len;) {
    const char *part = path + at;
    const char *slash = memchr(part, '/', len - at);
    size_t part_len = slash ? (size_t)(slash - part) : len - at;
    at += part_len + 1;
    file->asks_folder = slash != NULL;
    if (part_len == 0) continue;
    bool is_up = part_len == 2 && part[0] == '.' && part[1] == '.';
    if (is_up || memchr(part, '\0', part_len)) return false;
    if (part_len == 1 && part[0] == '.') continue;
    if (!file->is_named && !http_listing_is_public(part, part_len)) return false;
    if (file->path.len > 0) buffer_byte(&file->path, '/');
    buffer_append(&file->path, part, part_len);
  }
  if (file->path.len == 0) file->asks_folder = true;
  return true;
}

static void on_replayed(void *context, JournalCursor *recorded) {
  HttpFile *file = context;
  HttpFileResult result = {.outcome = (HttpFileOutcome)journal_get_number(recorded)};
  result.status = (int)(journal_get_number(recorded) & 0xffff);
  file->sent = result.sent = journal_get_signed(recorded);
  JournalText reason = journal_get_text(recorded);
  Buffer text = {0};
  buffer_append(&text, reason.bytes, reason.len);
  zero_terminate(&text);
  if (result.outcome > HTTP_FILE_GONE) recorded->is_bad = true;
  HttpExchange *exchange = file->exchange;
  bool is_over = result.outcome == HTTP_FILE_SENT || result.outcome == HTTP_FILE_GONE;
  give_back(file);
  if (is_over) http_connection_drop(exchange);
  finish(file, recorded->is_bad ? HTTP_FILE_FAILED : result.outcome, result.status, text.bytes);
  buffer_free(&text);
}

static HttpFile *make_file(Loop *loop, HttpExchange *exchange, const HttpFileWish *wish,
                           HttpFileDone done, void *context) {
  HttpFile *file = memory_require(NULL, sizeof(HttpFile));
  *file = (HttpFile){.loop = loop,
                     .exchange = exchange,
                     .done = done,
                     .context = context,
                     .lists = wish->lists,
                     .is_named = wish->is_named,
                     .fd = -1};
  buffer_text(&file->root, wish->root);
  zero_terminate(&file->root);
  size_t position = 0;
  const char *name;
  const char *value;
  while (wish->headers && http_message_next_header(wish->headers, &position, &name, &value)) {
    http_message_add_header(&file->headers, name, strlen(name), value, strlen(value));
  }
  exchange->handler = file;
  exchange->on_gone = on_gone;
  exchange->on_room = on_room;
  exchange->is_inner = true;
  loop_retain(loop);
  return file;
}

HttpFile *http_file_start(Loop *loop, HttpExchange *exchange, const HttpFileWish *wish,
                          HttpFileDone done, void *context) {
  Outside *outside = loop_outside(loop);
  HttpFile *file = make_file(loop, exchange, wish, done, context);
  OutsideWish said = {"sends the file", wish->path, wish->root, strlen(wish->root)};
  file->op.answer = on_replayed;
  file->op.context = file;
  if (!outside_begin(outside, &file->op, &said)) {
    return outside_answers_at_once(outside, &file->op) ? NULL : file;
  }
  bool is_good = take_path(file, wish->path, wish->path_len);
  zero_terminate(&file->path);
  file->is_starting = true;
  bool is_read = strcmp(exchange->method, "GET") == 0 || exchange->is_head;
  if (!is_read) {
    add(file, "allow", "GET, HEAD");
    answer(file, 405, "", 0);
  } else if (!is_good) {
    finish(file, HTTP_FILE_MISSING, 404, "");
  } else {
    look(file, true);
    after_look(file);
  }
  file->is_starting = false;
  if (!file->is_over) return file;
  free_file(file);
  return NULL;
}
