// SPDX-License-Identifier: MIT
// http_message.h - headers and bodies, for client and server
//
// Headers are one block of text, "name\0value\0name\0value\0…" in the order they came: few
// allocations, and nothing in them is looked up more than once. Names are in lower case. A name
// that comes twice is joined by http_headers_get's callers as they like (http_message_join).
//
// A body's bytes are counted by the VM's heap, so that what comes from the net obeys the same limit
// as what a program makes.
#ifndef HTTP_MESSAGE_H
#define HTTP_MESSAGE_H

#include "base/buffer.h"
#include "heap/heap.h"

typedef struct HttpHeaders {
  Buffer text;
} HttpHeaders; // zeroed is empty

// Name and value are copied, blanks around the value are left out.
void http_message_add_header(HttpHeaders *headers, const char *name, size_t name_len,
                             const char *value, size_t value_len);
// The first value of `name` (given in lower case); NULL if there is none.
const char *http_message_header(const HttpHeaders *headers, const char *name);
// Start with *position = 0; false at the end.
bool http_message_next_header(const HttpHeaders *headers, size_t *position, const char **name,
                              const char **value) MUST_USE;
void http_message_free_headers(HttpHeaders *headers);

// May this text stand in a message as a header's name, as its value? A value with a line end would
// be a second header of somebody else's choice.
bool http_message_is_name(const char *text, size_t len);
bool http_message_is_value(const char *text, size_t len);
// A method: a name in upper case of at most 15 letters.
bool http_message_is_method(const char *text, size_t len);
struct tm;
// "Sun, 06 Nov 1994 08:49:37 GMT", whatever the locale; its length. `out` has HTTP_DATE_SIZE bytes.
#define HTTP_DATE_SIZE 48
int http_message_print_date(char *out, const struct tm *utc);
// The same read, as seconds since 1970. False: it is no date.
bool http_message_read_date(const char *text, int64_t *seconds) MUST_USE;
// "Not Found"; "" for an unknown status.
const char *http_message_reason(int status);

typedef struct HttpBody {
  Heap *heap;
  char *bytes; // raw block of the heap; NULL while empty
  size_t len;
  size_t capacity;
} HttpBody;

// False: the heap's limit is reached; the body is unchanged. May collect.
bool http_message_append(HttpBody *body, const char *bytes, size_t len) MUST_USE;
// Makes room for `len` bytes in all.
bool http_message_reserve(HttpBody *body, size_t len) MUST_USE;
void http_message_free_body(HttpBody *body); // never collects

#endif
