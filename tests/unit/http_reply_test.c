// SPDX-License-Identifier: MIT
// http_reply_test.c - answers in pieces, and exchanges whose client goes, with raw bytes
#include "http_clients.h"
#include "io/http_reply.h"
#include "io/http_server.h"

#include <stdlib.h>

static Loop *loop;
static Heap *heap;
static HttpExchange *kept[8]; // what the test answers when it likes
static int kept_count;
static int gone_count, room_count;

static void note_gone(HttpExchange *exchange) {
  gone_count++;
  http_connection_drop(exchange);
}

static void note_room(HttpExchange *exchange) {
  (void)exchange;
  room_count++;
}

static void handle(void *context, HttpExchange *exchange) {
  (void)context;
  exchange->on_gone = note_gone;
  exchange->on_room = note_room;
  kept[kept_count++ % 8] = exchange;
}

static int ask(const char *request, int wanted) {
  kept_count = gone_count = room_count = 0;
  int fd = dial();
  say(fd, request);
  for (int i = 0; i < 20 && kept_count < wanted; i++) turn(2);
  CHECK(kept_count == wanted);
  return fd;
}

static void write_text(HttpExchange *exchange, const char *text) {
  http_reply_write(exchange, text, strlen(text));
}

// Compares all that comes with `wanted`.
static void hears(int fd, const char *wanted) {
  Buffer heard = {0};
  hear(fd, &heard, SIZE_MAX);
  if (heard.len == 0) buffer_text(&heard, "");
  CHECK_STR(plain(&heard), wanted);
  buffer_free(&heard);
}

static void test_chunks(void) {
  int fd = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 1);
  http_reply_begin(kept[0], 200, NULL, HTTP_REPLY_UNKNOWN);
  CHECK(http_reply_has_begun(kept[0]));
  hears(fd, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
  write_text(kept[0], "one");
  write_text(kept[0], ""); // would be the end
  CHECK(http_reply_has_room(kept[0]));
  hears(fd, "3\r\none\r\n");
  http_reply_end(kept[0]);
  hears(fd, "0\r\n\r\n");
  say(fd, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n"); // the connection was kept
  turn(5);
  CHECK(kept_count == 2);
  http_reply_send(kept[1], 204, NULL, "", 0);
  hears(fd, "HTTP/1.1 204 No Content\r\n\r\n");
  close(fd);
}

static void test_old_client(void) {
  int fd = ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 1);
  http_reply_begin(kept[0], 200, NULL, HTTP_REPLY_UNKNOWN);
  write_text(kept[0], "one ");
  write_text(kept[0], "two");
  http_reply_end(kept[0]);
  hears(fd, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\none two");
  close(fd);
}

static void test_length(void) {
  int fd = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 1);
  http_reply_begin(kept[0], 206, NULL, 6);
  write_text(kept[0], "one");
  write_text(kept[0], "two three"); // more than was promised is not sent
  http_reply_end(kept[0]);
  hears(fd, "HTTP/1.1 206 Partial Content\r\ncontent-length: 6\r\n\r\nonetwo");
  say(fd, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  turn(5);
  http_reply_begin(kept[1], 200, NULL, 6);
  write_text(kept[1], "one");
  http_reply_end(kept[1]); // too little: the client must notice
  Buffer heard = {0};
  CHECK(hear(fd, &heard, SIZE_MAX));
  buffer_free(&heard);
  close(fd);
}

static void test_bodiless(void) {
  int fd = ask("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n", 1);
  http_reply_begin(kept[0], 200, NULL, 6);
  write_text(kept[0], "onetwo");
  http_reply_end(kept[0]);
  hears(fd, "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n");
  say(fd, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  turn(5);
  http_reply_begin(kept[1], 304, NULL, HTTP_REPLY_UNKNOWN);
  write_text(kept[1], "nothing");
  http_reply_end(kept[1]);
  hears(fd, "HTTP/1.1 304 Not Modified\r\n\r\n");
  close(fd);
}

// Three requests at once: the answers come in their order, whatever comes first.
static void test_order(void) {
  int fd = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n"
               "GET /c HTTP/1.1\r\nHost: x\r\n\r\n",
               3);
  http_reply_send(kept[2], 200, NULL, "third", 5);
  http_reply_begin(kept[1], 200, NULL, HTTP_REPLY_UNKNOWN);
  write_text(kept[1], "second");
  CHECK(!http_reply_has_room(kept[1])); // not its turn
  hears(fd, "");
  http_reply_send(kept[0], 200, NULL, "first", 5);
  CHECK(room_count == 0); // told by the loop, not by the other's call
  hears(fd, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst"
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nsecond\r\n");
  CHECK(room_count == 1);
  CHECK(http_reply_has_room(kept[1]));
  http_reply_end(kept[1]);
  hears(fd, "0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nthird");
  close(fd);
}

// One that has ended before its turn.
static void test_ended_early(void) {
  int fd = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n", 2);
  http_reply_begin(kept[1], 200, NULL, HTTP_REPLY_UNKNOWN);
  write_text(kept[1], "second");
  http_reply_end(kept[1]);
  http_reply_send(kept[0], 200, NULL, "first", 5);
  hears(fd, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst"
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nsecond\r\n0\r\n\r\n");
  close(fd);
}

// A client that does not read: there is no room until it does.
static void test_room(void) {
  static char piece[65536];
  memset(piece, 'x', sizeof(piece));
  int fd = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 1);
  http_reply_begin(kept[0], 200, NULL, HTTP_REPLY_UNKNOWN);
  size_t written = 0;
  for (int i = 0; i < 1000 && http_reply_has_room(kept[0]); i++) {
    http_reply_write(kept[0], piece, sizeof(piece));
    written += sizeof(piece);
  }
  CHECK(!http_reply_has_room(kept[0]));
  turn(20);
  CHECK(room_count == 0);
  Buffer heard = {0};
  hear(fd, &heard, SIZE_MAX);
  CHECK(room_count == 1);
  CHECK(http_reply_has_room(kept[0]));
  http_reply_end(kept[0]);
  hear(fd, &heard, SIZE_MAX);
  size_t count = 0;
  for (size_t i = 0; i < heard.len; i++) count += heard.bytes[i] == 'x';
  CHECK(count == written);
  buffer_free(&heard);
  close(fd);
}

static void reset(int fd) {
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
  close(fd);
}

static void test_gone(void) {
  int fd = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n"
               "GET /c HTTP/1.1\r\nHost: x\r\n\r\n",
               3);
  http_reply_begin(kept[0], 200, NULL, HTTP_REPLY_UNKNOWN);
  http_reply_send(kept[2], 200, NULL, "answered", 8); // who is done need not know
  reset(fd);
  for (int i = 0; i < 20 && gone_count < 2; i++) turn(5);
  CHECK(gone_count == 2);
}

// One that has closed its half gets what comes soon, and has gone if nothing does.
static void test_half_closed(void) {
  int fd = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 1);
  shutdown(fd, SHUT_WR);
  turn(300);
  CHECK(gone_count == 0);
  http_reply_send(kept[0], 200, NULL, "soon", 4);
  hears(fd, "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nsoon");
  close(fd);
  fd = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 1);
  close(fd);
  for (int i = 0; i < 40 && gone_count == 0; i++) turn(100);
  CHECK(gone_count == 1);
}

// At the server's end nobody is told anything.
static void test_abandoned(HttpServer *server) {
  int fd = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n", 2);
  http_server_free(server);
  for (int i = 0; i < 5; i++) turn(5);
  CHECK(gone_count == 0);
  http_reply_send(kept[0], 200, NULL, "nobody", 6);
  http_connection_drop(kept[1]);
  close(fd);
}

int main(void) {
  Buffer reason = {0};
  HttpServerOptions options;
  poller = loop_new(NULL);
  loop = loop_of_poller(poller);
  heap = heap_create(&(HeapOptions){0});
  http_server_init(&options);
  options.handle = handle;
  HttpServer *server = http_server_new(loop, heap, &options, &reason);
  CHECK(server != NULL);
  port = http_server_port(server);
  test_chunks();
  test_old_client();
  test_length();
  test_bodiless();
  test_order();
  test_ended_early();
  test_room();
  test_gone();
  test_half_closed();
  test_abandoned(server);
  loop_free(poller);
  heap_destroy(heap);
  buffer_free(&reason);
  return check_done("http_reply");
}
