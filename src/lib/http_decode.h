// SPDX-License-Identifier: MIT
// http_decode.h - the type asked for is the type delivered (C 3.9)
//
// What a request's promise gives depends on the type that the place of use expects. A failure is a
// raised error here; where a Result is expected it is packed into it, else it rejects the promise.
//
//   expected            value                              failures
//   nothing, Any        Result(Response, Error)            in err; any status is ok
//   Response            the response                       reject; any status is fine
//   Result(X, E)        X in ok                            in err, a status outside 2xx too
//   String              the text                           reject
//   else                the JSON, checked field by field   reject
#ifndef HTTP_DECODE_H
#define HTTP_DECODE_H

#include "io/http_client.h"
#include "vm/vm.h"

// An answer, with the words for messages about it.
typedef struct HttpReceived {
  const HttpAnswer *answer;
  const char *method;
  const char *url; // as it was requested
} HttpReceived;

// What the promise is to be fulfilled with; VALUE_ABSENT: rejected, with the error on the VM.
// `received` NULL: the request could not be made, the error is on the VM. `expected` may be NULL
// and must be rooted.
Value http_decode_luma(VM *vm, TypeValue *expected, const HttpReceived *received) MUST_USE;
// A Result of what was made: VALUE_ABSENT stands for the error on the VM, which is packed. For
// natives that answer with a Result. VALUE_ABSENT: raised.
Value http_decode_result(VM *vm, Value value) MUST_USE;
// Vint's net.get: the body as a string, whatever the status. net.fetch: {status, headers, body,
// url}. VALUE_ABSENT: raised.
Value http_decode_body(VM *vm, const HttpReceived *received) MUST_USE;
Value http_decode_dict(VM *vm, const HttpReceived *received) MUST_USE;

// Headers as a table, names in lower case. What comes twice is joined by ", " (cookies, which may
// contain commas, by a line end). NULL: raised.
Table *http_decode_headers(VM *vm, const HttpHeaders *headers) MUST_USE;

#endif
