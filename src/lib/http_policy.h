// SPDX-License-Identifier: MIT
// http_policy.h - what an application does for all answers: CORS, headers for safety, counting
#ifndef HTTP_POLICY_H
#define HTTP_POLICY_H

#include "io/http_connection.h"
#include "lib/args.h"

// Texts of headers, "" if it is not sent.
typedef struct HttpPolicy {
  HttpHeaders safety; // as they are sent
  Buffer origins;     // "*", or several, each with a zero behind
  Buffer methods;     // that preflights allow
  Buffer allowed;     // request headers; "": those that are asked for
  Buffer exposed;
  int64_t max_age; // seconds; negative: none
  bool has_credentials;
} HttpPolicy;

typedef struct HttpMetrics HttpMetrics;

void http_policy_init(HttpPolicy *policy);
void http_policy_free(HttpPolicy *policy);
// Argument 0: a dict of options. False: raised.
bool http_policy_read_cors(NativeCall *call, HttpPolicy *policy) MUST_USE;
bool http_policy_read_safety(NativeCall *call, HttpPolicy *policy) MUST_USE;
// Adds what the headers do not have yet. `exchange` may be NULL.
void http_policy_add_headers(const HttpPolicy *policy, const HttpExchange *exchange,
                             HttpHeaders *headers);
HttpMetrics *http_policy_new_metrics(void);
void http_policy_free_metrics(HttpMetrics *metrics); // NULL is fine
void http_policy_count(HttpMetrics *metrics, const char *method, int status, int64_t sent,
                       int64_t taken_ns);
// In the text format of Prometheus.
void http_policy_print_metrics(const HttpMetrics *metrics, uint32_t active, Buffer *out);

#endif
