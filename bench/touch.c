// SPDX-License-Identifier: MIT
// touch.c - how evenly a machine gives access to much memory
//
//   touch MEBIBYTES
//
// Changes 8,192 bytes scattered over so much memory, again and again for five seconds, and prints how many times, how
// long half of them took at most, 99 % of them, the longest, and all together, in milliseconds.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define TOUCHES   8192
#define TURNS_MAX 1000000
#define LASTS_MS  5e3
#define HUGE_PAGE ((size_t)2 << 20)

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  size_t size = (size_t)atoi(argv[1]) << 20;
  char *memory = aligned_alloc(HUGE_PAGE, size);
  double *turns = malloc(TURNS_MAX * sizeof(double));
  if (!memory || !turns) return 1;
  madvise(memory, size, MADV_HUGEPAGE);
  for (size_t i = 0; i < size; i += 4096) memory[i] = 1;
  unsigned random = 1;
  size_t count = 0;
  double all = 0;
  for (double start = now_ms(), before = start; count < TURNS_MAX && before - start < LASTS_MS; count++) {
    for (int i = 0; i < TOUCHES; i++) {
      random = random * 1664525 + 1013904223; // Knuth 3.3.4
      memory[(random * size) >> 32]++;
    }
    double after = now_ms();
    turns[count] = after - before;
    all += after - before;
    before = after;
  }
  qsort(turns, count, sizeof(double), compare);
  printf("%zu %.3f %.3f %.3f %.1f\n", count, turns[count / 2], turns[count * 99 / 100], turns[count - 1], all);
  return 0;
}
