// SPDX-License-Identifier: MIT
// http_client.c - HTTP requests through libcurl, on the loop
#include "io/http_client.h"

#include "base/dlist.h"
#include "base/vec.h"
#include "io/http_easy.h"
#include "io/http_journal.h"
#include "io/url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

#define IDLE_MAX    256 // connections kept for later
#define HEADERS_MAX (256 * 1024)
#define RESERVE_MAX (1024 * 1024) // a Content-Length is believed up to here

struct HttpClient {
  CurlApi curl;
  CURLM *multi;
  Loop *loop;
  Heap *heap;
  uv_timer_t *timer; // its own block: it is closed after the client is gone
  DLink transfers;   // under way
  HttpEasyPool pool;
  HttpSockets sockets;
};

// One request under way.
struct HttpTransfer {
  DLink link;
  HttpClient *client;
  HttpEasy *easy; // NULL: between two of a chain of redirects, in a replay
  HttpRequest request;
  HttpAnswer answer;
  HttpDone done;
  void *context;
  uint64_t deadline_ms; // of the loop's clock; 0: none
  uint32_t redirect_count;
  OutsideOp op; // a recording's
  bool is_out_of_memory;
  bool has_too_many_headers;
};

static HttpEasyReceive on_header;
static HttpEasyReceive on_body;
static void collect_finished(HttpClient *client);

// --- Events
// ----------------------------------------------------------------------------------------

static void on_socket(void *context, int fd, int flags) {
  HttpClient *client = context;
  int running;
  client->curl.multi_socket_action(client->multi, fd, flags, &running);
  collect_finished(client);
}

static void on_timer(uv_timer_t *timer) {
  HttpClient *client = timer->data;
  int running;
  client->curl.multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  collect_finished(client);
}

static int on_timeout_wish(CURLM *multi, long timeout_ms, void *context) {
  (void)multi;
  HttpClient *client = context;
  if (timeout_ms < 0) {
    uv_timer_stop(client->timer);
  } else {
    uv_timer_start(client->timer, on_timer, (uint64_t)timeout_ms, 0);
  }
  return 0;
}

static uint64_t now_ms(HttpClient *client) {
  uv_update_time(loop_uv(client->loop));
  return uv_now(loop_uv(client->loop));
}

// --- The client ----------------------------------------------------------------------------------

static void set_multi_options(HttpClient *client) {
  const CurlApi *curl = &client->curl;
  curl->multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, http_sockets_want);
  curl->multi_setopt(client->multi, CURLMOPT_SOCKETDATA, &client->sockets);
  curl->multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timeout_wish);
  curl->multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
  curl->multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_MAX);
  // More requests than sockets wait for their turn instead of failing. Half of the limit, because
  // the other side may be a server in this process.
  uint32_t files = loop_file_limit(client->loop);
  long connections = files > 256 ? (long)((files - 128) / 2) : 64;
  curl->multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
}

static const OutsideWish opening = {"opens", "libcurl", NULL, 0};

static bool open_curl(HttpClient *client, Outside *outside, Buffer *reason) {
  bool is_open = curl_api_open(&client->curl, reason);
  outside_tell(outside, &opening, reason);
  return is_open;
}

// A replay makes no requests and needs no libcurl; it fails if the recorded run had none.
static bool replay_opening(Outside *outside, Buffer *reason) {
  return outside_ask(outside, &opening, reason) && reason->len == 0;
}

HttpClient *http_client_new(Loop *loop, Heap *heap, Buffer *reason) {
  HttpClient *client = memory_require(NULL, sizeof(HttpClient));
  *client = (HttpClient){.loop = loop, .heap = heap};
  dlist_init(&client->transfers);
  Outside *outside = loop_outside(loop);
  bool is_open = outside_is_replaying(outside) ? replay_opening(outside, reason)
                                               : open_curl(client, outside, reason);
  if (is_open && outside_is_replaying(outside)) return client;
  if (!is_open) {
    free(client);
    return NULL;
  }
  client->multi = client->curl.multi_init();
  if (!client->multi) {
    buffer_text(reason, "libcurl has no memory");
    free(client);
    return NULL;
  }
  http_sockets_init(&client->sockets, loop, on_socket, client);
  client->pool = (HttpEasyPool){.curl = &client->curl,
                                .sockets = &client->sockets,
                                .on_header = on_header,
                                .on_body = on_body};
  http_easy_init_pool(&client->pool);
  client->timer = memory_require(NULL, sizeof(uv_timer_t));
  uv_timer_init(loop_uv(loop), client->timer);
  client->timer->data = client;
  set_multi_options(client);
  return client;
}

static void free_transfer(HttpTransfer *transfer) {
  HttpClient *client = transfer->client;
  outside_end(loop_outside(client->loop), &transfer->op);
  http_client_free_request(&transfer->request);
  http_message_free_headers(&transfer->answer.headers);
  http_message_free_body(&transfer->answer.body);
  buffer_free(&transfer->answer.url);
  buffer_free(&transfer->answer.reason);
  free(transfer);
}

static void drop_transfers(HttpClient *client) {
  DLink *link;
  while ((link = dlist_take_first(&client->transfers))) {
    HttpTransfer *transfer = CONTAINER_OF(link, HttpTransfer, link);
    if (transfer->easy) {
      client->curl.multi_remove_handle(client->multi, transfer->easy->curl);
      http_easy_free(&client->pool, transfer->easy);
    }
    loop_release(client->loop);
    free_transfer(transfer);
  }
}

static void free_timer(uv_handle_t *handle) {
  free(handle);
}

void http_client_free(HttpClient *client) {
  if (!client) return;
  drop_transfers(client);
  if (!client->multi) { // a replay's
    free(client);
    return;
  }
  http_easy_free_pool(&client->pool);
  client->curl.multi_cleanup(client->multi); // closes idle connections through close_socket
  http_sockets_free(&client->sockets);
  uv_close((uv_handle_t *)client->timer, free_timer);
  free(client);
}

void http_client_free_request(HttpRequest *request) {
  buffer_free(&request->url);
  http_message_free_headers(&request->headers);
}

// --- Receiving -----------------------------------------------------------------------------------

static size_t on_body(char *bytes, size_t size, size_t count, void *easy) {
  HttpTransfer *transfer = ((HttpEasy *)easy)->owner;
  if (http_message_append(&transfer->answer.body, bytes, size * count)) return size * count;
  transfer->is_out_of_memory = true;
  return 0; // anything but the full size makes libcurl give up
}

// A status line begins a new set of headers (after 100 Continue, after a proxy's answer).
static void begin_headers(HttpTransfer *transfer) {
  buffer_clear(&transfer->answer.headers.text);
  transfer->answer.body.len = 0;
}

static void reserve_body(HttpTransfer *transfer, const char *length) {
  unsigned long long len = strtoull(length, NULL, 10);
  // Only to save copies: if there is no room yet, or no truth in it, the body grows as it comes.
  bool ignored = len <= RESERVE_MAX && strcmp(transfer->request.method, "HEAD") != 0 &&
                 http_message_reserve(&transfer->answer.body, (size_t)len);
  (void)ignored;
}

static size_t on_header(char *line, size_t size, size_t count, void *easy) {
  HttpTransfer *transfer = ((HttpEasy *)easy)->owner;
  size_t len = size * count;
  if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
    begin_headers(transfer);
    return len;
  }
  const char *colon = memchr(line, ':', len);
  if (!colon) return len;
  HttpHeaders *headers = &transfer->answer.headers;
  if (headers->text.len + len > HEADERS_MAX) {
    transfer->has_too_many_headers = true;
    return 0;
  }
  size_t name_len = (size_t)(colon - line);
  http_message_add_header(headers, line, name_len, colon + 1, len - name_len - 1);
  if (name_len == 14 && strncasecmp(line, "content-length", 14) == 0) {
    reserve_body(transfer, http_message_header(headers, "content-length"));
  }
  return len;
}

// --- Starting ------------------------------------------------------------------------------------

// Nothing may be done about an answer before it is recorded.
static void record_answer(HttpTransfer *transfer) {
  Outside *outside = loop_outside(transfer->client->loop);
  if (!outside_is_recording(outside)) return;
  Buffer answer = {0};
  http_journal_put_answer(&answer, &transfer->answer);
  outside_event(outside, &transfer->op, &answer);
  buffer_free(&answer);
}

static void finish_transfer(HttpTransfer *transfer) {
  record_answer(transfer);
  dlist_unlink(&transfer->link);
  loop_release(transfer->client->loop);
  transfer->done(transfer->context, &transfer->answer);
  free_transfer(transfer);
}

static void fail_transfer(HttpTransfer *transfer, HttpOutcome outcome, const char *reason) {
  transfer->answer.outcome = outcome;
  buffer_clear(&transfer->answer.reason);
  buffer_text(&transfer->answer.reason, reason);
  finish_transfer(transfer);
}

static void fail_by_timeout(HttpTransfer *transfer) {
  char reason[64];
  snprintf(reason, sizeof(reason), "no answer within %u ms", transfer->request.timeout_ms);
  fail_transfer(transfer, HTTP_TIMED_OUT, reason);
}

// Begins the request, or the next one of a chain of redirects. False: it has failed and is gone.
static bool begin_transfer(HttpTransfer *transfer) {
  HttpClient *client = transfer->client;
  uint64_t now = now_ms(client);
  if (transfer->deadline_ms != 0 && now >= transfer->deadline_ms) {
    fail_by_timeout(transfer);
    return false;
  }
  transfer->easy = http_easy_take(&client->pool);
  if (!transfer->easy) {
    fail_transfer(transfer, HTTP_NO_MEMORY, "libcurl has no memory");
    return false;
  }
  transfer->easy->owner = transfer;
  uint64_t limit_ms = transfer->deadline_ms != 0 ? transfer->deadline_ms - now : 0;
  http_easy_prepare(&client->pool, transfer->easy, &transfer->request, limit_ms);
  CURLMcode code = client->curl.multi_add_handle(client->multi, transfer->easy->curl);
  if (code == CURLM_OK) return true;
  http_easy_free(&client->pool, transfer->easy);
  transfer->easy = NULL;
  fail_transfer(transfer, HTTP_FAILED, client->curl.multi_strerror(code));
  return false;
}

static void answer_replayed(void *context, JournalCursor *recorded) {
  HttpTransfer *transfer = context;
  http_journal_get_answer(recorded, &transfer->answer);
  finish_transfer(transfer);
}

// Records or replays that the request is made. False: a replay, which gives the answer in its time.
static bool note_request(HttpTransfer *transfer) {
  Outside *outside = loop_outside(transfer->client->loop);
  if (!outside) return true;
  const HttpRequest *request = &transfer->request;
  transfer->op.answer = answer_replayed;
  transfer->op.context = transfer;
  Buffer details = {0};
  http_journal_put_request(&details, request);
  Buffer subject = {0};
  buffer_printf(&subject, "%s %s", request->method, request->url.bytes);
  OutsideWish wish = {"requests", subject.bytes, details.bytes, details.len};
  bool is_real = outside_begin(outside, &transfer->op, &wish);
  buffer_free(&subject);
  buffer_free(&details);
  return is_real;
}

HttpTransfer *http_client_start(HttpClient *client, HttpRequest *request, HttpDone done,
                                void *context) {
  HttpTransfer *transfer = memory_require(NULL, sizeof(HttpTransfer));
  *transfer =
      (HttpTransfer){.client = client, .request = *request, .done = done, .context = context};
  *request = (HttpRequest){0};
  transfer->answer.body.heap = client->heap;
  if (transfer->request.timeout_ms != 0) {
    transfer->deadline_ms = now_ms(client) + transfer->request.timeout_ms;
  }
  dlist_append(&client->transfers, &transfer->link);
  loop_retain(client->loop);
  if (!note_request(transfer)) {
    bool is_over = outside_answers_at_once(loop_outside(client->loop), &transfer->op);
    return is_over ? NULL : transfer;
  }
  return begin_transfer(transfer) ? transfer : NULL;
}

// The connection cannot be used again: its answer may still be on the way.
void http_client_cancel(HttpTransfer *transfer) {
  HttpClient *client = transfer->client;
  if (transfer->easy) {
    client->curl.multi_remove_handle(client->multi, transfer->easy->curl);
    http_easy_give_back(&client->pool, transfer->easy);
  }
  dlist_unlink(&transfer->link);
  loop_release(client->loop);
  free_transfer(transfer);
}

// --- Redirects -----------------------------------------------------------------------------------

static bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// What must not be shown to another host, and what describes a body that is no longer sent.
static bool must_drop(const char *name, bool drops_secrets, bool drops_body) {
  static const char *const secrets[] = {"authorization", "cookie", "proxy-authorization"};
  if (strcmp(name, "host") == 0) return true;
  if (drops_body && strncmp(name, "content-", 8) == 0) return true;
  for (size_t i = 0; drops_secrets && i < ARRAY_LEN(secrets); i++) {
    if (strcmp(name, secrets[i]) == 0) return true;
  }
  return false;
}

static void filter_headers(HttpRequest *request, bool drops_secrets, bool drops_body) {
  HttpHeaders kept = {0};
  size_t position = 0;
  const char *name;
  const char *value;
  while (http_message_next_header(&request->headers, &position, &name, &value)) {
    if (must_drop(name, drops_secrets, drops_body)) continue;
    http_message_add_header(&kept, name, strlen(name), value, strlen(value));
  }
  http_message_free_headers(&request->headers);
  request->headers = kept;
}

// Fetch's rules: 303 turns everything but HEAD into GET, 301 and 302 turn POST into GET.
static bool becomes_get(const HttpRequest *request, int status) {
  if (status == 303) return strcmp(request->method, "HEAD") != 0;
  return (status == 301 || status == 302) && strcmp(request->method, "POST") == 0;
}

// Points the request at `location`. False: that is no URL to go to.
static bool redirect_request(HttpRequest *request, const char *location, int status) {
  Buffer target = {0};
  Buffer resolved = {0};
  Url from;
  Url reference;
  Url to;
  const char *problem;
  url_normalize(&target, location, strlen(location));
  bool is_good = url_parse(request->url.bytes, request->url.len, &from, &problem) &&
                 url_parse(target.bytes ? target.bytes : "", target.len, &reference, &problem);
  if (is_good) url_resolve(&resolved, &from, &reference);
  is_good = is_good && url_parse(resolved.bytes, resolved.len, &to, &problem) && url_is_http(&to) &&
            to.host.len > 0;
  if (is_good) {
    bool drops_body = becomes_get(request, status);
    if (drops_body) {
      strcpy(request->method, "GET");
      request->body = NULL;
      request->body_len = 0;
    }
    filter_headers(request, !url_same_origin(&from, &to), drops_body);
    buffer_free(&request->url);
    request->url = resolved;
    resolved = (Buffer){0};
  }
  buffer_free(&target);
  buffer_free(&resolved);
  return is_good;
}

// --- Finishing -----------------------------------------------------------------------------------

// libcurl's own words for these contain times, so they would differ from run to run.
// Why libcurl has given up, into the answer.
static void word_failure(HttpTransfer *transfer, CURLcode code) {
  const CurlApi *curl = &transfer->client->curl;
  const HttpEasy *easy = transfer->easy;
  HttpAnswer *answer = &transfer->answer;
  long os_error = 0;
  curl->easy_getinfo(easy->curl, CURLINFO_OS_ERRNO, &os_error);
  buffer_clear(&answer->reason);
  switch (code) {
  case CURLE_COULDNT_CONNECT:
    buffer_printf(&answer->reason, "cannot connect (%s)",
                  os_error ? strerror((int)os_error) : "no address answers");
    break;
  case CURLE_COULDNT_RESOLVE_HOST: buffer_text(&answer->reason, "unknown host"); break;
  case CURLE_GOT_NOTHING:
    buffer_text(&answer->reason, "the server closed the connection without an answer");
    break;
  case CURLE_PARTIAL_FILE:
    buffer_text(&answer->reason, "the connection ended in the middle of the answer");
    break;
  default:
    buffer_text(&answer->reason, easy->error[0] ? easy->error : curl->easy_strerror(code));
  }
}

// The reason stands in the answer already.
static void fail_by_code(HttpTransfer *transfer, CURLcode code) {
  if (transfer->is_out_of_memory || code == CURLE_OUT_OF_MEMORY) {
    fail_transfer(transfer, HTTP_NO_MEMORY, "the answer is larger than the memory allowed");
  } else if (code == CURLE_OPERATION_TIMEDOUT && transfer->request.timeout_ms != 0) {
    fail_by_timeout(transfer);
  } else if (transfer->has_too_many_headers) {
    fail_transfer(transfer, HTTP_FAILED, "the answer's headers are larger than 256 KiB");
  } else {
    transfer->answer.outcome = HTTP_FAILED;
    finish_transfer(transfer);
  }
}

static void follow_redirect(HttpTransfer *transfer, const char *location) {
  if (transfer->redirect_count == transfer->request.redirects_max) {
    char reason[64];
    snprintf(reason, sizeof(reason), "more than %u redirects", transfer->request.redirects_max);
    fail_transfer(transfer, HTTP_FAILED, reason);
    return;
  }
  transfer->redirect_count++;
  if (!redirect_request(&transfer->request, location, transfer->answer.status)) {
    fail_transfer(transfer, HTTP_FAILED, "redirected to something that is no http URL");
    return;
  }
  begin_headers(transfer);
  (void)begin_transfer(transfer);
}

static void settle_transfer(HttpTransfer *transfer, CURLcode code, long status) {
  HttpAnswer *answer = &transfer->answer;
  buffer_clear(&answer->url);
  buffer_append(&answer->url, transfer->request.url.bytes, transfer->request.url.len);
  if (code != CURLE_OK) {
    fail_by_code(transfer, code);
    return;
  }
  answer->status = (int)status;
  const char *location = http_message_header(&answer->headers, "location");
  if (is_redirect(answer->status) && location && transfer->request.redirects_max > 0) {
    follow_redirect(transfer, location);
    return;
  }
  answer->outcome = HTTP_ANSWERED;
  finish_transfer(transfer);
}

static void end_easy(HttpClient *client, CURL *handle, CURLcode code) {
  char *private_data = NULL;
  long status = 0;
  client->curl.easy_getinfo(handle, CURLINFO_PRIVATE, &private_data);
  client->curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  HttpEasy *easy = (HttpEasy *)(void *)private_data;
  HttpTransfer *transfer = easy->owner;
  if (code != CURLE_OK) word_failure(transfer, code);
  client->curl.multi_remove_handle(client->multi, handle);
  http_easy_give_back(&client->pool, easy);
  transfer->easy = NULL;
  settle_transfer(transfer, code, status);
}

static void collect_finished(HttpClient *client) {
  int left;
  CURLMsg *message;
  while ((message = client->curl.multi_info_read(client->multi, &left))) {
    if (message->msg == CURLMSG_DONE) end_easy(client, message->easy_handle, message->data.result);
  }
}
