// SPDX-License-Identifier: MIT
// serve_request.c - a request as the table that a handler gets
#include "lib/serve_request.h"

#include "io/url.h"
#include "lib/http_decode.h"

#include <string.h>

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

static bool set_query(VM *vm, Table *request, UrlPart query) {
  Table *table = vm_table(vm);
  if (!table || !vm_set_field(vm, request, "query", value_object(table))) return false;
  return fill_query(vm, table, query);
}

static bool set_path(VM *vm, Table *request, UrlPart path) {
  Buffer decoded = {0};
  url_decode(&decoded, path.bytes, path.len, false);
  bool ok = set_text(vm, request, "path", decoded.bytes, decoded.len);
  buffer_free(&decoded);
  return ok;
}

bool serve_request_fill(VM *vm, Table *request, const HttpExchange *exchange) {
  const char *target = exchange->target.bytes ? exchange->target.bytes : "/";
  Url url;
  const char *problem;
  if (!url_parse(target, exchange->target.len, &url, &problem)) {
    url = (Url){.path = {target, exchange->target.len}};
  }
  Table *headers = http_decode_headers(vm, &exchange->headers);
  return headers && vm_set_field(vm, request, "headers", value_object(headers)) &&
         set_text(vm, request, "method", exchange->method, strlen(exchange->method)) &&
         set_text(vm, request, "target", target, exchange->target.len) &&
         set_path(vm, request, url.path) && set_query(vm, request, url.query) &&
         set_text(vm, request, "remote", exchange->remote, strlen(exchange->remote)) &&
         set_text(vm, request, "body", exchange->body.bytes, exchange->body.len);
}
