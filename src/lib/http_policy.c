// SPDX-License-Identifier: MIT
// http_policy.c - what an application does for all answers: CORS, headers for safety, counting
#include "lib/http_policy.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void add_text(HttpHeaders *headers, const char *name, const char *value) {
  http_message_add_header(headers, name, strlen(name), value, strlen(value));
}

void http_policy_init(HttpPolicy *policy) {
  *policy = (HttpPolicy){.max_age = -1};
  buffer_append(&policy->origins, "*", 2);
  buffer_text(&policy->methods, "GET, HEAD, POST, PUT, PATCH, DELETE");
  add_text(&policy->safety, "x-content-type-options", "nosniff");
  add_text(&policy->safety, "x-frame-options", "DENY");
  // The filter of old browsers could be turned against pages, so it is told to be off.
  add_text(&policy->safety, "x-xss-protection", "0");
}

void http_policy_free(HttpPolicy *policy) {
  http_message_free_headers(&policy->safety);
  buffer_free(&policy->origins);
  buffer_free(&policy->methods);
  buffer_free(&policy->allowed);
  buffer_free(&policy->exposed);
}

// --- CORS: options -------------------------------------------------------------------------------

// A string, or a list of them; each is followed by `between`.
static bool read_texts(NativeCall *call, const Table *options, const char *name,
                       const char *between, size_t between_len, Buffer *out) {
  Value value = args_table_field(call, options, name);
  if (value_is_absent(value)) return true;
  const Value *items = value_is_list(value) ? value_as_list(value)->items : &value;
  uint32_t count = value_is_list(value) ? value_as_list(value)->count : 1;
  Buffer texts = {0};
  for (uint32_t i = 0; i < count; i++) {
    Str *text = NULL;
    bool ok = args_field_str(call, name, items[i], &text);
    if (ok && !http_message_is_value(text->bytes, text->len)) {
      ok = vm_raise(call->vm, "ValueError", "the option %s has a control character", name);
    }
    if (!ok) {
      buffer_free(&texts);
      return false;
    }
    buffer_append(&texts, text->bytes, text->len);
    if (i + 1 < count || between[0] == '\0') buffer_append(&texts, between, between_len);
  }
  buffer_free(out);
  *out = texts;
  if (!out->bytes) buffer_text(out, "");
  return true;
}

static bool read_credentials(NativeCall *call, const Table *options, HttpPolicy *policy) {
  Value value = args_table_field(call, options, "credentials");
  if (value_is_absent(value)) return true;
  if (!value_is_bool(value)) return args_field_wrong(call, "credentials", value, "boolean");
  policy->has_credentials = value == VALUE_TRUE;
  bool is_any = policy->origins.len >= 1 && policy->origins.bytes[0] == '*';
  if (!policy->has_credentials || !is_any) return true;
  return vm_raise(call->vm, "ValueError",
                  "http.cors: with credentials the origins must be named, \"*\" is not allowed by "
                  "browsers");
}

bool http_policy_read_cors(NativeCall *call, HttpPolicy *policy) {
  static const char *const names[] = {"origin", "methods",     "headers",
                                      "expose", "credentials", "maxAge"};
  Table *options;
  if (!args_optional_table(call, 0, &options) ||
      !args_check_fields(call, options, names, (uint32_t)ARRAY_LEN(names))) {
    return false;
  }
  policy->max_age = -1;
  policy->has_credentials = false;
  Value age = args_table_field(call, options, "maxAge");
  bool ok = value_is_absent(age) ||
            args_field_integer(call, "maxAge", age, 0, INT32_MAX, &policy->max_age);
  return ok && read_texts(call, options, "origin", "", 1, &policy->origins) &&
         read_texts(call, options, "methods", ", ", 2, &policy->methods) &&
         read_texts(call, options, "headers", ", ", 2, &policy->allowed) &&
         read_texts(call, options, "expose", ", ", 2, &policy->exposed) &&
         read_credentials(call, options, policy);
}

// --- CORS: answers -------------------------------------------------------------------------------

static bool is_any_origin(const HttpPolicy *policy) {
  return policy->origins.bytes && strcmp(policy->origins.bytes, "*") == 0;
}

static bool allows_origin(const HttpPolicy *policy, const char *origin) {
  const char *end = policy->origins.bytes + policy->origins.len;
  for (const char *at = policy->origins.bytes; at < end; at += strlen(at) + 1) {
    if (strcmp(at, origin) == 0) return true;
  }
  return false;
}

// False: the browser is not to be told anything. Where the answer depends on who asks, caches have
// to know (Vary).
static bool add_origin(const HttpPolicy *policy, const char *origin, HttpHeaders *headers) {
  if (is_any_origin(policy)) {
    add_text(headers, "access-control-allow-origin", "*");
    return true;
  }
  add_text(headers, "vary", "origin");
  if (!origin || !allows_origin(policy, origin)) return false;
  add_text(headers, "access-control-allow-origin", origin);
  if (policy->has_credentials) add_text(headers, "access-control-allow-credentials", "true");
  return true;
}

// The answer to OPTIONS that a browser asks before it sends the request itself (Fetch
// standard, 4.8).
static void add_preflight(const HttpPolicy *policy, const HttpExchange *exchange,
                          HttpHeaders *headers) {
  const char *origin = http_message_header(&exchange->headers, "origin");
  const char *asked = http_message_header(&exchange->headers, "access-control-request-headers");
  if (!origin || !http_message_header(&exchange->headers, "access-control-request-method")) return;
  if (!add_origin(policy, origin, headers)) return;
  add_text(headers, "access-control-allow-methods", policy->methods.bytes);
  if (policy->allowed.len > 0)
    add_text(headers, "access-control-allow-headers", policy->allowed.bytes);
  else if (asked) {
    add_text(headers, "access-control-allow-headers", asked);
    add_text(headers, "vary", "access-control-request-headers");
  }
  if (policy->max_age >= 0) {
    char digits[24];
    digits[number_print_int(policy->max_age, digits)] = '\0';
    add_text(headers, "access-control-max-age", digits);
  }
}

static void add_missing(HttpHeaders *headers, const char *name, const char *value) {
  if (!http_message_header(headers, name)) add_text(headers, name, value);
}

void http_policy_add_headers(const HttpPolicy *policy, const HttpExchange *exchange,
                             HttpHeaders *headers) {
  size_t position = 0;
  const char *name;
  const char *value;
  bool has_origin = http_message_header(headers, "access-control-allow-origin") != NULL;
  bool is_preflight = exchange && strcmp(exchange->method, "OPTIONS") == 0 &&
                      http_message_header(&exchange->headers, "access-control-request-method");
  const char *origin = exchange ? http_message_header(&exchange->headers, "origin") : NULL;
  while (http_message_next_header(&policy->safety, &position, &name, &value)) {
    add_missing(headers, name, value);
  }
  if (is_preflight) add_preflight(policy, exchange, headers);
  if (has_origin || is_preflight || !add_origin(policy, origin, headers)) return;
  if (policy->exposed.len > 0)
    add_missing(headers, "access-control-expose-headers", policy->exposed.bytes);
}

// --- Safety --------------------------------------------------------------------------------------

static void replace(HttpHeaders *headers, const char *name, const char *value) {
  HttpHeaders kept = {0};
  size_t position = 0;
  const char *old_name;
  const char *old_value;
  while (http_message_next_header(headers, &position, &old_name, &old_value)) {
    if (strcasecmp(old_name, name) != 0) add_text(&kept, old_name, old_value);
  }
  if (value) add_text(&kept, name, value);
  http_message_free_headers(headers);
  *headers = kept;
}

// {"X-Frame-Options": null, "Content-Security-Policy": "…"}: null or false sends it not.
static bool read_header(NativeCall *call, HttpPolicy *policy, Value key, Value value) {
  if (!value_is_str(key) ||
      !http_message_is_name(value_as_str(key)->bytes, value_as_str(key)->len)) {
    return vm_raise(call->vm, "ValueError", "http.security: the options are names of headers");
  }
  if (value_is_null(value) || value == VALUE_FALSE) {
    replace(&policy->safety, value_as_str(key)->bytes, NULL);
    return true;
  }
  Str *text;
  if (!args_field_str(call, value_as_str(key)->bytes, value, &text)) return false;
  if (!http_message_is_value(text->bytes, text->len)) {
    return vm_raise(call->vm, "ValueError", "http.security: %s has a control character",
                    value_as_str(key)->bytes);
  }
  replace(&policy->safety, value_as_str(key)->bytes, text->bytes);
  return true;
}

bool http_policy_read_safety(NativeCall *call, HttpPolicy *policy) {
  static const char *const more[][2] = {
      {"content-security-policy", "default-src 'self'"},
      {"referrer-policy", "no-referrer"},
      {"cross-origin-opener-policy", "same-origin"},
      {"strict-transport-security", "max-age=15552000; includeSubDomains"},
      {"x-permitted-cross-domain-policies", "none"},
  };
  Table *options;
  if (!args_optional_table(call, 0, &options)) return false;
  for (size_t i = 0; i < ARRAY_LEN(more); i++) replace(&policy->safety, more[i][0], more[i][1]);
  uint32_t position = 0;
  Value key;
  Value value;
  while (options && table_next(options, &position, &key, &value)) {
    if (!read_header(call, policy, key, value)) return false;
  }
  return true;
}

// --- Counting ------------------------------------------------------------------------------------

typedef struct Tally {
  const char *method; // of the parser's names
  int status;
  uint64_t count;
} Tally;

static const double limits[] = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};

struct HttpMetrics {
  VEC(Tally) tallies;
  uint64_t buckets[ARRAY_LEN(limits)];
  uint64_t count, sent;
  double seconds;
};

HttpMetrics *http_policy_new_metrics(void) {
  HttpMetrics *metrics = memory_require(NULL, sizeof(HttpMetrics));
  *metrics = (HttpMetrics){0};
  return metrics;
}

void http_policy_free_metrics(HttpMetrics *metrics) {
  if (!metrics) return;
  vec_free(&metrics->tallies);
  free(metrics);
}

void http_policy_count(HttpMetrics *metrics, const char *method, int status, int64_t sent,
                       int64_t taken_ns) {
  double seconds = (double)taken_ns / 1e9;
  metrics->count++;
  metrics->sent += (uint64_t)sent;
  metrics->seconds += seconds;
  for (size_t i = 0; i < ARRAY_LEN(limits); i++) metrics->buckets[i] += seconds <= limits[i];
  for (uint32_t i = 0; i < metrics->tallies.count; i++) {
    Tally *tally = &metrics->tallies.items[i];
    if (tally->status != status || strcmp(tally->method, method) != 0) continue;
    tally->count++;
    return;
  }
  vec_push(&metrics->tallies, ((Tally){method, status, 1}));
}

void http_policy_print_metrics(const HttpMetrics *metrics, uint32_t active, Buffer *out) {
  buffer_text(out, "# TYPE http_requests_total counter\n");
  for (uint32_t i = 0; i < metrics->tallies.count; i++) {
    const Tally *tally = &metrics->tallies.items[i];
    buffer_printf(out, "http_requests_total{method=\"%s\",status=\"%d\"} %llu\n", tally->method,
                  tally->status, (unsigned long long)tally->count);
  }
  buffer_text(out, "# TYPE http_requests_active gauge\n");
  buffer_printf(out, "http_requests_active %u\n", active);
  buffer_text(out, "# TYPE http_response_bytes_total counter\n");
  buffer_printf(out, "http_response_bytes_total %llu\n", (unsigned long long)metrics->sent);
  buffer_text(out, "# TYPE http_request_duration_seconds histogram\n");
  for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
    buffer_printf(out, "http_request_duration_seconds_bucket{le=\"%g\"} %llu\n", limits[i],
                  (unsigned long long)metrics->buckets[i]);
  }
  buffer_printf(out, "http_request_duration_seconds_bucket{le=\"+Inf\"} %llu\n",
                (unsigned long long)metrics->count);
  buffer_printf(out, "http_request_duration_seconds_sum %g\n", metrics->seconds);
  buffer_printf(out, "http_request_duration_seconds_count %llu\n",
                (unsigned long long)metrics->count);
}
