// SPDX-License-Identifier: MIT
// ahead.c - a thread that asks the system for the memory that will be filled next
//
// While a heap grows, the system clears its memory, which takes a fifth of the time of making a million fibers and
// is work for another processor. The thread goes through the chunk that the program fills, a few pages in front of it:
//
//      first          program       next                end
//   ─────┴───────────────┴────────────┴──────────────────┴───────── addresses
//           has memory                  is asked for soon
//
// and in between through the large block that has grown last. With a million fibers those pages are a byte each.
//
// To ask for memory changes nothing that a program could see, and does no harm where there is some: so the two need
// not agree on who does it. Where the program is faster it asks itself, and the thread goes on in front of it. Only
// before memory is unmapped the program waits until the thread is out of it.
#include "heap/ahead.h"

#include "base/thread.h"
#include <stdlib.h>
#include <sys/mman.h>

#define AHEAD_PAGES 16 // at most so many in front of the program
#define WAKE_PAGES  8  // the thread sleeps until there are so many to ask for
#define SYSTEM_PAGE ((uintptr_t)4096)

struct Ahead {
  pthread_t thread;
  pthread_mutex_t lock; // of all that follows
  pthread_cond_t wanted;
  pthread_cond_t rested;
  char *first, *next, *end;    // of the chunk that is filled
  char *block_next, *block_end; // of the block
  char *busy_with;             // a page; NULL: with none
  bool is_asleep;
  bool is_ending;
};

static bool ask_for(char *page, size_t size) {
#ifdef MADV_POPULATE_WRITE
  return madvise(page, size, MADV_POPULATE_WRITE) == 0;
#else
  return false;
#endif
}

static bool can_ask(void) {
  char here;
  return ask_for((char *)((uintptr_t)&here & ~(SYSTEM_PAGE - 1)), SYSTEM_PAGE);
}

// A page's size at most from *next on, which goes on behind it. Called and left with the lock.
static void ask_for_next(Ahead *ahead, char **next, const char *end) {
  char *page = *next;
  size_t left = (size_t)(end - page);
  size_t size = left < HEAP_PAGE_BYTES ? left : HEAP_PAGE_BYTES;
  *next += size;
  ahead->busy_with = page;
  pthread_mutex_unlock(&ahead->lock);
  (void)ask_for(page, size); // it has failed: the program will meet that itself
  pthread_mutex_lock(&ahead->lock);
  ahead->busy_with = NULL;
  pthread_cond_signal(&ahead->rested);
}

static void *run(void *context) {
  Ahead *ahead = context;
  pthread_mutex_lock(&ahead->lock);
  while (!ahead->is_ending) {
    if (ahead->next < ahead->end) {
      ask_for_next(ahead, &ahead->next, ahead->end);
    } else if (ahead->block_next < ahead->block_end) {
      ask_for_next(ahead, &ahead->block_next, ahead->block_end);
    } else {
      ahead->is_asleep = true;
      pthread_cond_wait(&ahead->wanted, &ahead->lock);
      ahead->is_asleep = false;
    }
  }
  pthread_mutex_unlock(&ahead->lock);
  return NULL;
}

static void discard(Ahead *ahead) {
  pthread_cond_destroy(&ahead->rested);
  pthread_cond_destroy(&ahead->wanted);
  pthread_mutex_destroy(&ahead->lock);
  free(ahead);
}

Ahead *ahead_new(void) {
  if (thread_processor_count() < 2 || !can_ask()) return NULL;
  Ahead *ahead = calloc(1, sizeof(Ahead));
  if (!ahead) return NULL;
  pthread_mutex_init(&ahead->lock, NULL);
  pthread_cond_init(&ahead->wanted, NULL);
  pthread_cond_init(&ahead->rested, NULL);
  if (thread_start(&ahead->thread, run, ahead)) return ahead;
  discard(ahead);
  return NULL;
}

void ahead_free(Ahead *ahead) {
  if (!ahead) return;
  pthread_mutex_lock(&ahead->lock);
  ahead->is_ending = true;
  pthread_cond_signal(&ahead->wanted);
  pthread_mutex_unlock(&ahead->lock);
  pthread_join(ahead->thread, NULL);
  discard(ahead);
}

bool ahead_reach(Ahead *ahead, char *start, char *end) {
  pthread_mutex_lock(&ahead->lock);
  bool has_memory = start >= ahead->first && start < ahead->next;
  if (!has_memory) {
    ahead->first = start;
    ahead->next = start + HEAP_PAGE_BYTES;
  }
  char *farthest = start + (1 + AHEAD_PAGES) * HEAP_PAGE_BYTES;
  ahead->end = farthest < end ? farthest : end;
  bool is_worth_waking = ahead->end - ahead->next >= (ptrdiff_t)(WAKE_PAGES * HEAP_PAGE_BYTES);
  if (ahead->is_asleep && is_worth_waking) pthread_cond_signal(&ahead->wanted);
  pthread_mutex_unlock(&ahead->lock);
  return has_memory;
}

void ahead_fill(Ahead *ahead, char *start, char *end) {
  pthread_mutex_lock(&ahead->lock);
  ahead->block_next = (char *)(((uintptr_t)start + SYSTEM_PAGE - 1) & ~(SYSTEM_PAGE - 1));
  ahead->block_end = (char *)((uintptr_t)end & ~(SYSTEM_PAGE - 1));
  if (ahead->is_asleep) pthread_cond_signal(&ahead->wanted);
  pthread_mutex_unlock(&ahead->lock);
}

static bool overlap(const char *start, const char *end, const char *from, const char *to) {
  return start < to && from < end;
}

void ahead_leave(Ahead *ahead, const char *start, const char *end) {
  pthread_mutex_lock(&ahead->lock);
  if (overlap(start, end, ahead->first, ahead->end)) ahead->first = ahead->next = ahead->end = NULL;
  if (overlap(start, end, ahead->block_next, ahead->block_end)) ahead->block_next = ahead->block_end = NULL;
  while (ahead->busy_with >= start && ahead->busy_with < end) pthread_cond_wait(&ahead->rested, &ahead->lock);
  pthread_mutex_unlock(&ahead->lock);
}
