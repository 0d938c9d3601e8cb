// SPDX-License-Identifier: MIT
// http_easy.c - libcurl's easy handles, kept with what they have been told
//
// libcurl prints a request's head letter by letter, some lines of it twice: those that it makes of
// an option. So User-Agent and Accept-Encoding are given as whole lines. And a URL that is given as
// a text is taken apart and put together again for each request; a CURLU is only copied.
#include "io/http_easy.h"

#include "base/memory.h"
#include "io/url.h"

#include <stdlib.h>
#include <string.h>

#define IDLE_HANDLES_MAX 256
#define AGENT_LINE       "User-Agent: wick"

// --- Headers -------------------------------------------------------------------------------------

static void add_line(const CurlApi *curl, struct curl_slist **list, const char *line) {
  struct curl_slist *longer = curl->slist_append(*list, line);
  if (longer) *list = longer;
}

static void add_own_lines(const HttpEasyPool *pool, const HttpHeaders *given,
                          struct curl_slist **list) {
  if (!http_message_header(given, "user-agent")) add_line(pool->curl, list, AGENT_LINE);
  if (pool->encodings[0] && !http_message_header(given, "accept-encoding")) {
    add_line(pool->curl, list, pool->encodings);
  }
}

static void make_headers(const HttpEasyPool *pool, HttpEasy *easy, const HttpRequest *request) {
  size_t position = 0;
  const char *name;
  const char *value;
  Buffer line = {0};
  while (http_message_next_header(&request->headers, &position, &name, &value)) {
    buffer_clear(&line);
    buffer_printf(&line, *value ? "%s: %s" : "%s;", name, value); // "name;" is an empty value
    add_line(pool->curl, &easy->headers, line.bytes);
  }
  buffer_free(&line);
  add_own_lines(pool, &request->headers, &easy->headers);
  // libcurl would ask the server first and wait up to a second for its consent.
  if (easy->has_body) add_line(pool->curl, &easy->headers, "Expect:");
}

static void set_headers(const HttpEasyPool *pool, HttpEasy *easy, const HttpRequest *request) {
  bool is_plain = request->headers.text.len == 0 && !easy->has_body;
  if (!is_plain) make_headers(pool, easy, request);
  pool->curl->easy_setopt(easy->curl, CURLOPT_HTTPHEADER, is_plain ? pool->headers : easy->headers);
}

static void print_encodings(HttpEasyPool *pool) {
  static const struct {
    int feature;
    const char *name;
  } known[] = {{CURL_VERSION_LIBZ, "deflate, gzip"},
               {CURL_VERSION_BROTLI, "br"},
#ifdef CURL_VERSION_ZSTD
               {CURL_VERSION_ZSTD, "zstd"}
#endif
  };
  const curl_version_info_data *info = pool->curl->version_info(CURLVERSION_NOW);
  pool->encodings[0] = '\0';
  for (size_t i = 0; i < ARRAY_LEN(known); i++) {
    if (!(info->features & known[i].feature)) continue;
    strcat(pool->encodings, pool->encodings[0] ? ", " : "Accept-Encoding: ");
    strcat(pool->encodings, known[i].name);
  }
}

// --- The pool ------------------------------------------------------------------------------------

void http_easy_init_pool(HttpEasyPool *pool) {
  static const HttpHeaders none = {0};
  print_encodings(pool);
  add_own_lines(pool, &none, &pool->headers);
}

void http_easy_free(HttpEasyPool *pool, HttpEasy *easy) {
  pool->curl->easy_cleanup(easy->curl);
  if (easy->url) pool->curl->url_cleanup(easy->url);
  pool->curl->slist_free_all(easy->headers);
  buffer_free(&easy->address);
  free(easy);
}

void http_easy_free_pool(HttpEasyPool *pool) {
  for (uint32_t i = 0; i < pool->idle.count; i++) http_easy_free(pool, pool->idle.items[i]);
  vec_free(&pool->idle);
  pool->curl->slist_free_all(pool->headers);
}

// What is the same for all requests.
static void set_constant_options(const HttpEasyPool *pool, HttpEasy *easy) {
  const CurlApi *curl = pool->curl;
  CURL *handle = easy->curl;
  curl->easy_setopt(handle, CURLOPT_PRIVATE, easy);
  curl->easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl->easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, ""); // undoes all it can
  curl->easy_setopt(handle, CURLOPT_WRITEFUNCTION, pool->on_body);
  curl->easy_setopt(handle, CURLOPT_WRITEDATA, easy);
  curl->easy_setopt(handle, CURLOPT_HEADERFUNCTION, pool->on_header);
  curl->easy_setopt(handle, CURLOPT_HEADERDATA, easy);
  curl->easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl->easy_setopt(handle, CURLOPT_ERRORBUFFER, easy->error);
  curl->easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, http_sockets_open);
  curl->easy_setopt(handle, CURLOPT_OPENSOCKETDATA, pool->sockets);
  curl->easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, http_sockets_close);
  curl->easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, pool->sockets);
}

HttpEasy *http_easy_take(HttpEasyPool *pool) {
  if (pool->idle.count > 0) return vec_pop(&pool->idle);
  CURL *handle = pool->curl->easy_init();
  if (!handle) return NULL;
  HttpEasy *easy = memory_require(NULL, sizeof(HttpEasy));
  *easy = (HttpEasy){.curl = handle, .method = "GET"};
  set_constant_options(pool, easy);
  return easy;
}

// What points into the request goes with it.
void http_easy_give_back(HttpEasyPool *pool, HttpEasy *easy) {
  if (pool->idle.count == IDLE_HANDLES_MAX) {
    http_easy_free(pool, easy);
    return;
  }
  if (easy->headers) {
    pool->curl->easy_setopt(easy->curl, CURLOPT_HTTPHEADER, pool->headers);
    pool->curl->slist_free_all(easy->headers);
    easy->headers = NULL;
  }
  if (easy->has_body) pool->curl->easy_setopt(easy->curl, CURLOPT_POSTFIELDS, NULL);
  easy->owner = NULL;
  vec_push(&pool->idle, easy);
}

// --- A request -----------------------------------------------------------------------------------

// HTTPGET takes all back that the others have set, but for the name.
static void set_method(const HttpEasyPool *pool, HttpEasy *easy, const HttpRequest *request) {
  const CurlApi *curl = pool->curl;
  CURL *handle = easy->curl;
  bool is_get = strcmp(request->method, "GET") == 0;
  bool is_post = strcmp(request->method, "POST") == 0;
  bool is_head = strcmp(request->method, "HEAD") == 0;
  bool has_body = request->body || is_post;
  bool is_same = !has_body && !easy->has_body && strcmp(easy->method, request->method) == 0;
  if (is_same) return;
  curl->easy_setopt(handle, CURLOPT_HTTPGET, 1L);
  curl->easy_setopt(handle, CURLOPT_CUSTOMREQUEST, NULL);
  if (has_body) {
    curl->easy_setopt(handle, CURLOPT_POST, 1L);
    curl->easy_setopt(handle, CURLOPT_POSTFIELDS, request->body ? request->body : "");
    curl->easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
  } else if (is_head) {
    curl->easy_setopt(handle, CURLOPT_NOBODY, 1L);
  }
  bool is_named = has_body ? is_post : is_get || is_head;
  if (!is_named) curl->easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method);
  strcpy(easy->method, request->method);
  easy->has_body = has_body;
}

// A proxy of the environment is for the world outside, never for this machine itself.
static void set_proxy(const HttpEasyPool *pool, HttpEasy *easy, const Buffer *text) {
  Url url;
  const char *problem;
  bool is_direct = url_parse(text->bytes, text->len, &url, &problem) && url_host_is_local(&url);
  if (is_direct == easy->is_direct) return;
  pool->curl->easy_setopt(easy->curl, CURLOPT_NOPROXY, is_direct ? "*" : NULL);
  easy->is_direct = is_direct;
}

// Both: the text spares libcurl printing it from the parts. One that it cannot take apart is left
// to it, which says why.
static void set_url(const HttpEasyPool *pool, HttpEasy *easy, const Buffer *text) {
  const CurlApi *curl = pool->curl;
  bool is_same = easy->address.len == text->len && easy->address.len > 0 &&
                 memcmp(easy->address.bytes, text->bytes, text->len) == 0;
  if (is_same) return;
  buffer_clear(&easy->address);
  buffer_append(&easy->address, text->bytes, text->len);
  if (!easy->url) easy->url = curl->url();
  if (easy->url && curl->url_set(easy->url, CURLUPART_URL, text->bytes, 0) != CURLUE_OK) {
    curl->url_cleanup(easy->url);
    easy->url = NULL;
  }
  curl->easy_setopt(easy->curl, CURLOPT_CURLU, easy->url);
  curl->easy_setopt(easy->curl, CURLOPT_URL, text->bytes);
  set_proxy(pool, easy, text);
}

void http_easy_prepare(HttpEasyPool *pool, HttpEasy *easy, const HttpRequest *request,
                       uint64_t limit_ms) {
  easy->error[0] = '\0';
  set_method(pool, easy, request);
  set_headers(pool, easy, request);
  set_url(pool, easy, &request->url);
  pool->curl->easy_setopt(easy->curl, CURLOPT_TIMEOUT_MS, (long)limit_ms);
}
