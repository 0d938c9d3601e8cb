// SPDX-License-Identifier: MIT
// http_test.c - the HTTP server with raw bytes, and the client with the server, on one loop
//
// No script runs here: the handler answers at once or later, and clients are plain sockets that the
// test reads and writes while it turns the loop, so that every order and every broken byte can be
// played.
#include "http_clients.h"
#include "io/http_client.h"
#include "io/http_server.h"
#include "io/http_reply.h"
#include "io/loop.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static Loop *loop;
static Heap *heap;
static HttpExchange *kept[8]; // exchanges of /later, answered when the test says so
static int kept_count;
static bool is_gone;

// --- The server's side ---------------------------------------------------------------------------

static bool target_is(const HttpExchange *exchange, const char *text) {
  return strcmp(exchange->target.bytes, text) == 0;
}

static void answer(HttpExchange *exchange, int status, const char *name, const char *value,
                   const char *body, size_t len) {
  HttpHeaders headers = {0};
  if (name) http_message_add_header(&headers, name, strlen(name), value, strlen(value));
  http_reply_send(exchange, status, &headers, body, len);
  http_message_free_headers(&headers);
}

static void answer_big(HttpExchange *exchange) {
  size_t len = 4 * 1024 * 1024;
  char *body = malloc(len);
  memset(body, 'x', len);
  answer(exchange, 200, NULL, NULL, body, len);
  free(body);
}

static void handle(void *context, HttpExchange *exchange) {
  (void)context;
  Buffer text = {0};
  if (target_is(exchange, "/later")) {
    kept[kept_count++] = exchange;
  } else if (target_is(exchange, "/silent")) {
    kept[kept_count++] = exchange;
  } else if (target_is(exchange, "/big")) {
    answer_big(exchange);
  } else if (target_is(exchange, "/drop")) {
    http_connection_drop(exchange);
  } else if (target_is(exchange, "/again")) {
    answer(exchange, 302, "location", "/again", "", 0);
  } else if (target_is(exchange, "/moved")) {
    answer(exchange, 303, "location", "new?x=1", "gone", 4);
  } else if (target_is(exchange, "/empty")) {
    answer(exchange, 204, NULL, NULL, "", 0);
  } else {
    buffer_printf(&text, "%s %s %.*s", exchange->method, exchange->target.bytes,
                  (int)exchange->body.len, exchange->body.bytes ? exchange->body.bytes : "");
    answer(exchange, 200, "content-type", "text/plain", text.bytes, text.len);
  }
  buffer_free(&text);
}

static void note_gone(void *context) {
  (void)context;
  is_gone = true;
}

// Sends all, then hears all until the server closes or is quiet.
static const char *talk(const char *request, bool *closed) {
  static Buffer heard;
  buffer_clear(&heard);
  int fd = dial();
  say(fd, request);
  bool is_closed = hear(fd, &heard, SIZE_MAX);
  if (closed) *closed = is_closed;
  close(fd);
  turn(2);
  const char *text = plain(&heard);
  static char copy[8192];
  snprintf(copy, sizeof(copy), "%s", text);
  buffer_free(&heard);
  return copy;
}

// --- The server and raw bytes --------------------------------------------------------------------

static void test_plain_requests(void) {
  bool closed;
  CHECK_STR(talk("GET /a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", &closed),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n"
            "connection: close\r\n\r\nGET /a?b ");
  CHECK(closed);
  CHECK_STR(talk("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", &closed),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 8\r\n"
            "connection: close\r\n\r\n");
  CHECK_STR(talk("GET /empty HTTP/1.0\r\n\r\n", &closed),
            "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
  CHECK(closed);
  CHECK_STR(talk("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", &closed),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 11\r\n\r\nPOST /p abc");
  CHECK(!closed);
  CHECK_STR(talk("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
                 &closed),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 11\r\n\r\nPOST /p abc");
}

static void test_pipelining(void) {
  Buffer heard = {0};
  int fd = dial();
  kept_count = 0;
  say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n"
          "GET /c HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(!hear(fd, &heard, SIZE_MAX));
  CHECK(heard.len == 0); // the later answers wait for the first
  CHECK(kept_count == 1);
  answer(kept[0], 200, NULL, NULL, "first", 5);
  CHECK(!hear(fd, &heard, SIZE_MAX));
  CHECK_STR(plain(&heard),
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst"
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 7\r\n\r\nGET /b "
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 7\r\n\r\nGET /c ");
  close(fd);
  buffer_free(&heard);
}

static void test_many_pipelined(void) {
  Buffer request = {0};
  Buffer heard = {0};
  for (int i = 0; i < 1000; i++) buffer_text(&request, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
  int fd = dial();
  say(fd, request.bytes);
  hear(fd, &heard, SIZE_MAX);
  int count = 0;
  for (const char *at = heard.bytes; at && (at = strstr(at, "HTTP/1.1 200")); at++) count++;
  CHECK(count == 1000);
  close(fd);
  buffer_free(&request);
  buffer_free(&heard);
}

static void test_expectation(void) {
  Buffer heard = {0};
  int fd = dial();
  say(fd, "POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  hear(fd, &heard, 25);
  CHECK_STR(plain(&heard), "HTTP/1.1 100 Continue\r\n\r\n");
  buffer_clear(&heard);
  say(fd, "ok");
  hear(fd, &heard, SIZE_MAX);
  CHECK(strstr(plain(&heard), "POST /p ok"));
  close(fd);
  buffer_free(&heard);
}

static void check_refusal(const char *request, const char *status) {
  bool closed;
  const char *heard = talk(request, &closed);
  CHECK(closed);
  Buffer want = {0};
  buffer_printf(&want, "HTTP/1.1 %s\r\n", status);
  if (strncmp(heard, want.bytes, want.len) != 0)
    CHECK_STR(heard, want.bytes);
  else
    CHECK(true);
  buffer_free(&want);
}

static void test_refusals(void) {
  check_refusal("nonsense\r\n\r\n", "400 Bad Request");
  check_refusal("\x16\x03\x01\x02", "400 Bad Request"); // TLS
  check_refusal("GET / HTTP/1.1\r\n\r\n", "400 Bad Request");
  check_refusal("GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", "400 Bad Request");
  check_refusal("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "400 Bad Request");
  check_refusal("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n",
                "413 Payload Too Large");
  check_refusal("GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", "417 Expectation Failed");
  Buffer big = {0};
  buffer_text(&big, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
  buffer_fill(&big, 'y', 3000);
  buffer_text(&big, "\r\n\r\n");
  check_refusal(big.bytes, "431 Request Header Fields Too Large");
  buffer_clear(&big);
  buffer_text(&big, "GET /");
  buffer_fill(&big, 'y', 3000);
  check_refusal(big.bytes, "414 URI Too Long");
  buffer_clear(&big);
  buffer_text(&big, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n");
  buffer_fill(&big, 'y', 4096);
  buffer_text(&big, "\r\n0\r\n\r\n");
  check_refusal(big.bytes, "413 Payload Too Large");
  buffer_free(&big);
}

static void test_broken_clients(void) {
  Buffer heard = {0};
  kept_count = 0;
  int fd = dial();
  say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  turn(5);
  CHECK(kept_count == 1);
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  close(fd); // the client resets the connection while its request is handled
  turn(5);
  turn(5);
  CHECK(kept[0]->connection == NULL);
  answer(kept[0], 200, NULL, NULL, "nobody", 6);
  fd = dial(); // half a request, then the end
  say(fd, "GET / HT");
  shutdown(fd, SHUT_WR);
  CHECK(hear(fd, &heard, SIZE_MAX));
  CHECK(heard.len == 0);
  close(fd);
  fd = dial(); // a whole request, then the end of the client's half
  say(fd, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
  shutdown(fd, SHUT_WR);
  CHECK(hear(fd, &heard, SIZE_MAX));
  CHECK(strstr(plain(&heard), "GET /x"));
  close(fd);
  buffer_clear(&heard);
  fd = dial();
  say(fd, "GET /drop HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(hear(fd, &heard, SIZE_MAX));
  CHECK(heard.len == 0);
  close(fd);
  buffer_free(&heard);
}

static void test_slow_clients(void) {
  Buffer heard = {0};
  int slow = dial();
  say(slow, "GET / HTTP/1.1\r\nHo");
  int reader = dial(); // asks for much and does not read
  say(reader, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(strstr(talk("GET /x HTTP/1.1\r\nHost: x\r\n\r\n", NULL), "GET /x")); // others do not notice
  for (int i = 0; i < 4; i++) {
    turn(250);
    say(slow, "s");
  }
  hear(slow, &heard, SIZE_MAX);
  CHECK(strncmp(heard.bytes ? heard.bytes : "", "HTTP/1.1 408", 12) == 0);
  close(slow);
  buffer_clear(&heard);
  CHECK(hear(reader, &heard, SIZE_MAX)); // it was closed in the middle
  CHECK(heard.len < 4 * 1024 * 1024);
  close(reader);
  buffer_free(&heard);
}

static void test_big_answer(void) {
  Buffer heard = {0};
  int fd = dial();
  say(fd, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  hear(fd, &heard, SIZE_MAX);
  const char *body = strstr(heard.bytes, "\r\n\r\n");
  CHECK(body && heard.len - (size_t)(body + 4 - heard.bytes) == 4 * 1024 * 1024);
  close(fd);
  buffer_free(&heard);
}

// --- The client ----------------------------------------------------------------------------------

typedef struct Expectation {
  HttpOutcome outcome;
  int status;
  const char *text; // of the body, or part of the reason
} Expectation;

static int answered;

static void check_answer(void *context, HttpAnswer *answer) {
  const Expectation *want = context;
  answered++;
  CHECK(answer->outcome == want->outcome);
  if (answer->outcome != HTTP_ANSWERED) {
    if (!strstr(answer->reason.bytes, want->text)) CHECK_STR(answer->reason.bytes, want->text);
    return;
  }
  CHECK(answer->status == want->status);
  bool same =
      answer->body.len == strlen(want->text) &&
      memcmp(answer->body.bytes ? answer->body.bytes : "", want->text, answer->body.len) == 0;
  if (!same) fprintf(stderr, "body: %.*s\n", (int)answer->body.len, answer->body.bytes);
  CHECK(same);
}

static void ask(HttpClient *client, const char *method, const char *path, const char *body,
                uint32_t timeout_ms, Expectation *want) {
  HttpRequest request = {.timeout_ms = timeout_ms, .redirects_max = 3};
  strcpy(request.method, method);
  buffer_printf(&request.url, "http://127.0.0.1:%u%s", port, path);
  request.body = body;
  request.body_len = body ? strlen(body) : 0;
  http_client_start(client, &request, check_answer, want);
}

static void wait_for(int count) {
  for (int i = 0; i < 2000 && answered < count; i++) turn(5);
  CHECK(answered == count);
}

static void test_client(HttpClient *client) {
  Expectation plain_get = {HTTP_ANSWERED, 200, "GET /one "};
  Expectation post = {HTTP_ANSWERED, 200, "POST /two data"};
  Expectation moved = {HTTP_ANSWERED, 200, "GET /new?x=1 "};
  Expectation endless = {HTTP_FAILED, 0, "more than 3 redirects"};
  Expectation empty = {HTTP_ANSWERED, 204, ""};
  Expectation dropped = {HTTP_FAILED, 0, "closed the connection without an answer"};
  Expectation late = {HTTP_TIMED_OUT, 0, "no answer within 50 ms"};
  answered = 0;
  kept_count = 0;
  ask(client, "GET", "/one", NULL, 5000, &plain_get);
  ask(client, "POST", "/two", "data", 5000, &post);
  ask(client, "DELETE", "/moved", NULL, 5000, &moved);
  ask(client, "GET", "/again", NULL, 5000, &endless);
  ask(client, "GET", "/empty", NULL, 5000, &empty);
  ask(client, "GET", "/drop", NULL, 5000, &dropped);
  ask(client, "GET", "/silent", NULL, 50, &late);
  CHECK(poller->is_alive(poller->self));
  wait_for(7);
  CHECK(kept_count == 1);
  turn(5);
  http_connection_drop(kept[0]);
}

static void test_refused_connection(HttpClient *client) {
  Expectation refused = {HTTP_FAILED, 0, "cannot connect (Connection refused)"};
  uint16_t before = port;
  answered = 0;
  port = 1;
  ask(client, "GET", "/", NULL, 5000, &refused);
  port = before;
  wait_for(1);
}

static void test_many_requests(HttpClient *client) {
  Expectation want = {HTTP_ANSWERED, 200, "GET /many "};
  answered = 0;
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 1000; i++) ask(client, "GET", "/many", NULL, 20000, &want);
    wait_for((round + 1) * 1000);
  }
}

static HttpServer *make_server(void) {
  Buffer reason = {0};
  HttpServerOptions options;
  http_server_init(&options);
  options.header_limit = 2000;
  options.body_limit = 2000;
  options.receive_ms = 400;
  options.handle = handle;
  options.gone = note_gone;
  HttpServer *server = http_server_new(loop, heap, &options, &reason);
  CHECK(server != NULL);
  port = http_server_port(server);
  options.port = port;
  CHECK(http_server_new(loop, heap, &options, &reason) == NULL);
  CHECK(strstr(reason.bytes, "address already in use"));
  buffer_free(&reason);
  return server;
}

// A closed server still answers what is under way, and refuses what comes later.
static void test_closing(HttpServer *server) {
  Buffer heard = {0};
  kept_count = 0;
  int fd = dial();
  int idle = dial();
  say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  turn(5);
  http_server_close(server);
  CHECK(hear(idle, &heard, SIZE_MAX));
  CHECK(kept_count == 1);
  answer(kept[0], 200, NULL, NULL, "last", 4);
  CHECK(hear(fd, &heard, SIZE_MAX));
  CHECK(strstr(plain(&heard), "last"));
  for (int i = 0; i < 10 && !is_gone; i++) turn(5);
  CHECK(is_gone);
  CHECK(!poller->is_alive(poller->self));
  close(fd);
  close(idle);
  buffer_free(&heard);
}

int main(void) {
  Buffer reason = {0};
  poller = loop_new(NULL);
  loop = loop_of_poller(poller);
  heap = heap_create(&(HeapOptions){0});
  HttpServer *server = make_server();
  test_plain_requests();
  test_pipelining();
  test_many_pipelined();
  test_expectation();
  test_refusals();
  test_broken_clients();
  test_big_answer();
  HttpClient *client = http_client_new(loop, heap, &reason);
  CHECK(client != NULL);
  if (client) {
    test_client(client);
    test_refused_connection(client);
    test_many_requests(client);
  }
  test_slow_clients();
  http_client_free(client);
  test_closing(server);
  loop_free(poller);
  heap_destroy(heap);
  return check_done("http");
}
