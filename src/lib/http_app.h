// SPDX-License-Identifier: MIT
// http_app.h - Vint's web application: what a program has registered (vint.md 12.5)
//
// A program has one. lib_http_app.c registers and listens, http_chain.c leads a request through
// what is registered, http_policy.c has what holds for all answers; lib_http_request.c and
// lib_http_response.c are req and res.
#ifndef HTTP_APP_H
#define HTTP_APP_H

#include "lib/form.h"
#include "lib/http_policy.h"
#include "lib/serving.h"

// What stands in front of a route's function, in this order; those of one kind in the order in
// which they were registered.
typedef enum HttpStage {
  HTTP_STAGE_INTERCEPTOR,
  HTTP_STAGE_GUARD,
  HTTP_STAGE_MIDDLEWARE,
  HTTP_STAGE_AUTH, // in line with the middleware
  HTTP_STAGE_ROUTE,
  HTTP_STAGE_FINISHER, // behind it: response interceptors
} HttpStage;

typedef struct HttpApp {
  List *routes;    // method, path, function or list of functions, method, path …
  List *stages;    // HttpStage, prefix, function, HttpStage …
  List *finishers; // prefix, function …
  List *groups;    // prefix, number of the fiber, prefix …: whose functions are running
  Value recover;   // errorHandler's; VALUE_NULL
  TypeValue *request, *upload;
  HttpPolicy policy;
  FormLimits form;
  size_t body_limit; // 0: the server's own
  bool checks_bodies;
  HttpMetrics *metrics; // NULL: nothing is counted
} HttpApp;

// The program's application. NULL: raised.
HttpApp *http_app_get(VM *vm) MUST_USE;

// A route of the application, in the group whose function is running. False: raised.
bool http_app_add_route(NativeCall *call, const char *method, Str *path, Value function) MUST_USE;
// Is the request's body JSON? False: BadRequest is raised.
bool http_app_check_json(VM *vm, const Table *request) MUST_USE;
// {"error": {"type", "message", "code", "status", "details"}}.
void http_error_print(Buffer *out, int status, const char *message);

// The handler of its server, and what a failure is given to. VALUE_ABSENT: raised.
Value http_chain_handler(VM *vm);
Value http_chain_recover(VM *vm); // VALUE_NULL: there is nobody

// A new res for the request. NULL: raised.
Table *lib_http_response_new(VM *vm, const Table *request) MUST_USE;
bool lib_http_response_is_sent(VM *vm, const Table *response);
// Makes the value's text the answer, or the error object {error: {type, message, code, status}}.
bool lib_http_response_text(VM *vm, Table *response, Value value) MUST_USE;
bool lib_http_response_fail(VM *vm, Table *response, int status, const char *message) MUST_USE;
bool lib_http_response_header(VM *vm, Table *response, const char *name,
                              const char *value) MUST_USE;
// The head of an answer in pieces, at once.
bool lib_http_response_begin(VM *vm, Table *response, const char *type) MUST_USE;
// A file, of a root or (NULL) by its own path.
bool lib_http_response_file(VM *vm, Table *response, const char *root, const char *path,
                            size_t path_len) MUST_USE;
// A handler that answers with a folder's files (lib_http_serve.c).
bool lib_http_serve_folder(VM *vm, Str *root, Value *out) MUST_USE;
// The form in the request's body, read once. NULL: raised.
Table *lib_http_request_form(VM *vm, Table *request) MUST_USE;
// A header of the request, in lower case; NULL: there is none.
const Str *lib_http_request_header(VM *vm, const Table *request, const char *name);

#endif
