// SPDX-License-Identifier: MIT
// multipart.h - the parts of a multipart/form-data body (RFC 7578)
//
// The body is in memory, and parts are places in it: nothing is copied. Reads what browsers, curl
// and fetch send, and nothing that servers could read in different ways.
#ifndef MULTIPART_H
#define MULTIPART_H

#include "base/buffer.h"

typedef struct MultipartPart {
  Buffer name;
  Buffer file_name; // as it was sent
  Buffer type;      // of the content; empty: text/plain
  bool is_file;     // it has a file name
  size_t from, len; // of its content in the body
} MultipartPart;

typedef struct Multipart {
  const char *bytes;
  size_t len;
  size_t at;
  char boundary[80]; // "\r\n--" and what the header says
  size_t boundary_len;
} Multipart;

typedef enum MultipartStatus { MULTIPART_PART, MULTIPART_END, MULTIPART_MALFORMED } MultipartStatus;

// Is it the type of such a body?
bool multipart_is_type(const char *content_type);
// False: the header has no boundary, or one that cannot be.
bool multipart_init(Multipart *multipart, const char *content_type, const char *bytes,
                    size_t len) MUST_USE;
// The next part, into buffers that are cleared. MULTIPART_MALFORMED: `*problem` says what is wrong.
MultipartStatus multipart_next(Multipart *multipart, MultipartPart *part,
                               const char **problem) MUST_USE;
void multipart_free_part(MultipartPart *part);

#endif
