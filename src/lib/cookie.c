// SPDX-License-Identifier: MIT
// cookie.c - cookies of a request, and lines that set them (RFC 6265)
#include "lib/cookie.h"

#include "base/number.h"
#include "io/http_message.h"
#include "io/url.h"

#include <string.h>
#include <strings.h>

// --- Reading -------------------------------------------------------------------------------------

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Several headers of cookies come joined by line ends.
bool cookie_next(const char *header, size_t *position, Buffer *name, Buffer *value) {
  for (;;) {
    const char *at = header + *position;
    while (is_blank(*at) || *at == ';' || *at == '\n') at++;
    if (!*at) return false;
    size_t len = strcspn(at, ";\n");
    *position = (size_t)(at - header) + len;
    const char *sign = memchr(at, '=', len);
    if (!sign) continue;
    const char *from = sign + 1;
    const char *end = at + len;
    const char *name_end = sign;
    while (name_end > at && is_blank(name_end[-1])) name_end--;
    while (from < end && is_blank(*from)) from++;
    while (end > from && is_blank(end[-1])) end--;
    bool is_quoted = end - from >= 2 && *from == '"' && end[-1] == '"';
    if (is_quoted) from++, end--;
    buffer_clear(name);
    buffer_clear(value);
    buffer_append(name, at, (size_t)(name_end - at));
    url_decode(value, from, (size_t)(end - from), false);
    return true;
  }
}

// --- Writing -------------------------------------------------------------------------------------

// RFC 6265, 4.1.1; "%" too, because it begins what is encoded.
static bool may_stand(unsigned char c) {
  return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\' && c != '%';
}

static void print_value(Buffer *out, const Str *value) {
  for (uint32_t i = 0; i < value->len; i++) {
    unsigned char c = (unsigned char)value->bytes[i];
    if (may_stand(c))
      buffer_byte(out, (char)c);
    else
      buffer_printf(out, "%%%02X", c);
  }
}

// "; Path=/x". False: raised.
static bool print_text(NativeCall *call, const Table *options, const char *option,
                       const char *shown, const char *otherwise, Buffer *out) {
  Value value = args_table_field(call, options, option);
  const char *text = otherwise;
  if (!value_is_absent(value)) {
    Str *str;
    if (!args_field_str(call, option, value, &str)) return false;
    bool is_good =
        !memchr(str->bytes, ';', str->len) && http_message_is_value(str->bytes, str->len);
    if (!is_good) {
      return vm_raise(call->vm, "ValueError", "the %s of a cookie cannot be \"%.60s\"", option,
                      str->bytes);
    }
    text = str->bytes;
  }
  if (text) buffer_printf(out, "; %s=%s", shown, text);
  return true;
}

static bool print_flag(NativeCall *call, const Table *options, const char *option,
                       const char *shown, Buffer *out) {
  Value value = args_table_field(call, options, option);
  if (!value_is_absent(value) && !value_is_bool(value)) {
    return args_field_wrong(call, option, value,
                            call->row->languages == NATIVE_VINT ? "boolean" : "Boolean");
  }
  if (value == VALUE_TRUE) buffer_printf(out, "; %s", shown);
  return true;
}

static bool print_age(NativeCall *call, const Table *options, Buffer *out) {
  Value value = args_table_field(call, options, "maxAge");
  int64_t seconds;
  if (value_is_absent(value)) return true;
  if (!args_field_integer(call, "maxAge", value, 0, INT32_MAX, &seconds)) return false;
  buffer_printf(out, "; Max-Age=%lld", (long long)seconds);
  return true;
}

static bool print_site(NativeCall *call, const Table *options, Buffer *out) {
  static const char *const names[] = {"Strict", "Lax", "None"};
  Value value = args_table_field(call, options, "sameSite");
  Str *text;
  if (value_is_absent(value)) return true;
  if (!args_field_str(call, "sameSite", value, &text)) return false;
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    if (strcasecmp(names[i], text->bytes) != 0) continue;
    buffer_printf(out, "; SameSite=%s", names[i]);
    bool is_secure = args_table_field(call, options, "secure") == VALUE_TRUE;
    if (i < 2 || is_secure) return true;
    return vm_raise(call->vm, "ValueError",
                    "a cookie with sameSite \"None\" must be secure: browsers refuse it else");
  }
  return vm_raise(call->vm, "ValueError",
                  "the sameSite of a cookie is \"Strict\", \"Lax\" or \"None\", got \"%.60s\"",
                  text->bytes);
}

bool cookie_print(NativeCall *call, uint32_t index, Buffer *out) {
  static const char *const names[] = {"path", "domain", "maxAge", "secure", "httpOnly", "sameSite"};
  Str *name;
  Str *value;
  Table *options;
  if (!args_str(call, index, &name) || !args_str(call, index + 1, &value) ||
      !args_optional_table(call, index + 2, &options) ||
      !args_check_fields(call, options, names, (uint32_t)ARRAY_LEN(names))) {
    return false;
  }
  if (!http_message_is_name(name->bytes, name->len)) {
    return vm_raise(call->vm, "ValueError", "\"%.60s\" cannot be the name of a cookie",
                    name->bytes);
  }
  buffer_printf(out, "%s=", name->bytes);
  print_value(out, value);
  return print_text(call, options, "path", "Path", "/", out) &&
         print_text(call, options, "domain", "Domain", NULL, out) &&
         print_age(call, options, out) && print_flag(call, options, "secure", "Secure", out) &&
         print_flag(call, options, "httpOnly", "HttpOnly", out) && print_site(call, options, out);
}
