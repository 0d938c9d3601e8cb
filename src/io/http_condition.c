// SPDX-License-Identifier: MIT
// http_condition.c - what a request's headers say about a file's answer: conditions and ranges
#include "io/http_condition.h"

#include <string.h>

// --- Conditions ----------------------------------------------------------------------------------

static const char *skip_blanks(const char *text) {
  while (*text == ' ' || *text == '\t' || *text == ',') text++;
  return text;
}

// Is the tag in the list "a", W/"b", or is it a star? Our tags are strong; a weak one of the list
// counts only if `weakly`.
static bool lists_tag(const char *list, const char *tag, bool weakly) {
  size_t len = strlen(tag);
  list = skip_blanks(list);
  if (*list == '*') return true;
  while (*list) {
    bool is_weak = strncmp(list, "W/", 2) == 0;
    if (is_weak) list += 2;
    if (*list != '"') return false;
    if (strncmp(list, tag, len) == 0 && (weakly || !is_weak)) return true;
    const char *end = strchr(list + 1, '"');
    if (!end) return false;
    list = skip_blanks(end + 1);
  }
  return false;
}

static bool is_newer(const HttpVersion *version, const char *date, bool *is_date) {
  int64_t seconds;
  *is_date = http_message_read_date(date, &seconds);
  return *is_date && version->modified_s > seconds;
}

// A tag decides; the date is asked only where there is none (RFC 9110, 13.2.2).
HttpCondition http_condition_check(const HttpHeaders *request, const HttpVersion *version) {
  const char *match = http_message_header(request, "if-match");
  const char *unmodified = http_message_header(request, "if-unmodified-since");
  const char *none_match = http_message_header(request, "if-none-match");
  const char *modified = http_message_header(request, "if-modified-since");
  bool is_date;
  if (match) {
    if (!lists_tag(match, version->tag, false)) return HTTP_CONDITION_FAILED;
  } else if (unmodified && is_newer(version, unmodified, &is_date)) {
    return HTTP_CONDITION_FAILED;
  }
  if (none_match) {
    bool is_listed = lists_tag(none_match, version->tag, true);
    return is_listed ? HTTP_CONDITION_UNCHANGED : HTTP_CONDITION_MET;
  }
  if (modified && !is_newer(version, modified, &is_date) && is_date)
    return HTTP_CONDITION_UNCHANGED;
  return HTTP_CONDITION_MET;
}

// --- Ranges --------------------------------------------------------------------------------------

// If-Range: only a client that has this very version may have a part of it.
static bool may_have_part(const HttpHeaders *request, const HttpVersion *version) {
  const char *wanted = http_message_header(request, "if-range");
  int64_t seconds;
  if (!wanted) return true;
  if (*wanted == '"') return strcmp(wanted, version->tag) == 0;
  return http_message_read_date(wanted, &seconds) && seconds == version->modified_s;
}

// Digits; false if there are none or too many.
static bool read_number(const char **text, int64_t *out) {
  const char *from = *text;
  int64_t number = 0;
  while (**text >= '0' && **text <= '9') {
    if (*text - from == 18) return false;
    number = number * 10 + (*(*text)++ - '0');
  }
  *out = number;
  return *text > from;
}

// "bytes=0-99", "bytes=100-", "bytes=-50". False: none of these, to be ignored.
static bool read_range(const char *text, int64_t size, int64_t *first, int64_t *last) {
  if (strncmp(text, "bytes=", 6) != 0) return false;
  text = skip_blanks(text + 6);
  bool has_first = read_number(&text, first);
  if (*text++ != '-') return false;
  bool has_last = read_number(&text, last);
  if (*skip_blanks(text) || (!has_first && !has_last)) return false;
  if (!has_first) { // the last bytes
    *first = *last < size ? size - *last : 0;
    if (*last == 0) *first = size;
    *last = size - 1;
  } else if (has_last && *last < *first) {
    return false;
  } else if (!has_last || *last >= size) {
    *last = size - 1;
  }
  return true;
}

HttpRangeKind http_condition_range(const HttpHeaders *request, const HttpVersion *version,
                                   int64_t *from, int64_t *len) {
  const char *wanted = http_message_header(request, "range");
  int64_t first;
  int64_t last;
  *from = 0;
  *len = version->size;
  if (!wanted || !may_have_part(request, version)) return HTTP_RANGE_WHOLE;
  if (!read_range(wanted, version->size, &first, &last)) return HTTP_RANGE_WHOLE;
  if (first >= version->size) return HTTP_RANGE_NONE;
  *from = first;
  *len = last - first + 1;
  return HTTP_RANGE_PART;
}
