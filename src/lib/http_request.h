// SPDX-License-Identifier: MIT
// http_request.h - from a call's arguments to a request (C 4.12)
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "io/http_client.h"
#include "lib/args.h"

#define HTTP_REQUEST_TIMEOUT_MS 30000
#define HTTP_REQUEST_REDIRECTS  10

// What a call asks for, as found among its arguments; Values are VALUE_ABSENT if not given.
typedef struct HttpWish {
  const char *method; // NULL: the options', else GET
  Value url;          // VALUE_ABSENT: the options'
  Value body;         // the options' comes first
  Value headers;
  Table *options; // may be NULL
} HttpWish;

// Fills in all but the URL. *body gets the text that request->body points into, to be kept alive.
// False: a TypeError or ValueError about the arguments is on the VM.
bool http_request_read(NativeCall *call, const HttpWish *wish, HttpRequest *request,
                       Str **body) MUST_USE;
// The URL: resolved against `base` (VALUE_ABSENT or null: none), the query option added. False: a
// ValueError is on the VM, which belongs into the promise: it is about data and not about the call.
bool http_request_set_url(NativeCall *call, const HttpWish *wish, Value base,
                          HttpRequest *request) MUST_USE;

// A header table of a script: checked and appended; a list of values is several headers of that name.
// For requests and for a server's answers; `what` begins the message of an error. Those that
// `is_left_out` (may be NULL) names are passed over.
bool http_request_add_headers(VM *vm, const Table *table, const char *what,
                              bool (*is_left_out)(const Str *name), HttpHeaders *headers) MUST_USE;

#endif
