// SPDX-License-Identifier: MIT
// serve_request.h - a request as the table that a handler gets
#ifndef SERVE_REQUEST_H
#define SERVE_REQUEST_H

#include "io/http_connection.h"
#include "vm/vm.h"

// {method, target, path, query, headers, remote, body} into `request`, which is rooted. False: out
// of memory, raised.
bool serve_request_fill(VM *vm, Table *request, const HttpExchange *exchange) MUST_USE;

#endif
