// SPDX-License-Identifier: MIT
// lib_url.c - Vint's modules url and path (vint.md 12.8, 12.11)
//
// Paths are texts here: nothing asks the file system.
#include "base/vec.h"
#include "io/url.h"
#include "lib/answer.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <string.h>

// --- url -----------------------------------------------------------------------------------------

static bool take_url(NativeCall *call, uint32_t index, Url *url) {
  Str *text;
  const char *problem;
  if (!args_str(call, index, &text)) return false;
  if (url_parse(text->bytes, text->len, url, &problem)) return true;
  answer_fail(call, "ValueError", "\"%.80s\" is no URL: %s", text->bytes, problem);
  return false;
}

static void print_part(Buffer *out, const char *name, UrlPart part) {
  buffer_printf(out, "%s%s:%.*s", out->len > 0 ? " " : "", name, (int)part.len,
                part.bytes ? part.bytes : "");
}

// The host with its port, as Go has it.
static NativeStatus parse(NativeCall *call) {
  Url url;
  if (!take_url(call, 0, &url)) return NATIVE_FAILED;
  UrlPart host = url.host;
  if (url.port.bytes && host.bytes) host.len = (size_t)(url.port.bytes + url.port.len - host.bytes);
  Buffer out = {0};
  print_part(&out, "scheme", url.scheme);
  print_part(&out, "host", host);
  print_part(&out, "path", url.path);
  print_part(&out, "query", url.query);
  print_part(&out, "fragment", url.fragment);
  return answer_buffer(call, &out);
}

static bool set_part(VM *vm, Table *table, const char *name, UrlPart part) {
  return answer_set_text(vm, table, name, part.bytes, part.bytes ? part.len : 0);
}

static bool set_parts(VM *vm, Table *table, const Url *url) {
  return set_part(vm, table, "scheme", url->scheme) && set_part(vm, table, "user", url->user) &&
         set_part(vm, table, "host", url->host) && set_part(vm, table, "port", url->port) &&
         set_part(vm, table, "path", url->path) && set_part(vm, table, "query", url->query) &&
         set_part(vm, table, "fragment", url->fragment);
}

static NativeStatus parts(NativeCall *call) {
  Url url;
  if (!take_url(call, 0, &url)) return NATIVE_FAILED;
  Table *table = vm_table(call->vm);
  if (!table) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(table));
  bool ok = set_parts(call->vm, table, &url);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(table)) : NATIVE_FAILED;
}

// Form style: a blank is "+".
static NativeStatus encode(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  Buffer out = {0};
  for (const char *at = text->bytes, *end = at + text->len; at < end;) {
    const char *blank = memchr(at, ' ', (size_t)(end - at));
    url_encode(&out, at, (size_t)((blank ? blank : end) - at));
    if (blank) buffer_byte(&out, '+');
    at = blank ? blank + 1 : end;
  }
  return answer_buffer(call, &out);
}

static NativeStatus decode(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  Buffer out = {0};
  url_decode(&out, text->bytes, text->len, true);
  return answer_buffer(call, &out);
}

static NativeStatus join(NativeCall *call) {
  Url base;
  Url reference;
  if (!take_url(call, 0, &base) || !take_url(call, 1, &reference)) return NATIVE_FAILED;
  if (!base.scheme.bytes) {
    return answer_fail(call, "ValueError", "the base \"%.80s\" must have a scheme (https://…)",
                       value_as_str(call->args[0])->bytes);
  }
  Buffer out = {0};
  url_resolve(&out, &base, &reference);
  return answer_buffer(call, &out);
}

static NativeStatus is_valid(NativeCall *call) {
  Str *text;
  Url url;
  const char *problem;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  bool ok = url_parse(text->bytes, text->len, &url, &problem) && url.scheme.len > 0 &&
            url.host.len > 0;
  return answer_bool(call, ok);
}

// A text, or a dict of pairs for the query.
static bool print_query(NativeCall *call, Buffer *out, Value query) {
  if (value_is_str(query)) {
    buffer_append(out, value_as_str(query)->bytes, value_as_str(query)->len);
    return true;
  }
  if (!value_is_table(query)) return args_field_wrong(call, "query", query, "string or dict");
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(value_as_table(query), &position, &key, &value)) {
    Buffer texts[2] = {{0}, {0}};
    format_value(call->vm, &texts[0], key, FORMAT_VINT);
    format_value(call->vm, &texts[1], value, FORMAT_VINT);
    url_add_pair(out, texts[0].bytes ? texts[0].bytes : "", texts[0].len,
                 texts[1].bytes ? texts[1].bytes : "", texts[1].len);
    buffer_free(&texts[0]);
    buffer_free(&texts[1]);
  }
  return true;
}

static bool read_part(NativeCall *call, const Table *from, const char *name, UrlPart *part) {
  Str *text;
  Value value = args_table_field(call, from, name);
  if (value_is_absent(value)) return true;
  if (!args_field_str(call, name, value, &text)) return false;
  if (text->len > 0) *part = (UrlPart){text->bytes, text->len};
  return true;
}

static bool build_into(NativeCall *call, const Table *from, Buffer *port, Buffer *query,
                       Buffer *out) {
  static const char *const names[] = {"scheme", "host", "path", "query", "fragment", "user", "port"};
  if (!args_check_fields(call, from, names, (uint32_t)ARRAY_LEN(names))) return false;
  Url url = {.path = {"", 0}};
  if (!read_part(call, from, "scheme", &url.scheme) || !read_part(call, from, "host", &url.host) ||
      !read_part(call, from, "path", &url.path) || !read_part(call, from, "fragment", &url.fragment) ||
      !read_part(call, from, "user", &url.user)) {
    return false;
  }
  Value value = args_table_field(call, from, "port");
  if (!value_is_absent(value)) {
    format_value(call->vm, port, value, FORMAT_VINT);
    if (port->len > 0) url.port = (UrlPart){port->bytes, port->len};
  }
  value = args_table_field(call, from, "query");
  if (!value_is_absent(value) && !print_query(call, query, value)) return false;
  if (query->len > 0) url.query = (UrlPart){query->bytes, query->len};
  url_print(out, &url);
  return true;
}

static NativeStatus build(NativeCall *call) {
  Table *from;
  if (!args_table(call, 0, &from)) return NATIVE_FAILED;
  Buffer port = {0};
  Buffer query = {0};
  Buffer out = {0};
  bool ok = build_into(call, from, &port, &query, &out);
  buffer_free(&port);
  buffer_free(&query);
  if (ok) return answer_buffer(call, &out);
  buffer_free(&out);
  return NATIVE_FAILED;
}

// --- path ----------------------------------------------------------------------------------------

// Without empty parts, "." and what ".." takes back; "." if nothing is left.
static void clean_path(Buffer *out, const char *path, size_t len) {
  VEC(UrlPart) kept = {0};
  bool is_absolute = len > 0 && path[0] == '/';
  for (size_t at = 0; at <= len;) {
    const char *slash = memchr(path + at, '/', len - at);
    size_t end = slash ? (size_t)(slash - path) : len;
    UrlPart part = {path + at, end - at};
    at = end + 1;
    bool is_up = part.len == 2 && memcmp(part.bytes, "..", 2) == 0;
    bool is_nothing = part.len == 0 || (part.len == 1 && part.bytes[0] == '.');
    bool has_last = kept.count > 0 &&
                    !(vec_last(&kept).len == 2 && memcmp(vec_last(&kept).bytes, "..", 2) == 0);
    if (is_nothing || (is_up && !has_last && is_absolute)) continue;
    if (is_up && has_last)
      kept.count--;
    else
      vec_push(&kept, part);
  }
  if (is_absolute) buffer_byte(out, '/');
  for (uint32_t i = 0; i < kept.count; i++) {
    if (i > 0) buffer_byte(out, '/');
    buffer_append(out, kept.items[i].bytes, kept.items[i].len);
  }
  if (out->len == 0) buffer_byte(out, '.');
  vec_free(&kept);
}

static NativeStatus path_join(NativeCall *call) {
  Buffer joined = {0};
  for (uint32_t i = 0; i < call->arg_count; i++) {
    Str *part;
    if (!args_str(call, i, &part)) {
      buffer_free(&joined);
      return NATIVE_FAILED;
    }
    if (part->len == 0) continue;
    if (joined.len > 0) buffer_byte(&joined, '/');
    buffer_append(&joined, part->bytes, part->len);
  }
  if (joined.len == 0) return answer_text(call, "");
  Buffer out = {0};
  clean_path(&out, joined.bytes, joined.len);
  buffer_free(&joined);
  return answer_buffer(call, &out);
}

static size_t without_slashes(const Str *path) {
  size_t len = path->len;
  while (len > 1 && path->bytes[len - 1] == '/') len--;
  return len;
}

static NativeStatus basename_of(NativeCall *call) {
  Str *path;
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  if (path->len == 0) return answer_text(call, ".");
  size_t end = without_slashes(path);
  if (end == 1 && path->bytes[0] == '/') return answer_text(call, "/");
  const char *slash = memrchr(path->bytes, '/', end);
  size_t start = slash ? (size_t)(slash + 1 - path->bytes) : 0;
  return answer_bytes(call, path->bytes + start, end - start);
}

static NativeStatus dirname_of(NativeCall *call) {
  Str *path;
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  const char *slash = memrchr(path->bytes, '/', path->len);
  Buffer out = {0};
  clean_path(&out, path->bytes, slash ? (size_t)(slash + 1 - path->bytes) : 0);
  return answer_buffer(call, &out);
}

static NativeStatus extension_of(NativeCall *call) {
  Str *path;
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  for (size_t at = path->len; at-- > 0 && path->bytes[at] != '/';) {
    if (path->bytes[at] == '.') return answer_bytes(call, path->bytes + at, path->len - at);
  }
  return answer_text(call, "");
}

static NativeStatus is_absolute(NativeCall *call) {
  Str *path;
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  return answer_bool(call, path->len > 0 && path->bytes[0] == '/');
}

static NativeStatus clean(NativeCall *call) {
  Str *path;
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  Buffer out = {0};
  clean_path(&out, path->bytes, path->len);
  return answer_buffer(call, &out);
}

#define URL(name, signature, function, doc)                                                        \
  { "url", name, signature, function, doc, NULL, 0, NATIVE_VINT }
// In both languages; a row each, because messages name types as the row's language does.
#define PATH(name, signature, function, doc)                                                       \
  {"path", name, signature, function, doc, NULL, 0, NATIVE_VINT},                                  \
  {"path", name, signature, function, doc, NULL, 0, NATIVE_LUMA}

static const NativeRow rows[] = {
    URL("parse", "fn(url: String): String", parse,
        "Its parts as a text: \"scheme:S host:H path:P query:Q fragment:F\"."),
    URL("parts", "fn(url: String): Any", parts,
        "Its parts as a dict: scheme, user, host, port, path, query, fragment."),
    URL("encode", "fn(text: String): String", encode,
        "Percent-encoded for a query or form; a blank becomes +."),
    URL("decode", "fn(text: String): String", decode, "Undoes encode."),
    URL("join", "fn(base: String, reference: String): String", join,
        "The reference resolved against the base (RFC 3986)."),
    URL("isValid", "fn(url: String): Boolean", is_valid, "Is it a URL with scheme and host?"),
    URL("build", "fn(parts: Any): String", build,
        "A URL of {scheme, host, path, query, fragment, user, port}; the query may be a dict."),
    {"path", "", "Imported", NULL, "Paths as texts: import(\"std:path\").", NULL, 0, NATIVE_LUMA},
    PATH("join", "fn(parts: String...): String", path_join,
         "The parts with / between them, cleaned."),
    PATH("basename", "fn(path: String): String", basename_of, "The last part."),
    PATH("dirname", "fn(path: String): String", dirname_of, "All but the last part."),
    PATH("ext", "fn(path: String): String", extension_of,
         "The last part from its last dot on; \"\" if it has none."),
    PATH("isAbs", "fn(path: String): Boolean", is_absolute, "Does it begin with /?"),
    PATH("clean", "fn(path: String): String", clean,
         "The shortest path that means the same, as a text."),
};

LibModule lib_url_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
