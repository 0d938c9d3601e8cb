// SPDX-License-Identifier: MIT
// timer_queue_test.c - timers come out in order, whatever the order in which they were set
//
// Beside the queue stands an array in which the first timer is looked for one by one.
#include "base/rng.h"
#include "check.h"
#include "sched/timer_queue.h"

#define COUNT_MAX 3000

static Timer plain[COUNT_MAX];
static uint32_t plain_count;

static bool is_before(const Timer *a, const Timer *b) {
  return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->number < b->number;
}

static uint32_t find_first(void) {
  uint32_t first = 0;
  for (uint32_t i = 1; i < plain_count; i++) {
    if (is_before(&plain[i], &plain[first])) first = i;
  }
  return first;
}

static void remove_plain(uint32_t i) {
  plain[i] = plain[--plain_count];
}

static bool is_even(const Timer *timer) {
  return timer->generation % 2 == 0;
}

static void filter_plain(void) {
  for (uint32_t i = plain_count; i-- > 0;) {
    if (!is_even(&plain[i])) remove_plain(i);
  }
}

static void add(TimerQueue *queue, Timer timer) {
  if (plain_count == COUNT_MAX) return;
  plain[plain_count++] = timer;
  timer_queue_add(queue, timer);
}

static void count_one(const Timer *timer, void *context) {
  (void)timer;
  (*(uint32_t *)context)++;
}

static bool is_same_first(const TimerQueue *queue) {
  const Timer *first = timer_queue_first(queue);
  if (plain_count == 0) return first == NULL;
  return first && first->number == plain[find_first()].number;
}

// `disorder`: how far a timer may be due before those set earlier; 0 keeps all in the run.
static void drive(uint64_t seed, uint64_t disorder) {
  TimerQueue queue = {0};
  Rng rng;
  int64_t now = 0;
  bool is_same = true;
  rng_init(&rng, seed);
  plain_count = 0;
  for (uint32_t number = 0; number < 20000; number++) {
    Timer timer = {.at_ns = now + (int64_t)rng_below(&rng, disorder + 1),
                   .number = number,
                   .generation = (uint32_t)rng_below(&rng, 4)};
    now += (int64_t)rng_below(&rng, 3);
    bool is_growing = number % 4000 < 2000;
    if (rng_below(&rng, 8) < (is_growing ? 6u : 3u)) {
      add(&queue, timer);
    } else if (plain_count > 0) {
      remove_plain(find_first());
      timer_queue_take_first(&queue);
    }
    if (rng_below(&rng, 5000) == 0) {
      filter_plain();
      timer_queue_filter(&queue, is_even);
    }
    is_same = is_same && is_same_first(&queue) && timer_queue_count(&queue) == plain_count;
  }
  uint32_t visited = 0;
  timer_queue_each(&queue, count_one, &visited);
  CHECK(is_same);
  CHECK(visited == plain_count);
  if (disorder == 0) CHECK(queue.heap.count == 0);
  timer_queue_free(&queue);
}

int main(void) {
  drive(1, 0);
  drive(2, 1);
  drive(3, 50);
  drive(4, 100000);
  return check_done("timer_queue");
}
