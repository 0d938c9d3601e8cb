// SPDX-License-Identifier: MIT
// http_journal.h - answers and requests of HTTP as what a recording keeps
#ifndef HTTP_JOURNAL_H
#define HTTP_JOURNAL_H

#include "base/journal.h"
#include "io/http_client.h"
#include "io/http_connection.h"

void http_journal_put_answer(Buffer *out, const HttpAnswer *answer);
// Fills an empty answer whose body has its heap. One that is larger than the memory allowed becomes
// HTTP_NO_MEMORY. What is wrong in the recording, cursor->is_bad tells.
void http_journal_get_answer(JournalCursor *cursor, HttpAnswer *answer);

// A request as it has arrived at a server.
void http_journal_put_exchange(Buffer *out, const HttpExchange *exchange);
// A new exchange without a client: the caller owns it. NULL: something is wrong with it.
HttpExchange *http_journal_get_exchange(JournalCursor *cursor, Heap *heap) MUST_USE;

// What distinguishes a request beside its method and URL.
void http_journal_put_request(Buffer *out, const HttpRequest *request);

#endif
