// SPDX-License-Identifier: MIT
// url.c - URLs: taken apart, resolved, built (RFC 3986)
#include "io/url.h"

#include <string.h>
#include <strings.h>

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static UrlPart part_of(const char *start, const char *end) {
  return (UrlPart){.bytes = start, .len = (size_t)(end - start)};
}

// Bytes below 64 as a set: what parts a URL is all among them.
#define STOP(byte) (UINT64_C(1) << (byte))

// The first byte in [at, end) that is one of `stops`, or end.
static const char *find_any(const char *at, const char *end, uint64_t stops) {
  while (at < end && ((unsigned char)*at >= 64 || !(stops & STOP((unsigned char)*at)))) at++;
  return at;
}

// --- Parsing -------------------------------------------------------------------------------------

// The end of a scheme ("http" of "http:…"), NULL if the text does not begin with one.
static const char *scheme_end(const char *at, const char *end) {
  if (at == end || !is_letter(*at)) return NULL;
  while (at < end && (is_letter(*at) || is_digit(*at) || *at == '+' || *at == '-' || *at == '.')) {
    at++;
  }
  return at < end && *at == ':' ? at : NULL;
}

static bool parse_port(Url *url, const char *at, const char *end, const char **problem) {
  url->port = part_of(at, end);
  uint32_t number = 0;
  for (; at < end; at++) {
    if (is_digit(*at)) number = number * 10 + (uint32_t)(*at - '0');
    if (!is_digit(*at) || number > 65535) {
      *problem = "the port must be a number up to 65535";
      return false;
    }
  }
  return true;
}

// [user@]host[:port]
static bool parse_authority(Url *url, const char *at, const char *end, const char **problem) {
  const char *sign = memrchr(at, '@', (size_t)(end - at));
  if (sign) {
    url->user = part_of(at, sign);
    at = sign + 1;
  }
  const char *host_end;
  if (at < end && *at == '[') {
    host_end = memchr(at, ']', (size_t)(end - at));
    if (!host_end) {
      *problem = "the host begins with [ but has no ]";
      return false;
    }
    host_end++;
  } else {
    host_end = find_any(at, end, STOP(':'));
  }
  url->host = part_of(at, host_end);
  if (host_end == end) return true;
  if (*host_end != ':') {
    *problem = "after the ] of the host only a port may follow";
    return false;
  }
  return parse_port(url, host_end + 1, end, problem);
}

static bool has_forbidden(const char *at, const char *end, const char **problem) {
  for (; at < end; at++) {
    if ((unsigned char)*at < 0x20 || *at == 0x7f) {
      *problem = "it contains a control character";
      return true;
    }
  }
  return false;
}

bool url_parse(const char *text, size_t len, Url *out, const char **problem) {
  const char *at = text;
  const char *end = text + len;
  *out = (Url){0};
  if (has_forbidden(at, end, problem)) return false;
  const char *colon = scheme_end(at, end);
  if (colon) {
    out->scheme = part_of(at, colon);
    at = colon + 1;
  }
  if (end - at >= 2 && at[0] == '/' && at[1] == '/') {
    const char *authority_end = find_any(at + 2, end, STOP('/') | STOP('?') | STOP('#'));
    if (!parse_authority(out, at + 2, authority_end, problem)) return false;
    at = authority_end;
  }
  const char *path_end = find_any(at, end, STOP('?') | STOP('#'));
  out->path = part_of(at, path_end);
  at = path_end;
  if (at < end && *at == '?') {
    const char *query_end = find_any(at + 1, end, STOP('#'));
    out->query = part_of(at + 1, query_end);
    at = query_end;
  }
  if (at < end) out->fragment = part_of(at + 1, end);
  return true;
}

// --- Printing and resolving ----------------------------------------------------------------------

static void print_part(Buffer *out, const char *before, UrlPart part, const char *after) {
  if (!part.bytes) return;
  buffer_text(out, before);
  buffer_append(out, part.bytes, part.len);
  buffer_text(out, after);
}

void url_print(Buffer *out, const Url *url) {
  print_part(out, "", url->scheme, ":");
  if (url->host.bytes) buffer_text(out, "//");
  print_part(out, "", url->user, "@");
  print_part(out, "", url->host, "");
  print_part(out, ":", url->port, "");
  print_part(out, "", url->path, "");
  print_part(out, "?", url->query, "");
  print_part(out, "#", url->fragment, "");
}

// The path from `at` on without "." and ".." segments (RFC 3986, 5.2.4), in place: what is written
// never overtakes what is read.
static void remove_dots(Buffer *path) {
  char *bytes = path->bytes;
  size_t len = path->len;
  size_t read = 0;
  size_t written = 0;
  while (read < len) {
    size_t start = read + (bytes[read] == '/' ? 1 : 0);
    size_t next = start;
    while (next < len && bytes[next] != '/') next++;
    size_t size = next - start;
    bool is_dot = size == 1 && bytes[start] == '.';
    bool is_up = size == 2 && bytes[start] == '.' && bytes[start + 1] == '.';
    if (is_up) {
      while (written > 0 && bytes[--written] != '/') {
      }
    }
    if (!is_dot && !is_up) {
      memmove(bytes + written, bytes + read, next - read);
      written += next - read;
    } else if (next == len) {
      bytes[written++] = '/'; // "a/.." is the folder: it keeps its slash
    }
    read = next;
  }
  path->len = written;
}

// The base's path up to its last "/", then the reference's.
static void merge_paths(Buffer *out, const Url *base, UrlPart path) {
  const char *slash = memrchr(base->path.bytes, '/', base->path.len);
  if (slash) {
    buffer_append(out, base->path.bytes, (size_t)(slash - base->path.bytes) + 1);
  } else if (base->host.bytes) {
    buffer_byte(out, '/');
  }
  buffer_append(out, path.bytes, path.len);
}

void url_resolve(Buffer *out, const Url *base, const Url *reference) {
  Buffer path = {0};
  Url target = *reference;
  if (!reference->scheme.bytes) {
    target.scheme = base->scheme;
    if (!reference->host.bytes) {
      target.user = base->user;
      target.host = base->host;
      target.port = base->port;
    }
  }
  bool is_inside = !reference->scheme.bytes && !reference->host.bytes;
  if (is_inside && reference->path.len == 0) {
    buffer_append(&path, base->path.bytes, base->path.len);
    if (!reference->query.bytes) target.query = base->query;
  } else if (is_inside && reference->path.bytes[0] != '/') {
    merge_paths(&path, base, reference->path);
  } else {
    buffer_append(&path, reference->path.bytes, reference->path.len);
  }
  if (path.len > 0) remove_dots(&path);
  target.path = (UrlPart){.bytes = path.bytes ? path.bytes : "", .len = path.len};
  url_print(out, &target);
  buffer_free(&path);
}

// --- Encoding ------------------------------------------------------------------------------------

static void put_hex(Buffer *out, char byte) {
  static const char digits[] = "0123456789ABCDEF";
  buffer_byte(out, '%');
  buffer_byte(out, digits[(unsigned char)byte >> 4]);
  buffer_byte(out, digits[(unsigned char)byte & 15]);
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// May it stand in a URL as it is?
static bool is_plain(char byte) {
  switch (byte) {
  case '"':
  case '<':
  case '>':
  case '\\':
  case '^':
  case '`':
  case '{':
  case '|':
  case '}': return false;
  default: return byte > ' ' && byte < 0x7f;
  }
}

void url_normalize(Buffer *out, const char *text, size_t len) {
  size_t i = 0;
  while (i < len) {
    size_t start = i;
    while (i < len && is_plain(text[i])) i++;
    buffer_append(out, text + start, i - start);
    if (i < len) put_hex(out, text[i++]);
  }
}

void url_encode(Buffer *out, const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) {
    char c = bytes[i];
    if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      buffer_byte(out, c);
    } else {
      put_hex(out, c);
    }
  }
}

// The byte that %XX at `at` stands for; −1: there is none.
static int encoded_byte(const char *at, const char *end) {
  if (end - at < 3 || *at != '%') return -1;
  int high = hex_digit(at[1]);
  int low = hex_digit(at[2]);
  return high >= 0 && low >= 0 ? high * 16 + low : -1;
}

void url_decode(Buffer *out, const char *bytes, size_t len, bool plus_is_blank) {
  const char *at = bytes;
  const char *end = bytes + len;
  while (at < end) {
    const char *stop = find_any(at, end, STOP('%') | STOP('+'));
    buffer_append(out, at, (size_t)(stop - at));
    at = stop;
    if (at == end) return;
    int byte = encoded_byte(at, end);
    if (byte >= 0) {
      buffer_byte(out, (char)byte);
      at += 3;
    } else {
      buffer_byte(out, plus_is_blank && *at == '+' ? ' ' : *at);
      at++;
    }
  }
}

void url_add_pair(Buffer *out, const char *name, size_t name_len, const char *value,
                  size_t value_len) {
  if (out->len > 0) buffer_byte(out, '&');
  url_encode(out, name, name_len);
  buffer_byte(out, '=');
  url_encode(out, value, value_len);
}

bool url_next_pair(UrlPart query, size_t *position, Buffer *name, Buffer *value) {
  buffer_clear(name);
  buffer_clear(value);
  while (*position < query.len && query.bytes[*position] == '&') ++*position;
  if (*position >= query.len) return false;
  const char *start = query.bytes + *position;
  const char *end = find_any(start, query.bytes + query.len, STOP('&'));
  const char *sign = find_any(start, end, STOP('='));
  url_decode(name, start, (size_t)(sign - start), true);
  if (sign < end) url_decode(value, sign + 1, (size_t)(end - sign - 1), true);
  *position = (size_t)(end - query.bytes);
  return true;
}

// --- Questions -----------------------------------------------------------------------------------

static bool part_is(UrlPart part, const char *text) {
  return part.bytes && part.len == strlen(text) && strncasecmp(part.bytes, text, part.len) == 0;
}

static bool parts_equal(UrlPart a, UrlPart b) {
  return a.len == b.len && (a.len == 0 || strncasecmp(a.bytes, b.bytes, a.len) == 0);
}

static UrlPart effective_port(const Url *url) {
  if (url->port.len > 0) return url->port;
  if (part_is(url->scheme, "https")) return (UrlPart){"443", 3};
  return (UrlPart){"80", 2};
}

bool url_same_origin(const Url *a, const Url *b) {
  return parts_equal(a->scheme, b->scheme) && parts_equal(a->host, b->host) &&
         parts_equal(effective_port(a), effective_port(b));
}

bool url_host_is_local(const Url *url) {
  return part_is(url->host, "localhost") || part_is(url->host, "[::1]") ||
         (url->host.len > 4 && memcmp(url->host.bytes, "127.", 4) == 0);
}

bool url_is_http(const Url *url) {
  return part_is(url->scheme, "http") || part_is(url->scheme, "https");
}

UrlPart url_last_segment(const Url *url) {
  const char *start = url->path.bytes;
  const char *end = start + url->path.len;
  while (end > start && end[-1] == '/') end--;
  const char *slash = end > start ? memrchr(start, '/', (size_t)(end - start)) : NULL;
  return part_of(slash ? slash + 1 : start, end);
}
