// SPDX-License-Identifier: MIT
// serve_reply.h - from what a handler gives to an answer
//
//   a string                                 text/plain
//   null                                     204
//   {status?, headers?, body or json}        an answer put together
//   {status?, headers?, stream}              what a function writes
//   what natives have made of a file         that file (io/http_file.h)
//   anything else                            JSON
#ifndef SERVE_REPLY_H
#define SERVE_REPLY_H

#include "io/http_message.h"
#include "vm/vm.h"

// An answer while it is put together.
typedef struct ServeReply {
  int status;
  HttpHeaders headers;
  Buffer text;      // a body that was made here
  const Str *body;  // or one that a script made
  const char *type; // of the content, unless the headers say it
  const Str *file;  // a file instead of a body; its root
  const Str *root;
  Value stream;  // a function instead of a body; VALUE_ABSENT
  bool is_begun; // its pieces are being written, or have been
} ServeReply;

// Who makes answers.
typedef struct ServeReplies {
  VM *vm;
  bool is_vint;
  const TypeValue *file_type;     // of {status, headers, file, root?}
  const TypeValue *response_type; // of Vint's res, which may have a file too
} ServeReplies;

// False: raised. What it points to is `value`'s.
bool serve_reply_make(const ServeReplies *replies, ServeReply *reply, Value value) MUST_USE;
void serve_reply_free(ServeReply *reply);
// The two parts that a streamed answer begins with.
bool serve_reply_read_head(VM *vm, ServeReply *reply, Value status, Value headers) MUST_USE;
// The body, of either kind; "" if it has none. The content's type is among the headers then.
const char *serve_reply_finish(ServeReply *reply, size_t *len);

// What an error that nobody handled is answered with: 500, or for some kinds something better.
int serve_reply_status_of(const Error *error);

#endif
