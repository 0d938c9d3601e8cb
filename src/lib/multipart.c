// SPDX-License-Identifier: MIT
// multipart.c - the parts of a multipart/form-data body (RFC 7578)
//
//   --BOUNDARY CRLF header CRLF header CRLF CRLF content CRLF --BOUNDARY CRLF … --BOUNDARY--
//
// The line end in front of a boundary belongs to the boundary. Libraries for this in C are parts of
// servers (libmicrohttpd) or of mail programs (GMime, which reads much that no browser sends).
#include "lib/multipart.h"

#include <string.h>
#include <strings.h>

#define HEADERS_MAX 8192 // of one part

static const char FORM_DATA[] = "multipart/form-data";

bool multipart_is_type(const char *content_type) {
  size_t len = sizeof(FORM_DATA) - 1;
  return content_type && strncasecmp(content_type, FORM_DATA, len) == 0 &&
         (content_type[len] == '\0' || strchr("; \t", content_type[len]));
}

// --- Parameters of a header ----------------------------------------------------------------------

static const char *skip_blanks(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  return at;
}

// A value, with or without quotes. Browsers write %22 for a quote and leave backslashes alone,
// which stand in names of files; so only \" and \\ are undone. NULL: the quotes do not end.
static const char *read_value(const char *at, const char *end, Buffer *out) {
  buffer_clear(out);
  if (at == end || *at != '"') {
    while (at < end && !strchr("; \t", *at)) buffer_byte(out, *at++);
    return at;
  }
  for (at++; at < end && *at != '"'; at++) {
    bool is_escape = *at == '\\' && at + 1 < end && (at[1] == '"' || at[1] == '\\');
    if (is_escape) at++;
    buffer_byte(out, *at);
  }
  return at < end ? at + 1 : NULL;
}

// The parameter `name` of what stands behind a header's first semicolon. False: it has none.
static bool find_parameter(const char *at, const char *end, const char *name, Buffer *out) {
  size_t len = strlen(name);
  at = memchr(at, ';', (size_t)(end - at));
  while (at && at < end) {
    at = skip_blanks(at + 1, end);
    const char *sign = memchr(at, '=', (size_t)(end - at));
    if (!sign) return false;
    bool is_it = (size_t)(sign - at) == len && strncasecmp(at, name, len) == 0;
    const char *behind = read_value(sign + 1, end, out);
    if (!behind) return false;
    if (is_it) return true;
    at = memchr(behind, ';', (size_t)(end - behind));
  }
  buffer_clear(out);
  return false;
}

// RFC 2046, 5.1.1: 1 to 70 characters of these, no blank at the end.
static bool is_boundary(const Buffer *text) {
  static const char others[] = "'()+_,-./:=? ";
  if (text->len == 0 || text->len > 70 || text->bytes[text->len - 1] == ' ') return false;
  for (size_t i = 0; i < text->len; i++) {
    char c = text->bytes[i];
    bool is_alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_alphanumeric && (c == '\0' || !strchr(others, c))) return false;
  }
  return true;
}

bool multipart_init(Multipart *multipart, const char *content_type, const char *bytes, size_t len) {
  Buffer boundary = {0};
  const char *end = content_type + strlen(content_type);
  bool ok = find_parameter(content_type, end, "boundary", &boundary) && is_boundary(&boundary);
  *multipart = (Multipart){.bytes = bytes, .len = len};
  if (ok) {
    memcpy(multipart->boundary, "\r\n--", 4);
    memcpy(multipart->boundary + 4, boundary.bytes, boundary.len);
    multipart->boundary_len = boundary.len + 4;
  }
  buffer_free(&boundary);
  return ok;
}

// --- Parts ---------------------------------------------------------------------------------------

static MultipartStatus malformed(const char **problem, const char *what) {
  *problem = what;
  return MULTIPART_MALFORMED;
}

// Where the next boundary begins; its line end may be missing at the very beginning of the body.
static const char *find_boundary(const Multipart *multipart) {
  const char *from = multipart->bytes + multipart->at;
  size_t left = multipart->len - multipart->at;
  size_t len = multipart->boundary_len;
  if (multipart->at == 0 && left >= len - 2 &&
      memcmp(from, multipart->boundary + 2, len - 2) == 0) {
    return from;
  }
  return memmem(from, left, multipart->boundary, len);
}

static bool is_header(const char *line, const char *end, const char *name) {
  size_t len = strlen(name);
  return (size_t)(end - line) > len && strncasecmp(line, name, len) == 0 && line[len] == ':';
}

// One line of a part's head. False: malformed.
static bool read_header(MultipartPart *part, const char *line, const char *end) {
  if (is_header(line, end, "content-disposition")) {
    const char *value = skip_blanks(line + sizeof("content-disposition"), end);
    if (end - value < 9 || strncasecmp(value, "form-data", 9) != 0) return false;
    if (!find_parameter(value, end, "name", &part->name)) return false;
    part->is_file = find_parameter(value, end, "filename", &part->file_name);
  } else if (is_header(line, end, "content-type")) {
    const char *value = skip_blanks(line + sizeof("content-type"), end);
    buffer_append(&part->type, value, (size_t)(end - value));
  }
  return memchr(line, ':', (size_t)(end - line)) != NULL;
}

// The head from `at` on; NULL: malformed. A zero in it would cut names short.
static const char *read_head(const Multipart *multipart, MultipartPart *part, const char *at) {
  const char *end = multipart->bytes + multipart->len;
  const char *limit = end - at > HEADERS_MAX ? at + HEADERS_MAX : end;
  while (at < limit) {
    const char *line_end = memmem(at, (size_t)(limit - at), "\r\n", 2);
    if (!line_end || memchr(at, '\0', (size_t)(line_end - at))) return NULL;
    if (line_end == at) return at + 2;
    if (!read_header(part, at, line_end)) return NULL;
    at = line_end + 2;
  }
  return NULL;
}

MultipartStatus multipart_next(Multipart *multipart, MultipartPart *part, const char **problem) {
  const char *end = multipart->bytes + multipart->len;
  buffer_clear(&part->name);
  buffer_clear(&part->file_name);
  buffer_clear(&part->type);
  part->is_file = false;
  const char *boundary = find_boundary(multipart);
  if (!boundary) return malformed(problem, "the boundary is missing");
  bool has_line_end = *boundary == '\r';
  const char *at = boundary + multipart->boundary_len - (has_line_end ? 0 : 2);
  if (end - at >= 2 && memcmp(at, "--", 2) == 0) return MULTIPART_END;
  at = skip_blanks(at, end);
  if (end - at < 2 || memcmp(at, "\r\n", 2) != 0) {
    return malformed(problem, "a boundary's line does not end");
  }
  at = read_head(multipart, part, at + 2);
  if (!at) return malformed(problem, "a part's head is malformed");
  if (part->name.len == 0) return malformed(problem, "a part has no name");
  part->from = (size_t)(at - multipart->bytes);
  multipart->at = part->from - 2; // an empty content: its boundary's line end is the head's last
  const char *next = find_boundary(multipart);
  if (!next) return malformed(problem, "a part does not end");
  part->len = next < at ? 0 : (size_t)(next - at);
  multipart->at = (size_t)(next - multipart->bytes);
  return MULTIPART_PART;
}

void multipart_free_part(MultipartPart *part) {
  buffer_free(&part->name);
  buffer_free(&part->file_name);
  buffer_free(&part->type);
}
