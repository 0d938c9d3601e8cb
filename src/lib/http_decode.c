// SPDX-License-Identifier: MIT
// http_decode.c - the type asked for is the type delivered (C 3.9)
#include "lib/http_decode.h"

#include "base/utf8.h"
#include "code/unit.h"
#include "io/url.h"
#include "lib/json_parse.h"
#include "vm/conform.h"

#include <string.h>

// --- Failures ------------------------------------------------------------------------------------

static bool raise_outcome(VM *vm, const HttpReceived *received) {
  const HttpAnswer *answer = received->answer;
  const char *kind = "NetworkError";
  if (answer->outcome == HTTP_TIMED_OUT) kind = "TimeoutError";
  if (answer->outcome == HTTP_NO_MEMORY) kind = "MemoryError";
  const char *reason = answer->reason.len > 0 ? answer->reason.bytes : "it failed";
  return vm_raise(vm, kind, "%s %s: %s", received->method, received->url, reason);
}

static bool check_status(VM *vm, const HttpReceived *received) {
  int status = received->answer->status;
  if (status >= 200 && status < 300) return true;
  const char *reason = http_message_reason(status);
  return vm_raise(vm, "HttpError", "%s %s: status %d%s%s", received->method, received->url, status,
                  *reason ? " " : "", reason);
}

// The error on the VM again under the name that this module gives it.
static void rename_error(VM *vm, const char *kind) {
  Value error = vm_take_error(vm);
  Error *old = (Error *)value_as_object(error);
  if (strcmp(old->kind->bytes, "MemoryError") == 0) {
    vm_raise_value(vm, error);
    return;
  }
  vm_push_root(vm, error);
  vm_raise_str(vm, kind, old->message);
  vm_pop_roots(vm, 1);
}

// --- Values --------------------------------------------------------------------------------------

// Sets the field to a value that may be VALUE_ABSENT because making it failed.
static bool set_made(VM *vm, Table *table, const char *key, Value value) {
  return !value_is_absent(value) && vm_set_field(vm, table, key, value);
}

static Value made_str(Str *str) {
  return str ? value_object(str) : VALUE_ABSENT;
}
static Value made_table(Table *table) {
  return table ? value_object(table) : VALUE_ABSENT;
}

static Str *text_of(VM *vm, const Buffer *buffer) {
  return vm_str(vm, buffer->bytes ? buffer->bytes : "", buffer->len);
}

static Str *body_of(VM *vm, const HttpAnswer *answer) {
  return vm_str(vm, answer->body.bytes ? answer->body.bytes : "", answer->body.len);
}

// Marks a table as an instance of one of Luma's own types; without such a type it stays plain.
static void set_type(VM *vm, Table *table, const char *builtin) {
  Value type = vm_get_builtin(vm, builtin);
  if (value_is_type(type)) heap_store(vm_heap(vm), table, &table->type, type);
}

static Str *join_header(VM *vm, const Str *name, const Str *before, const char *value) {
  const char *between = strcmp(name->bytes, "set-cookie") == 0 ? "\n" : ", ";
  return vm_printf(vm, "%s%s%s", before->bytes, between, value);
}

static bool add_header(VM *vm, Table *table, const char *name, const char *value) {
  Str *key = vm_text(vm, name);
  if (!key) return false;
  vm_push_root(vm, value_object(key));
  Value before = table_get_str(table, key);
  Str *text = value_is_str(before) ? join_header(vm, key, value_as_str(before), value)
                                   : vm_str(vm, value, strlen(value));
  if (text) vm_push_root(vm, value_object(text));
  bool ok = text && (table_set_str(vm_heap(vm), table, key, value_object(text)) ||
                     vm_raise_memory(vm));
  vm_pop_roots(vm, text ? 2 : 1);
  return ok;
}

Table *http_decode_headers(VM *vm, const HttpHeaders *headers) {
  Table *table = vm_table(vm);
  if (!table) return NULL;
  size_t position = 0;
  const char *name;
  const char *value;
  bool ok = true;
  vm_push_root(vm, value_object(table));
  while (ok && http_message_next_header(headers, &position, &name, &value)) {
    ok = add_header(vm, table, name, value);
  }
  vm_pop_roots(vm, 1);
  return ok ? table : NULL;
}

// {status, headers, body, url}
static Value make_record(VM *vm, const HttpAnswer *answer, Value status) {
  Table *table = vm_table(vm);
  if (!table) return VALUE_ABSENT;
  vm_push_root(vm, value_object(table));
  bool ok = set_made(vm, table, "status", status) &&
            set_made(vm, table, "headers", made_table(http_decode_headers(vm, &answer->headers))) &&
            set_made(vm, table, "body", made_str(body_of(vm, answer))) &&
            set_made(vm, table, "url", made_str(text_of(vm, &answer->url)));
  vm_pop_roots(vm, 1);
  return ok ? value_object(table) : VALUE_ABSENT;
}

static Value make_response(VM *vm, const HttpAnswer *answer) {
  Value response = make_record(vm, answer, value_double(answer->status));
  if (!value_is_absent(response)) set_type(vm, value_as_table(response), "luma.Response");
  return response;
}

static Value make_text(VM *vm, const HttpReceived *received) {
  const HttpBody *body = &received->answer->body;
  size_t bad = body->len > 0 ? utf8_find_invalid(body->bytes, body->len) : 0;
  if (bad == body->len) return made_str(body_of(vm, received->answer));
  vm_raise(vm, "DecodeError", "%s %s: the body is not UTF-8 (at byte %zu)", received->method,
           received->url, bad);
  return VALUE_ABSENT;
}

// --- JSON ----------------------------------------------------------------------------------------

// Where a misfit's path begins: "posts" for /api/posts?user=1.
static void print_root(Buffer *out, const char *text) {
  Url url;
  const char *problem;
  UrlPart segment = {0};
  if (url_parse(text, strlen(text), &url, &problem)) segment = url_last_segment(&url);
  if (segment.len > 0)
    url_decode(out, segment.bytes, segment.len, false);
  else
    buffer_text(out, "body");
}

static Value decode_json(VM *vm, const HttpReceived *received, TypeValue *type, const char *root) {
  const HttpBody *body = &received->answer->body;
  if (type->obj.extra == TAG_NULL && body->len == 0) return VALUE_NULL; // 204 No Content
  Value json =
      json_parse(vm, body->bytes ? body->bytes : "", body->len, JSON_LUMA, "DecodeError");
  if (value_is_absent(json)) {
    Error *error = (Error *)value_as_object(vm_take_error(vm));
    vm_push_root(vm, value_object(error));
    vm_raise(vm, error->kind->bytes, "%s: %s", root, error->message->bytes);
    vm_pop_roots(vm, 1);
    return VALUE_ABSENT;
  }
  if (type->obj.extra == TAG_ANY) return json;
  vm_push_root(vm, json);
  Value decoded = conform_decode(vm, json, value_object(type), root);
  vm_pop_roots(vm, 1);
  if (value_is_absent(decoded)) rename_error(vm, "DecodeError");
  return decoded;
}

static Value make_typed(VM *vm, const HttpReceived *received, TypeValue *type) {
  Buffer root = {0};
  print_root(&root, received->url);
  Value value = decode_json(vm, received, type, root.bytes);
  buffer_free(&root);
  return value;
}

// --- Results -------------------------------------------------------------------------------------

static Value make_error_record(VM *vm, const Error *error) {
  Table *record = vm_error_record(vm, error);
  return record ? value_object(record) : VALUE_ABSENT;
}

static Value make_result(VM *vm, Value ok_value, Value err_value) {
  Table *result = vm_result(vm, ok_value, err_value);
  return result ? value_object(result) : VALUE_ABSENT;
}

// The error on the VM as {err = …}. A Result(X, String) gets the message alone.
static Value pack_error(VM *vm, const TypeValue *result) {
  Value raised = vm_take_error(vm);
  const Error *error = (const Error *)value_as_object(raised);
  bool wants_text = result && result->arg_count > 1 && result->args[1]->obj.extra == TAG_STRING;
  vm_push_root(vm, raised);
  Value record = wants_text ? value_object(error->message) : make_error_record(vm, error);
  Value packed = value_is_absent(record) ? VALUE_ABSENT : make_result(vm, VALUE_NULL, record);
  vm_pop_roots(vm, 1);
  return packed;
}

Value http_decode_result(VM *vm, Value value) {
  return value_is_absent(value) ? pack_error(vm, NULL) : make_result(vm, value, VALUE_NULL);
}

// What is delivered when all goes well; `type` NULL: the response as it is.
static Value make_payload(VM *vm, const HttpReceived *received, TypeValue *type) {
  if (!received) return VALUE_ABSENT; // its error is on the VM
  if (received->answer->outcome != HTTP_ANSWERED) {
    raise_outcome(vm, received);
    return VALUE_ABSENT;
  }
  if (!type || type->obj.extra == TAG_RESPONSE) return make_response(vm, received->answer);
  if (!check_status(vm, received)) return VALUE_ABSENT;
  if (type->obj.extra == TAG_STRING) return make_text(vm, received);
  return make_typed(vm, received, type);
}

Value http_decode_luma(VM *vm, TypeValue *expected, const HttpReceived *received) {
  while (expected && expected->obj.extra == TAG_PROMISE) {
    expected = expected->arg_count > 0 ? expected->args[0] : NULL;
  }
  bool expects_nothing = !expected || expected->obj.extra == TAG_ANY;
  bool expects_result = !expects_nothing && expected->obj.extra == TAG_RESULT;
  TypeValue *type = expects_nothing ? NULL : expected;
  if (expects_result) type = expected->arg_count > 0 ? expected->args[0] : NULL;
  Value payload = make_payload(vm, received, type);
  if (!expects_nothing && !expects_result) return payload;
  if (!value_is_absent(payload)) return make_result(vm, payload, VALUE_NULL);
  return pack_error(vm, expects_result ? expected : NULL);
}

// --- Vint ----------------------------------------------------------------------------------------

Value http_decode_body(VM *vm, const HttpReceived *received) {
  if (received->answer->outcome == HTTP_ANSWERED) return made_str(body_of(vm, received->answer));
  raise_outcome(vm, received);
  return VALUE_ABSENT;
}

Value http_decode_dict(VM *vm, const HttpReceived *received) {
  if (received->answer->outcome == HTTP_ANSWERED) {
    return make_record(vm, received->answer, vm_integer(vm, received->answer->status));
  }
  raise_outcome(vm, received);
  return VALUE_ABSENT;
}
