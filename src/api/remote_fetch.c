// SPDX-License-Identifier: MIT
// remote_fetch.c - fetching the modules that a Remote misses
#include "api/remote_fetch.h"

#include "io/url.h"

#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS    30000
#define REDIRECTS_MAX 10
#define MEMORY_MAX    (256u * 1024 * 1024) // of all that is fetched at a time

// What was asked for together.
typedef struct Batch {
  Remote *remote;
  uint32_t left;
  void (*done)(void *context);
  void *context;
} Batch;

typedef struct Fetch {
  DLink link; // in the Remote's list
  Batch *batch;
  char *url;
} Fetch;

// An https:// address must not lead to one that anybody on the way could have answered.
static bool is_trusted(const Buffer *from) {
  Url url;
  const char *why;
  if (!from->bytes || !url_parse(from->bytes, from->len, &url, &why)) return false;
  return url.scheme.len == 5 || url_host_is_local(&url); // https
}

static void say_problem(const HttpAnswer *answer, Buffer *problem) {
  switch (answer->outcome) {
  case HTTP_ANSWERED:
    if (answer->status != 200)
      buffer_printf(problem, "the server answers with status %d", answer->status);
    else
      buffer_text(problem, "it is redirected to an http:// address");
    return;
  case HTTP_TIMED_OUT: buffer_printf(problem, "no answer within %d s", TIMEOUT_MS / 1000); return;
  case HTTP_NO_MEMORY: buffer_text(problem, "it is too large"); return;
  case HTTP_FAILED: buffer_text(problem, answer->reason.bytes ? answer->reason.bytes : "?"); return;
  }
}

static void free_fetch(Fetch *fetch) {
  dlist_unlink(&fetch->link);
  free(fetch->url);
  free(fetch);
}

static void take_answer(void *context, HttpAnswer *answer) {
  Fetch *fetch = context;
  Batch *batch = fetch->batch;
  Buffer problem = {0};
  bool is_fine = answer->outcome == HTTP_ANSWERED && answer->status == 200 &&
                 is_trusted(&answer->url);
  if (!is_fine) say_problem(answer, &problem);
  const char *text = answer->body.bytes ? answer->body.bytes : "";
  remote_add(batch->remote, fetch->url, is_fine ? text : NULL, answer->body.len, problem.bytes);
  buffer_free(&problem);
  free_fetch(fetch);
  if (--batch->left > 0) return;
  batch->done(batch->context);
  free(batch);
}

void remote_fetch_start(Remote *remote, HttpClient *client, void (*done)(void *context),
                        void *context) {
  uint32_t count = remote->missing.count;
  Batch *batch = memory_require(NULL, sizeof(Batch));
  // One more than there are, so that the last one does not end it while others are being started.
  *batch = (Batch){.remote = remote, .left = count + 1, .done = done, .context = context};
  for (uint32_t i = 0; i < count; i++) {
    Fetch *fetch = memory_require(NULL, sizeof(Fetch));
    *fetch = (Fetch){.batch = batch, .url = remote->missing.items[i]};
    dlist_append(&remote->fetches, &fetch->link);
    HttpRequest request = {
        .method = "GET", .timeout_ms = TIMEOUT_MS, .redirects_max = REDIRECTS_MAX};
    buffer_text(&request.url, fetch->url);
    (void)http_client_start(client, &request, take_answer, fetch);
  }
  vec_clear(&remote->missing);
  if (--batch->left > 0) return;
  done(context);
  free(batch);
}

void remote_fetch_drop(Remote *remote) {
  while (!dlist_is_empty(&remote->fetches)) {
    Fetch *fetch = CONTAINER_OF(remote->fetches.next, Fetch, link);
    if (--fetch->batch->left == 0) free(fetch->batch);
    free_fetch(fetch);
  }
}

// --- Waiting for it ------------------------------------------------------------------------------

static void fail_all(Remote *remote, const char *reason) {
  for (uint32_t i = 0; i < remote->missing.count; i++) {
    remote_add(remote, remote->missing.items[i], NULL, 0, reason);
    free(remote->missing.items[i]);
  }
  vec_clear(&remote->missing);
}

static void note_done(void *context) {
  *(bool *)context = true;
}

static void fetch_on(Remote *remote, Poller *poller, Heap *heap) {
  Buffer reason = {0};
  HttpClient *client = http_client_new(loop_of_poller(poller), heap, &reason);
  if (client) {
    bool is_done = false;
    remote_fetch_start(remote, client, note_done, &is_done);
    while (!is_done) poller->poll(poller->self, -1);
    http_client_free(client);
  } else {
    fail_all(remote, reason.bytes);
  }
  buffer_free(&reason);
}

void remote_fetch_all(Remote *remote) {
  Poller *poller = loop_new(NULL);
  Heap *heap = heap_create(&(HeapOptions){.limit = MEMORY_MAX});
  if (poller && heap)
    fetch_on(remote, poller, heap);
  else
    fail_all(remote, "out of memory");
  loop_free(poller);
  if (heap) heap_destroy(heap);
}
