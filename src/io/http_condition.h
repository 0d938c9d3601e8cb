// SPDX-License-Identifier: MIT
// http_condition.h - what a request's headers say about a file's answer: conditions and ranges
//
// RFC 9110, sections 13 and 14. A file is known by its tag (with the quotes) and by its time, in
// seconds since 1970.
#ifndef HTTP_CONDITION_H
#define HTTP_CONDITION_H

#include "io/http_message.h"

typedef struct HttpVersion {
  const char *tag;
  int64_t modified_s;
  int64_t size;
} HttpVersion;

typedef enum HttpCondition {
  HTTP_CONDITION_MET,
  HTTP_CONDITION_UNCHANGED, // 304: the client has it already
  HTTP_CONDITION_FAILED,    // 412
} HttpCondition;

HttpCondition http_condition_check(const HttpHeaders *request, const HttpVersion *version);

typedef enum HttpRangeKind {
  HTTP_RANGE_WHOLE, // none is asked for, or one that is to be ignored; several are
  HTTP_RANGE_PART,
  HTTP_RANGE_NONE, // 416: there are no such bytes
} HttpRangeKind;

// The part that is asked for, *from and *len; of HTTP_RANGE_WHOLE all of it.
HttpRangeKind http_condition_range(const HttpHeaders *request, const HttpVersion *version,
                                   int64_t *from, int64_t *len);

#endif
