// SPDX-License-Identifier: MIT
// http_message.c - headers and bodies, for client and server
#include "io/http_message.h"

#include <http_parser.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// --- Headers -------------------------------------------------------------------------------------

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

static char small_letter(char c) {
  return (unsigned char)(c - 'A') < 26 ? (char)(c | 0x20) : c;
}

void http_message_add_header(HttpHeaders *headers, const char *name, size_t name_len,
                             const char *value, size_t value_len) {
  while (value_len > 0 && (*value == ' ' || *value == '\t')) value++, value_len--;
  while (value_len > 0 && is_blank(value[value_len - 1])) value_len--;
  char *at = buffer_extend(&headers->text, name_len + value_len + 2);
  for (size_t i = 0; i < name_len; i++) at[i] = small_letter(name[i]);
  at += name_len;
  *at++ = '\0';
  if (value_len > 0) memcpy(at, value, value_len);
  at[value_len] = '\0';
}

bool http_message_next_header(const HttpHeaders *headers, size_t *position, const char **name,
                              const char **value) {
  if (*position >= headers->text.len) return false;
  *name = headers->text.bytes + *position;
  *value = *name + strlen(*name) + 1;
  *position = (size_t)(*value - headers->text.bytes) + strlen(*value) + 1;
  return true;
}

const char *http_message_header(const HttpHeaders *headers, const char *name) {
  size_t position = 0;
  const char *candidate;
  const char *value;
  while (http_message_next_header(headers, &position, &candidate, &value)) {
    if (strcmp(candidate, name) == 0) return value;
  }
  return NULL;
}

void http_message_free_headers(HttpHeaders *headers) {
  buffer_free(&headers->text);
}

// --- What may stand in a message -----------------------------------------------------------------

bool http_message_is_name(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    char c = text[i];
    bool is_alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_alphanumeric && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c))) return false;
  }
  return len > 0;
}

bool http_message_is_value(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)text[i];
    if ((c < ' ' && c != '\t') || c == 0x7f) return false;
  }
  return true;
}

bool http_message_is_method(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if ((text[i] < 'A' || text[i] > 'Z') && text[i] != '-') return false;
  }
  return len > 0 && len < 16;
}

const char *http_message_reason(int status) {
  switch (status) {
#define REASON(number, name, text)                                                                 \
  case number: return #text;
    HTTP_STATUS_MAP(REASON)
#undef REASON
  default: return "";
  }
}

// --- Dates ---------------------------------------------------------------------------------------
//
// Not strftime and strptime: their names depend on the locale.

static const char *const DAYS[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int http_message_print_date(char *out, const struct tm *utc) {
  return snprintf(out, HTTP_DATE_SIZE, "%s, %02d %s %d %02d:%02d:%02d GMT", DAYS[utc->tm_wday],
                  utc->tm_mday, MONTHS[utc->tm_mon], utc->tm_year + 1900, utc->tm_hour, utc->tm_min,
                  utc->tm_sec);
}

// The two older forms of RFC 9110 5.6.7 nobody has written for decades; they count as no date.
bool http_message_read_date(const char *text, int64_t *seconds) {
  struct tm parts = {0};
  char month[4];
  char zone[4];
  const char *comma = strchr(text, ',');
  if (!comma || sscanf(comma + 1, " %2d %3s %4d %2d:%2d:%2d %3s", &parts.tm_mday, month,
                       &parts.tm_year, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, zone) != 7) {
    return false;
  }
  size_t i = 0;
  while (i < ARRAY_LEN(MONTHS) && strcmp(MONTHS[i], month) != 0) i++;
  if (i == ARRAY_LEN(MONTHS) || strcmp(zone, "GMT") != 0) return false;
  parts.tm_mon = (int)i;
  parts.tm_year -= 1900;
  *seconds = timegm(&parts);
  return true;
}

// --- Bodies --------------------------------------------------------------------------------------

bool http_message_reserve(HttpBody *body, size_t len) {
  if (len <= body->capacity) return true;
  char *bytes = heap_grow(body->heap, body->bytes, body->capacity, len);
  if (!bytes) return false;
  body->bytes = bytes;
  body->capacity = len;
  return true;
}

bool http_message_append(HttpBody *body, const char *bytes, size_t len) {
  if (len == 0) return true;
  if (body->len + len > body->capacity) {
    size_t doubled = body->capacity * 2;
    size_t want = body->len + len;
    if (!http_message_reserve(body, want > doubled ? want : doubled) &&
        !http_message_reserve(body, want)) {
      return false;
    }
  }
  memcpy(body->bytes + body->len, bytes, len);
  body->len += len;
  return true;
}

void http_message_free_body(HttpBody *body) {
  if (body->bytes) heap_release(body->heap, body->bytes, body->capacity);
  body->bytes = NULL;
  body->len = body->capacity = 0;
}
