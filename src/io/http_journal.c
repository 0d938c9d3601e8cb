// SPDX-License-Identifier: MIT
// http_journal.c - answers and requests of HTTP as what a recording keeps
#include "io/http_journal.h"

#include <string.h>

static void put_buffer(Buffer *out, const Buffer *text) {
  journal_put_text(out, text->bytes, text->len);
}

static void get_buffer(JournalCursor *cursor, Buffer *text) {
  JournalText recorded = journal_get_text(cursor);
  buffer_append(text, recorded.bytes, recorded.len);
}

// Headers are read as pairs that end in zeros, so the last byte must be one.
static void get_headers(JournalCursor *cursor, HttpHeaders *headers) {
  JournalText recorded = journal_get_text(cursor);
  size_t zeros = 0;
  for (size_t i = 0; i < recorded.len; i++) zeros += recorded.bytes[i] == '\0';
  bool is_whole = recorded.len == 0 || (recorded.bytes[recorded.len - 1] == '\0' && zeros % 2 == 0);
  if (!is_whole) cursor->is_bad = true;
  if (is_whole && recorded.len > 0) buffer_append(&headers->text, recorded.bytes, recorded.len);
}

// False: the heap's limit is reached.
static bool get_body(JournalCursor *cursor, HttpBody *body) {
  JournalText recorded = journal_get_text(cursor);
  return recorded.len == 0 || http_message_append(body, recorded.bytes, recorded.len);
}

// --- Answers -------------------------------------------------------------------------------------

void http_journal_put_answer(Buffer *out, const HttpAnswer *answer) {
  journal_put_number(out, answer->outcome);
  journal_put_number(out, (uint64_t)answer->status);
  put_buffer(out, &answer->url);
  put_buffer(out, &answer->reason);
  put_buffer(out, &answer->headers.text);
  journal_put_text(out, answer->body.bytes, answer->body.len);
}

void http_journal_get_answer(JournalCursor *cursor, HttpAnswer *answer) {
  uint64_t outcome = journal_get_number(cursor);
  answer->status = (int)(journal_get_number(cursor) & 0xffff);
  get_buffer(cursor, &answer->url);
  get_buffer(cursor, &answer->reason);
  get_headers(cursor, &answer->headers);
  bool fits = get_body(cursor, &answer->body);
  if (outcome > HTTP_NO_MEMORY) cursor->is_bad = true;
  answer->outcome = cursor->is_bad ? HTTP_FAILED : (HttpOutcome)outcome;
  if (!fits) answer->outcome = HTTP_NO_MEMORY;
}

// --- Requests ------------------------------------------------------------------------------------

void http_journal_put_request(Buffer *out, const HttpRequest *request) {
  journal_put_number(out, request->timeout_ms);
  journal_put_number(out, request->redirects_max);
  put_buffer(out, &request->headers.text);
  journal_put_text(out, request->body, request->body_len);
}

void http_journal_put_exchange(Buffer *out, const HttpExchange *exchange) {
  journal_put_text(out, exchange->method, strlen(exchange->method));
  put_buffer(out, &exchange->target);
  put_buffer(out, &exchange->headers.text);
  journal_put_text(out, exchange->body.bytes, exchange->body.len);
  journal_put_text(out, exchange->remote, strlen(exchange->remote));
}

HttpExchange *http_journal_get_exchange(JournalCursor *cursor, Heap *heap) {
  HttpExchange *exchange = http_connection_exchange(heap);
  JournalText method = journal_get_text(cursor);
  exchange->method = http_connection_method(method.bytes, method.len);
  get_buffer(cursor, &exchange->target);
  get_headers(cursor, &exchange->headers);
  bool fits = get_body(cursor, &exchange->body);
  JournalText remote = journal_get_text(cursor);
  if (remote.len >= HTTP_ADDRESS_SIZE) cursor->is_bad = true;
  if (!cursor->is_bad) memcpy(exchange->remote, remote.bytes, remote.len);
  exchange->is_head = exchange->method && strcmp(exchange->method, "HEAD") == 0;
  if (!cursor->is_bad && fits && exchange->method) return exchange;
  cursor->is_bad = true;
  http_connection_drop(exchange);
  return NULL;
}
