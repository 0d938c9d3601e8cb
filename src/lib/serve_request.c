// SPDX-License-Identifier: MIT
// serve_request.c - a request as the table that a handler gets
#include "lib/serve_request.h"

#include "io/url.h"
#include "lib/http_decode.h"
#include "lib/serving.h"

#include <string.h>

// In the order in which a program sees them.
typedef enum Field {
  FIELD_HEADERS,
  FIELD_METHOD,
  FIELD_TARGET,
  FIELD_PATH,
  FIELD_QUERY,
  FIELD_REMOTE,
  FIELD_BODY,
  FIELD_EXCHANGE,
  FIELD_COUNT
} Field;

static const char *const NAMES[FIELD_COUNT] = {"headers", "method", "target", "path",
                                               "query",   "remote", "body",   SERVING_FIELD};

Shape *serve_request_shape(VM *vm) {
  Table *table = vm_table(vm);
  bool ok = table != NULL;
  vm_push_root(vm, table ? value_object(table) : VALUE_NULL);
  for (int i = 0; ok && i < FIELD_COUNT; i++) ok = vm_set_field(vm, table, NAMES[i], VALUE_NULL);
  vm_pop_roots(vm, 1);
  return ok ? table->shape : NULL;
}

// --- The query -----------------------------------------------------------------------------------

static bool set_text(VM *vm, Table *table, const char *key, const char *bytes, size_t len) {
  Str *str = vm_str(vm, len > 0 ? bytes : "", len);
  return str && vm_set_field(vm, table, key, value_object(str));
}

// The first value of each name; a program that needs the others reads req.target.
static bool fill_query(VM *vm, Table *table, UrlPart query) {
  Buffer name = {0};
  Buffer value = {0};
  size_t position = 0;
  bool ok = true;
  while (ok && url_next_pair(query, &position, &name, &value)) {
    const char *key = name.bytes ? name.bytes : "";
    if (!value_is_absent(vm_get_field(vm, table, key))) continue;
    ok = set_text(vm, table, key, value.bytes, value.len);
  }
  buffer_free(&name);
  buffer_free(&value);
  return ok;
}

static Table *make_query(VM *vm, UrlPart query) {
  Table *table = vm_table(vm);
  if (!table || query.len == 0) return table;
  vm_push_root(vm, value_object(table));
  bool ok = fill_query(vm, table, query);
  vm_pop_roots(vm, 1);
  return ok ? table : NULL;
}

// --- The request ---------------------------------------------------------------------------------

static Value text_value(VM *vm, const char *bytes, size_t len) {
  Str *str = vm_str(vm, len > 0 ? bytes : "", len);
  return str ? value_object(str) : VALUE_ABSENT;
}

static Value table_value(Table *table) {
  return table ? value_object(table) : VALUE_ABSENT;
}

static Value make_path(VM *vm, UrlPart path) {
  Buffer decoded = {0};
  url_decode(&decoded, path.bytes, path.len, false);
  Value value = text_value(vm, decoded.bytes, decoded.len);
  buffer_free(&decoded);
  return value;
}

static Value make_field(VM *vm, Field field, const HttpExchange *exchange, const Url *url) {
  const Buffer *target = &exchange->target;
  switch (field) {
  case FIELD_HEADERS: return table_value(http_decode_headers(vm, &exchange->headers));
  case FIELD_METHOD: return text_value(vm, exchange->method, strlen(exchange->method));
  case FIELD_TARGET: return text_value(vm, target->bytes ? target->bytes : "/", target->len);
  case FIELD_PATH: return make_path(vm, url->path);
  case FIELD_QUERY: return table_value(make_query(vm, url->query));
  case FIELD_REMOTE: return text_value(vm, exchange->remote, strlen(exchange->remote));
  case FIELD_BODY: return text_value(vm, exchange->body.bytes, exchange->body.len);
  default: return VALUE_NULL;
  }
}

Table *serve_request_new(VM *vm, Shape *shape, const HttpExchange *exchange) {
  const char *target = exchange->target.bytes ? exchange->target.bytes : "/";
  Url url;
  const char *problem;
  if (!url_parse(target, exchange->target.len, &url, &problem)) {
    url = (Url){.path = {target, exchange->target.len}};
  }
  Value values[FIELD_COUNT];
  uint32_t made = 0;
  for (; made < FIELD_COUNT; made++) {
    values[made] = make_field(vm, (Field)made, exchange, &url);
    if (value_is_absent(values[made])) break;
    vm_push_root(vm, values[made]);
  }
  bool is_whole = made == FIELD_COUNT;
  Table *request = is_whole ? table_new_record(vm_heap(vm), shape, values) : NULL;
  vm_pop_roots(vm, made);
  if (is_whole && !request) vm_raise_memory(vm);
  return request;
}

void serve_request_set_exchange(VM *vm, Table *request, Value exchange) {
  heap_store(vm_heap(vm), request, &request->values[FIELD_EXCHANGE], exchange);
}
