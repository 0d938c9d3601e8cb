// SPDX-License-Identifier: MIT
// http_clients.h - plain sockets as clients of a server on the same loop, for tests
#ifndef HTTP_CLIENTS_H
#define HTTP_CLIENTS_H

#include "base/buffer.h"
#include "check.h"
#include "io/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static Poller *poller;
static uint16_t port;

static void turn(int ms) {
  poller->poll(poller->self, ms * INT64_C(1000000));
}

static int dial(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) perror("connect");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static void say(int fd, const char *text) {
  size_t len = strlen(text);
  while (len > 0) {
    ssize_t count = send(fd, text, len, MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) return;
    if (count > 0) text += count, len -= (size_t)count;
    turn(1);
  }
}

// Reads until `wanted` bytes are there, the server closes, or nothing comes for a while.
static bool hear(int fd, Buffer *out, size_t wanted) {
  char bytes[65536];
  for (int quiet = 0; quiet < 30 && out->len < wanted;) {
    turn(2);
    ssize_t count = recv(fd, bytes, sizeof(bytes), 0);
    if (count == 0) return true;
    if (count < 0 && errno != EAGAIN) return true;
    if (count > 0) buffer_append(out, bytes, (size_t)count);
    quiet = count > 0 ? 0 : quiet + 1;
  }
  return false;
}

// The answers without the lines that differ from run to run.
static const char *plain(Buffer *out) {
  char *date;
  buffer_byte(out, '\0');
  while ((date = strstr(out->bytes, "date: "))) {
    char *end = strchr(date, '\n');
    memmove(date, end + 1, strlen(end + 1) + 1);
  }
  return out->bytes;
}

#endif
