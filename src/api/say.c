// SPDX-License-Identifier: MIT
// say.c - what the runtime says to people, on stderr
#include "api/say.h"

#include "source/excerpt.h"
#include "object/list.h"
#include "vm/trace.h"
#include <stdarg.h>
#include <string.h>

bool say_wants_color(const Stdio *stdio, int color) {
  return color < 0 ? stdio_error_is_terminal(stdio) : color > 0;
}

static void add_error_word(Buffer *out, bool color) {
  buffer_text(out, color ? "\033[1;31merror\033[0m\033[1m: \033[0m" : "error: ");
}

static void send(Stdio *stdio, Buffer *out) {
  stdio_write_error(stdio, out->bytes, out->len);
  buffer_free(out);
}

void say_plain(Stdio *stdio, int color, const char *format, ...) {
  Buffer out = {0};
  va_list args;
  va_start(args, format);
  add_error_word(&out, say_wants_color(stdio, color));
  buffer_vprintf(&out, format, args);
  buffer_byte(&out, '\n');
  va_end(args);
  send(stdio, &out);
}

void say_note(Stdio *stdio, const char *format, ...) {
  Buffer out = {0};
  va_list args;
  va_start(args, format);
  buffer_text(&out, "note: ");
  buffer_vprintf(&out, format, args);
  buffer_byte(&out, '\n');
  va_end(args);
  send(stdio, &out);
}

void say_diagnostics(Stdio *stdio, int color, Diags *diags) {
  Buffer out = {0};
  excerpt_diags(&out, diags, say_wants_color(stdio, color));
  send(stdio, &out);
}

// The innermost frame that has a place in a file: natives have none.
static bool find_place(const Error *error, TracePlace *place) {
  for (uint32_t i = 0; i < error->trace_count; i++) {
    if (error->trace[i].mark != TRACE_FRAME) return false;
    if (trace_place(&error->trace[i], place) && place->line) return true;
  }
  return false;
}

// "Panic" says nothing that "error" does not.
static bool is_plain_kind(const Error *error) {
  return strcmp(error->kind->bytes, "Panic") == 0 || strcmp(error->kind->bytes, "Error") == 0;
}

static void add_kind_and_message(Buffer *out, const Error *error) {
  if (!is_plain_kind(error)) buffer_printf(out, "%s: ", error->kind->bytes);
  buffer_append(out, error->message->bytes, error->message->len);
  buffer_byte(out, '\n');
}

// What deferred calls have raised while the error was on its way.
static void add_later_errors(Buffer *out, const Error *error) {
  if (!(error->obj.flags & ERROR_HAS_LATER)) return;
  const List *list = value_as_list(error->details);
  for (uint32_t i = 0; i < list->count; i++) {
    const Error *later = (const Error *)value_as_object(list->items[i]);
    buffer_text(out, "  then a deferred call failed too: ");
    add_kind_and_message(out, later);
    trace_print(out, later);
  }
}

// What an AggregateError is made of, each with its own trace.
#define CAUSES_SHOWN 5

static void add_causes(Buffer *out, const Error *error) {
  bool is_aggregate = strcmp(error->kind->bytes, "AggregateError") == 0;
  if (!is_aggregate || !value_is_list(error->details)) return;
  const List *list = value_as_list(error->details);
  for (uint32_t i = 0; i < list->count && i < CAUSES_SHOWN; i++) {
    if (!value_is_kind(list->items[i], KIND_ERROR)) return;
    const Error *cause = (const Error *)value_as_object(list->items[i]);
    buffer_printf(out, "  %u. ", i + 1);
    add_kind_and_message(out, cause);
    trace_print(out, cause);
  }
  if (list->count > CAUSES_SHOWN)
    buffer_printf(out, "  ... %u more\n", list->count - CAUSES_SHOWN);
}

static void add_place(Buffer *out, const ModuleGraph *graph, const TracePlace *place,
                      bool coloured) {
  const Source *source = module_graph_source(graph, place->path);
  if (source) {
    excerpt_show(out, source, (Span){place->line->start, place->line->end}, coloured);
  } else {
    buffer_printf(out, "  --> %s:%u:%u\n", place->path, place->line->line, place->line->column);
  }
}

void say_error(Stdio *stdio, int color, const ModuleGraph *graph, const Error *error,
               const char *headline) {
  Buffer out = {0};
  bool coloured = say_wants_color(stdio, color);
  add_error_word(&out, coloured);
  if (headline) buffer_printf(&out, "%s: ", headline);
  add_kind_and_message(&out, error);
  TracePlace place;
  if (find_place(error, &place)) add_place(&out, graph, &place, coloured);
  trace_print(&out, error);
  add_causes(&out, error);
  add_later_errors(&out, error);
  send(stdio, &out);
}

void say_deadlock(Stdio *stdio, int color, const ModuleGraph *graph, const TracePlace *place,
                  const Buffer *report) {
  Buffer out = {0};
  bool coloured = say_wants_color(stdio, color);
  buffer_text(&out, coloured ? "\033[1;31mdeadlock\033[0m\033[1m: " : "deadlock: ");
  buffer_text(&out, "the main program waits and nothing can wake it\n");
  if (coloured) buffer_text(&out, "\033[0m");
  if (place && place->line) add_place(&out, graph, place, coloured);
  buffer_append(&out, report->bytes, report->len);
  send(stdio, &out);
}

// --- Replays -------------------------------------------------------------------------------------

typedef struct Line {
  const char *bytes;
  int len; // at most what is shown
} Line;

static Line line_at(const Buffer *text, size_t start) {
  if (start >= text->len) return (Line){"(the end of the file)", 21};
  const char *bytes = text->bytes + start;
  const char *end = memchr(bytes, '\n', text->len - start);
  size_t len = end ? (size_t)(end - bytes) : text->len - start;
  return (Line){bytes, len < 120 ? (int)len : 120};
}

bool say_if_changed(Stdio *stdio, int color, const char *path, const Buffer *recorded,
                    const Buffer *now) {
  size_t least = recorded->len < now->len ? recorded->len : now->len;
  size_t start = 0; // of the line
  size_t at = 0;
  uint32_t number = 1;
  while (at < least && recorded->bytes[at] == now->bytes[at]) {
    if (recorded->bytes[at++] != '\n') continue;
    start = at;
    number++;
  }
  if (at == least && recorded->len == now->len) return true;
  Line was = line_at(recorded, start);
  Line is = line_at(now, start);
  say_plain(stdio, color,
            "%s has changed since the run was recorded, first in line %u\n"
            "  recorded: %.*s\n"
            "  now:      %.*s\n"
            "  = help: --recorded replays the recorded text, --edited the file as it is now, as far "
            "as it does the same",
            path, number, was.len, was.bytes, is.len, is.bytes);
  return false;
}

static void add_stopped_place(Buffer *out, const ModuleGraph *graph,
                              const OutsideStopped *stopped, bool color) {
  if (!stopped->path) return;
  LineEntry line = {.line = stopped->line, .column = stopped->column,
                    .start = stopped->start, .end = stopped->end};
  add_place(out, graph, &(TracePlace){.path = stopped->path, .line = &line}, color);
}

void say_stopped(Stdio *stdio, int color, const ModuleGraph *graph,
                 const OutsideStopped *stopped) {
  Buffer out = {0};
  bool coloured = say_wants_color(stdio, color);
  unsigned long long step = stopped->step;
  add_error_word(&out, coloured);
  switch (stopped->why) {
  case OUTSIDE_DIVERGED:
    buffer_printf(&out, "the replay does not fit the recording from step %llu on\n", step);
    buffer_printf(&out, "  recorded: %s\n", stopped->recorded.bytes);
    buffer_printf(&out, "  now:      %s\n", stopped->happened.bytes);
    break;
  case OUTSIDE_DAMAGED:
    buffer_printf(&out, "the recording is damaged: step %llu cannot be read\n", step);
    break;
  default:
    buffer_printf(&out, "the recording ends here, behind step %llu; the run was not recorded to its "
                        "end\n", step - 1);
  }
  add_stopped_place(&out, graph, stopped, coloured);
  send(stdio, &out);
}
