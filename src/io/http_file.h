// SPDX-License-Identifier: MIT
// http_file.h - a file as the answer to an exchange
//
// With its type, its tag and time, whole or in the part that is asked for, to GET and HEAD. It is
// read piece by piece as the client takes it: whoever reads slowly costs two pieces of memory,
// however large the file is. What is in the system's memory is read at once, for the rest a thread
// waits, so that a disk holds up nobody else.
//
// The path is what a client asked for, decoded. What it leads to outside of the root is not there,
// and nor is what begins with a dot (but .well-known). A folder answers with its index.html, or a
// list of what is in it; one that is asked for without its last slash, with a redirect.
//
// Nothing is answered to HTTP_FILE_MISSING and HTTP_FILE_FAILED: that is the caller's business, who
// knows what its errors look like. With any other outcome the exchange is gone.
#ifndef HTTP_FILE_H
#define HTTP_FILE_H

#include "io/http_connection.h"

typedef struct HttpFile HttpFile;

typedef enum HttpFileOutcome {
  HTTP_FILE_SENT,
  HTTP_FILE_MISSING,
  HTTP_FILE_FAILED, // it cannot be read; `reason`
  HTTP_FILE_GONE,   // the client has gone
} HttpFileOutcome;

typedef struct HttpFileResult {
  HttpFileOutcome outcome;
  int status;
  int64_t sent; // bytes of the body
  const char *reason;
} HttpFileResult;

typedef void (*HttpFileDone)(void *context, const HttpFileResult *result);

typedef struct HttpFileWish {
  const char *root; // a folder's path
  const char *path; // beneath it, with or without a slash in front; zero-terminated
  size_t path_len;
  const HttpHeaders
      *headers;  // of the answer, besides its own; borrowed until http_file_start returns
  bool lists;    // folders without index.html
  bool is_named; // the program named the file: dots are its business
} HttpFileWish;

// Calls `done` once, perhaps before it returns (then it gives NULL). Until then the exchange is the
// file's.
HttpFile *http_file_start(Loop *loop, HttpExchange *exchange, const HttpFileWish *wish,
                          HttpFileDone done, void *context) MUST_USE;
// Nothing more is sent, and `done` is not called: the exchange is the caller's again.
void http_file_cancel(HttpFile *file);

#endif
