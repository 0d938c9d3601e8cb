// SPDX-License-Identifier: MIT
// http_request.c - from a call's arguments to a request (C 4.12)
#include "lib/http_request.h"

#include "base/number.h"
#include "io/url.h"
#include "lib/json_print.h"

#include <string.h>

static const char *const OPTION_NAMES[] = {"method", "headers", "query",     "body", "json",
                                           "form",   "timeout", "redirects", "url"};

static JsonDialect dialect_of(const NativeCall *call) {
  return call->row->languages == NATIVE_VINT ? JSON_VINT : JSON_LUMA;
}

// --- Names and values ----------------------------------------------------------------------------

// A scalar as text, for headers, queries and forms. False: it is none.
static bool print_scalar(Buffer *out, Value value) {
  if (value_is_str(value)) {
    buffer_append(out, value_as_str(value)->bytes, value_as_str(value)->len);
  } else if (value_is_double(value)) {
    char text[NUMBER_TEXT_MAX];
    buffer_append(out, text, number_print(value_as_double(value), NUMBER_LUMA, text));
  } else if (value_is_integer(value)) {
    char digits[24];
    buffer_append(out, digits, number_print_int(value_as_integer(value), digits));
  } else if (value_is_bool(value)) {
    buffer_text(out, value == VALUE_TRUE ? "true" : "false");
  } else {
    return false;
  }
  return true;
}

static bool add_header(VM *vm, Value key, Value value, const char *what, HttpHeaders *headers) {
  const Str *name = value_is_str(key) ? value_as_str(key) : NULL;
  if (!name || !http_message_is_name(name->bytes, name->len)) {
    return vm_raise(vm, "ValueError", "%s: \"%s\" cannot be the name of a header", what,
                    name ? name->bytes : vm_type_name(vm, key));
  }
  Buffer text = {0};
  bool ok = print_scalar(&text, value);
  if (!ok) {
    vm_raise(vm, "TypeError", "%s: header %s must be a string or number, got %s", what, name->bytes,
             vm_type_name(vm, value));
  } else if (!http_message_is_value(text.bytes ? text.bytes : "", text.len)) {
    ok = vm_raise(vm, "ValueError", "%s: header %s contains a line end or control character", what,
                  name->bytes);
  } else {
    http_message_add_header(headers, name->bytes, name->len, text.bytes ? text.bytes : "",
                            text.len);
  }
  buffer_free(&text);
  return ok;
}

static bool add_header_values(VM *vm, Value key, Value value, const char *what,
                              HttpHeaders *headers) {
  if (value_is_null(value)) return true;
  if (!value_is_list(value)) return add_header(vm, key, value, what, headers);
  const List *list = value_as_list(value);
  for (uint32_t i = 0; i < list->count; i++) {
    if (!add_header(vm, key, list->items[i], what, headers)) return false;
  }
  return true;
}

bool http_request_add_headers(VM *vm, const Table *table, const char *what,
                              bool (*is_left_out)(const Str *name), HttpHeaders *headers) {
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(table, &position, &key, &value)) {
    if (is_left_out && value_is_str(key) && is_left_out(value_as_str(key))) continue;
    if (!add_header_values(vm, key, value, what, headers)) return false;
  }
  return true;
}

// One value of a query or form; null adds nothing.
static bool add_pair(NativeCall *call, Buffer *out, Value key, Value value) {
  Buffer name = {0};
  Buffer text = {0};
  bool ok = value_is_null(value) || (print_scalar(&name, key) && print_scalar(&text, value));
  if (!ok) {
    vm_raise(call->vm, "TypeError",
             "a query or form has strings, numbers, booleans and lists of them, got %s",
             vm_type_name(call->vm, value));
  } else if (!value_is_null(value)) {
    url_add_pair(out, name.bytes ? name.bytes : "", name.len, text.bytes ? text.bytes : "",
                 text.len);
  }
  buffer_free(&name);
  buffer_free(&text);
  return ok;
}

// {q = "a b", id = [1, 2]} becomes q=a%20b&id=1&id=2.
static bool print_pairs(NativeCall *call, Buffer *out, const Table *table) {
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(table, &position, &key, &value)) {
    if (!value_is_list(value)) {
      if (!add_pair(call, out, key, value)) return false;
      continue;
    }
    const List *list = value_as_list(value);
    for (uint32_t i = 0; i < list->count; i++) {
      if (!add_pair(call, out, key, list->items[i])) return false;
    }
  }
  return true;
}

// --- The body ------------------------------------------------------------------------------------

typedef struct BodyText {
  Str *str;
  const char *type; // of the content
} BodyText;

static bool take_buffer(NativeCall *call, Buffer *buffer, bool ok, Str **out) {
  if (ok) *out = vm_str(call->vm, buffer->bytes ? buffer->bytes : "", buffer->len);
  buffer_free(buffer);
  return ok && *out;
}

static bool make_json_body(NativeCall *call, Value value, BodyText *out) {
  Buffer text = {0};
  out->type = "application/json";
  bool ok = json_print(call->vm, &text, value, 0, dialect_of(call));
  return take_buffer(call, &text, ok, &out->str);
}

static bool make_form_body(NativeCall *call, Value value, BodyText *out) {
  Table *table;
  Buffer text = {0};
  if (!args_field_table(call, "form", value, &table)) return false;
  out->type = "application/x-www-form-urlencoded";
  return take_buffer(call, &text, print_pairs(call, &text, table), &out->str);
}

// A string is sent as it is, a table or list as JSON.
static bool make_plain_body(NativeCall *call, Value value, BodyText *out) {
  if (value_is_list(value) || value_is_table(value)) return make_json_body(call, value, out);
  out->type = "text/plain; charset=utf-8";
  return args_field_str(call, "body", value, &out->str);
}

static bool make_body(NativeCall *call, const HttpWish *wish, BodyText *out) {
  Value json = args_table_field(call, wish->options, "json");
  Value form = args_table_field(call, wish->options, "form");
  Value body = args_table_field(call, wish->options, "body");
  if (value_is_absent(body)) body = wish->body;
  uint32_t given = !value_is_absent(json) + !value_is_absent(form) + !value_is_absent(body);
  if (given > 1) {
    return vm_raise(call->vm, "ValueError", "a request has one of body, json and form, not %u",
                    given);
  }
  if (!value_is_absent(json)) return make_json_body(call, json, out);
  if (!value_is_absent(form)) return make_form_body(call, form, out);
  return value_is_absent(body) || make_plain_body(call, body, out);
}

// --- The rest ------------------------------------------------------------------------------------

static bool read_method(NativeCall *call, const HttpWish *wish, HttpRequest *request) {
  Value value = args_table_field(call, wish->options, "method");
  const char *method = wish->method ? wish->method : "GET";
  if (!value_is_absent(value)) {
    Str *str;
    if (!args_field_str(call, "method", value, &str)) return false;
    method = str->bytes;
  }
  size_t len = strnlen(method, sizeof(request->method));
  if (len == sizeof(request->method)) len = 0;
  for (size_t i = 0; i < len; i++) {
    char c = method[i];
    request->method[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
  }
  request->method[len] = '\0';
  if (http_message_is_method(request->method, len)) return true;
  return vm_raise(call->vm, "ValueError", "\"%s\" is not an HTTP method", method);
}

static bool read_limits(NativeCall *call, const HttpWish *wish, HttpRequest *request) {
  int64_t timeout = HTTP_REQUEST_TIMEOUT_MS;
  int64_t redirects = HTTP_REQUEST_REDIRECTS;
  Value value = args_table_field(call, wish->options, "timeout");
  if (!value_is_absent(value) &&
      !args_field_integer(call, "timeout", value, 0, INT32_MAX, &timeout)) {
    return false;
  }
  value = args_table_field(call, wish->options, "redirects");
  if (value_is_bool(value)) {
    redirects = value == VALUE_TRUE ? HTTP_REQUEST_REDIRECTS : 0;
  } else if (!value_is_absent(value) &&
             !args_field_integer(call, "redirects", value, 0, 100, &redirects)) {
    return false;
  }
  request->timeout_ms = (uint32_t)timeout;
  request->redirects_max = (uint32_t)redirects;
  return true;
}

static bool read_headers(NativeCall *call, const HttpWish *wish, HttpRequest *request) {
  Value given[] = {wish->headers, args_table_field(call, wish->options, "headers")};
  for (size_t i = 0; i < ARRAY_LEN(given); i++) {
    Table *table;
    if (value_is_absent(given[i]) || value_is_null(given[i])) continue;
    if (!args_field_table(call, "headers", given[i], &table)) return false;
    if (!http_request_add_headers(call->vm, table, "a request", NULL, &request->headers)) return false;
  }
  return true;
}

bool http_request_read(NativeCall *call, const HttpWish *wish, HttpRequest *request, Str **body) {
  uint32_t option_count = (uint32_t)ARRAY_LEN(OPTION_NAMES);
  if (!args_check_fields(call, wish->options, OPTION_NAMES, option_count)) return false;
  if (!read_method(call, wish, request) || !read_limits(call, wish, request) ||
      !read_headers(call, wish, request)) {
    return false;
  }
  BodyText text = {0};
  if (!make_body(call, wish, &text)) return false;
  *body = text.str;
  if (!text.str) return true;
  request->body = text.str->bytes;
  request->body_len = text.str->len;
  if (!http_message_header(&request->headers, "content-type")) {
    http_message_add_header(&request->headers, "content-type", 12, text.type, strlen(text.type));
  }
  return true;
}

// --- The URL -------------------------------------------------------------------------------------

// `text` resolved against `base` if it is relative, normalized, into the request.
static bool resolve_url(VM *vm, const Str *text, Value base, Buffer *out) {
  Buffer normal = {0};
  Url url;
  Url base_url;
  const char *problem = "";
  url_normalize(&normal, text->bytes, text->len);
  bool ok = url_parse(normal.bytes ? normal.bytes : "", normal.len, &url, &problem);
  if (!ok) {
    vm_raise(vm, "ValueError", "\"%s\" is not a URL: %s", text->bytes, problem);
  } else if (url.scheme.bytes) {
    *out = normal;
    normal = (Buffer){0};
  } else if (!value_is_str(base)) {
    ok = vm_raise(vm, "ValueError",
                  "\"%s\" is a relative URL and there is no base to resolve it against: set "
                  "http.base, the option --base-url or the environment variable WICK_BASE_URL",
                  text->bytes);
  } else {
    Str *base_str = value_as_str(base);
    ok = url_parse(base_str->bytes, base_str->len, &base_url, &problem) && base_url.scheme.bytes;
    if (ok)
      url_resolve(out, &base_url, &url);
    else
      vm_raise(vm, "ValueError", "http.base is \"%s\", which is not an absolute URL",
               base_str->bytes);
  }
  buffer_free(&normal);
  return ok;
}

static bool add_query(NativeCall *call, const Table *query, Buffer *url_text) {
  Url url;
  const char *problem;
  Buffer pairs = {0};
  Buffer whole = {0};
  if (!url_parse(url_text->bytes, url_text->len, &url, &problem)) return false;
  buffer_append(&pairs, url.query.bytes ? url.query.bytes : "", url.query.len);
  bool ok = print_pairs(call, &pairs, query);
  if (ok && pairs.len > 0) {
    url.query = (UrlPart){pairs.bytes, pairs.len};
    url_print(&whole, &url);
    buffer_free(url_text);
    *url_text = whole;
  }
  buffer_free(&pairs);
  return ok;
}

static bool check_url(VM *vm, const Buffer *text) {
  Url url;
  const char *problem = "it has no host";
  bool ok = url_parse(text->bytes, text->len, &url, &problem);
  if (ok && !url_is_http(&url)) {
    ok = false;
    problem = "only http and https can be requested";
  }
  if (ok && url.host.len > 0) return true;
  return vm_raise(vm, "ValueError", "cannot request \"%s\": %s", text->bytes, problem);
}

bool http_request_set_url(NativeCall *call, const HttpWish *wish, Value base,
                          HttpRequest *request) {
  Value url = wish->url;
  if (value_is_absent(url)) url = args_table_field(call, wish->options, "url");
  Str *text;
  Table *table;
  if (!args_field_str(call, "url", url, &text)) return false;
  if (!resolve_url(call->vm, text, base, &request->url)) return false;
  Value query = args_table_field(call, wish->options, "query");
  if (!value_is_absent(query) &&
      (!args_field_table(call, "query", query, &table) || !add_query(call, table, &request->url))) {
    return false;
  }
  return check_url(call->vm, &request->url);
}
