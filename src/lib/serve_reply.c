// SPDX-License-Identifier: MIT
// serve_reply.c - from what a handler gives to an answer
#include "lib/serve_reply.h"

#include "lib/http_request.h"
#include "lib/json_print.h"

#include <string.h>
#include <strings.h>

static bool reply_text(ServeReply *reply, const Str *text) {
  reply->body = text;
  reply->type = "text/plain; charset=utf-8";
  return true;
}

static bool reply_json(const ServeReplies *replies, ServeReply *reply, Value value) {
  reply->type = "application/json";
  return json_print(replies->vm, &reply->text, value, 0,
                          replies->is_vint ? JSON_VINT : JSON_LUMA);
}

// These the server writes itself: a second one would contradict it. And what describes the body of
// an answer that was received, decoded and is handed on no longer holds.
static bool is_own_header(const Str *name) {
  static const char *const own[] = {"content-length", "transfer-encoding", "connection",
                                    "date",           "content-encoding",  "keep-alive"};
  for (size_t i = 0; i < ARRAY_LEN(own); i++) {
    if (strcasecmp(name->bytes, own[i]) == 0) return true;
  }
  return false;
}

static bool read_headers(VM *vm, Value value, ServeReply *reply) {
  if (value_is_null(value) || value_is_absent(value)) return true;
  if (!value_is_table(value)) {
    return vm_raise(vm, "TypeError", "an answer's headers must be a table, got %s",
                    vm_type_name(vm, value));
  }
  return http_request_add_headers(vm, value_as_table(value), "an answer", is_own_header,
                                  &reply->headers);
}

static bool read_status(VM *vm, Value value, ServeReply *reply) {
  int64_t status;
  if (value_is_null(value) || value_is_absent(value)) return true;
  if (!integer_from_value(value, &status) || status < 200 || status > 599) {
    return vm_raise(vm, "ValueError", "an answer's status must be a number from 200 to 599");
  }
  reply->status = (int)status;
  return true;
}

// What natives have made of this type: a table with such names alone, which might have come from a
// client, never gives a file away.
static bool reply_file(VM *vm, ServeReply *reply, const Table *table) {
  Value root = vm_get_field(vm, table, "root");
  Value file = vm_get_field(vm, table, "file");
  reply->file = value_is_str(file) ? value_as_str(file) : NULL;
  reply->root = value_is_str(root) ? value_as_str(root) : NULL;
  if (reply->file) return true;
  return vm_raise(vm, "TypeError", "the file of an answer must be a string, got %s",
                  vm_type_name(vm, file));
}

static bool is_function(Value value) {
  return value_is_kind(value, KIND_CLOSURE) || value_is_kind(value, KIND_NATIVE) ||
         value_is_kind(value, KIND_BOUND);
}

// Natives have made it.
static bool is_trusted(const ServeReplies *replies, const Table *table) {
  if (!value_is_type(table->type)) return false;
  const TypeValue *type = (const TypeValue *)value_as_object(table->type);
  return type == replies->file_type || type == replies->response_type;
}

// {status?, headers?, body? or json?}, and a Response that is handed on.
static bool reply_record(const ServeReplies *replies, ServeReply *reply, const Table *table) {
  VM *vm = replies->vm;
  if (!read_status(vm, vm_get_field(vm, table, "status"), reply) ||
      !read_headers(vm, vm_get_field(vm, table, "headers"), reply)) {
    return false;
  }
  Value json = vm_get_field(vm, table, "json");
  if (!value_is_absent(json)) return reply_json(replies, reply, json);
  bool is_file = is_trusted(replies, table) && !value_is_absent(vm_get_field(vm, table, "file"));
  if (is_file) return reply_file(vm, reply, table);
  Value stream = vm_get_field(vm, table, "stream");
  if (is_function(stream)) {
    reply->stream = stream;
    return true;
  }
  Value body = vm_get_field(vm, table, "body");
  if (value_is_str(body)) return reply_text(reply, value_as_str(body));
  if (value_is_null(body) || value_is_absent(body)) return true;
  return reply_json(replies, reply, body);
}

// Is this an answer put together, or data to be sent as JSON? An answer has the names of one and
// nothing else.
static bool is_answer(const Table *table) {
  static const char *const names[] = {"status", "headers", "body", "json", "url", "stream"};
  uint32_t position = 0;
  Value key;
  Value value;
  uint32_t count = 0;
  bool has_content = false;
  while (table_next(table, &position, &key, &value)) {
    bool is_known = false;
    for (size_t i = 0; i < ARRAY_LEN(names) && value_is_str(key); i++) {
      is_known = is_known || strcmp(value_as_str(key)->bytes, names[i]) == 0;
    }
    if (!is_known) return false;
    const char *name = value_as_str(key)->bytes;
    if (strcmp(name, "status") == 0 && !value_is_number(value)) return false;
    if (strcmp(name, "stream") == 0 && !is_function(value)) return false;
    has_content = has_content || strcmp(name, "url") != 0;
    count++;
  }
  return count > 0 && has_content;
}

bool serve_reply_make(const ServeReplies *replies, ServeReply *reply, Value value) {
  reply->status = 200;
  reply->stream = VALUE_ABSENT;
  if (value_is_str(value)) return reply_text(reply, value_as_str(value));
  if (value_is_null(value)) {
    reply->status = 204;
    return true;
  }
  const Table *table = value_is_table(value) ? value_as_table(value) : NULL;
  if (table && (is_trusted(replies, table) || is_answer(table))) {
    return reply_record(replies, reply, table);
  }
  return reply_json(replies, reply, value);
}

bool serve_reply_read_head(VM *vm, ServeReply *reply, Value status, Value headers) {
  reply->status = 200;
  reply->stream = VALUE_ABSENT;
  return read_status(vm, status, reply) && read_headers(vm, headers, reply);
}

const char *serve_reply_finish(ServeReply *reply, size_t *len) {
  if (reply->type && !http_message_header(&reply->headers, "content-type")) {
    http_message_add_header(&reply->headers, "content-type", 12, reply->type, strlen(reply->type));
  }
  const char *bytes = reply->body ? reply->body->bytes : reply->text.bytes;
  *len = reply->body ? reply->body->len : reply->text.len;
  return bytes ? bytes : "";
}

void serve_reply_free(ServeReply *reply) {
  http_message_free_headers(&reply->headers);
  buffer_free(&reply->text);
}

int serve_reply_status_of(const Error *error) {
  static const struct {
    const char *kind;
    int status;
  } known[] = {{"BadRequest", 400}, {"TooLarge", 413}, {"TimeoutError", 504}};
  for (size_t i = 0; i < ARRAY_LEN(known); i++) {
    if (strcmp(error->kind->bytes, known[i].kind) == 0) return known[i].status;
  }
  return 500;
}
