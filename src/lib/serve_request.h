// SPDX-License-Identifier: MIT
// serve_request.h - a request as the table that a handler gets
#ifndef SERVE_REQUEST_H
#define SERVE_REQUEST_H

#include "io/http_connection.h"
#include "vm/vm.h"

// {headers, method, target, path, query, remote, body} and a hidden field, __exchange, which is
// null. `shape` is serve_request_shape's; rooted. NULL: out of memory, raised.
Table *serve_request_new(VM *vm, Shape *shape, const HttpExchange *exchange) MUST_USE;
// Of one that nobody has seen yet.
void serve_request_set_exchange(VM *vm, Table *request, Value exchange);

// Requests are made of one shape, so that their eight names are looked up once. NULL: raised.
Shape *serve_request_shape(VM *vm) MUST_USE;

#endif
