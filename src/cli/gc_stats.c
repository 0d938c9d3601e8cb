// SPDX-License-Identifier: MIT
// gc_stats.c - what --stats and --gc-stats tell of a run's memory
#include "cli/gc_stats.h"

#include <inttypes.h>
#include <stdio.h>

#define BAR_WIDTH 40

static double ms(uint64_t ns) {
  return (double)ns / 1e6;
}

static double mb(uint64_t bytes) {
  return (double)bytes / 1e6;
}

static void print_line(const wick_stats *s) {
  fprintf(stderr,
          "heap peak %zu bytes, %" PRIu64 " minor and %" PRIu64
          " major collections, longest pause %.3f ms\n",
          s->heap_peak, s->minor_collections, s->major_collections, ms(s->longest_pause_ns));
}

// One row a bucket, from the first to the last that has any.
static void print_histogram(const wick_stats *s) {
  uint32_t first = 0, last = WICK_PAUSE_BUCKETS;
  uint64_t most = 1;
  while (first < last && s->pauses[first] == 0) first++;
  while (last > first && s->pauses[last - 1] == 0) last--;
  for (uint32_t i = first; i < last; i++) {
    if (s->pauses[i] > most) most = s->pauses[i];
  }
  for (uint32_t i = first; i < last; i++) {
    int width = (int)((double)s->pauses[i] / (double)most * BAR_WIDTH + 0.5);
    fprintf(stderr, "  %s %8" PRIu64 " us %10" PRIu64 " ", i + 1 < WICK_PAUSE_BUCKETS ? "below" : "above",
            UINT64_C(1) << (i + 1 < WICK_PAUSE_BUCKETS ? i : i - 1), s->pauses[i]);
    for (int w = 0; w < width; w++) fputc('#', stderr);
    fputc('\n', stderr);
  }
}

static void print_text(const wick_stats *s) {
  double share = s->run_ns ? (double)s->total_pause_ns / (double)s->run_ns * 100 : 0;
  fprintf(stderr, "gc: %" PRIu64 " minor and %" PRIu64 " major collections, marked in %" PRIu64 " slices\n",
          s->minor_collections, s->major_collections, s->slices);
  fprintf(stderr, "gc: %.1f MB allocated, %.1f MB at most, %.1f MB live at the last collection\n",
          mb(s->allocated), mb(s->heap_peak), mb(s->heap_live));
  fprintf(stderr, "gc: %.1f ms of %.1f ms, %.1f %%\n", ms(s->total_pause_ns), ms(s->run_ns), share);
  fprintf(stderr, "gc: %" PRIu64 " pauses: half of them up to %.3f ms, 99 %% up to %.3f ms, the longest %.3f ms\n",
          s->pause_count, ms(s->median_pause_ns), ms(s->p99_pause_ns), ms(s->longest_pause_ns));
  print_histogram(s);
}

static void print_json(const wick_stats *s) {
  fprintf(stderr,
          "{\"minor\":%" PRIu64 ",\"major\":%" PRIu64 ",\"slices\":%" PRIu64 ",\"allocated\":%" PRIu64
          ",\"peak\":%zu,\"live\":%zu,\"run_ns\":%" PRIu64 ",\"pauses\":{\"count\":%" PRIu64
          ",\"total_ns\":%" PRIu64 ",\"p50_ns\":%" PRIu64 ",\"p99_ns\":%" PRIu64 ",\"max_ns\":%" PRIu64
          ",\"below_us\":{",
          s->minor_collections, s->major_collections, s->slices, s->allocated, s->heap_peak,
          s->heap_live, s->run_ns, s->pause_count, s->total_pause_ns, s->median_pause_ns,
          s->p99_pause_ns, s->longest_pause_ns);
  const char *comma = "";
  for (uint32_t i = 0; i < WICK_PAUSE_BUCKETS; i++) {
    if (s->pauses[i] == 0) continue;
    fprintf(stderr, "%s\"%" PRIu64 "\":%" PRIu64, comma, UINT64_C(1) << i, s->pauses[i]);
    comma = ",";
  }
  fputs("}}}\n", stderr);
}

void gc_stats_print(const wick_vm *vm, StatsForm form) {
  wick_stats stats;
  wick_get_stats(vm, &stats);
  switch (form) {
  case STATS_NONE: break;
  case STATS_LINE: print_line(&stats); break;
  case STATS_TEXT: print_text(&stats); break;
  case STATS_JSON: print_json(&stats); break;
  }
}
