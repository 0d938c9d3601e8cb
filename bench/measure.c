// SPDX-License-Identifier: MIT
// measure.c - runs a command and says how long it took and how much memory it had
//
//   measure COMMAND [ARG …]      prints "SECONDS KIBIBYTES PROCESSOR_SECONDS" on stderr
//
// Small itself, so that what the child inherits before it becomes the command hardly counts: the kernel
// remembers a process's highest memory across exec.
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds_of(struct timeval t) {
  return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  double start = now();
  pid_t child;
  if (posix_spawnp(&child, argv[1], NULL, NULL, argv + 1, environ) != 0) {
    perror(argv[1]);
    return 1;
  }
  int status;
  struct rusage usage;
  wait4(child, &status, 0, &usage);
  double busy = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  fprintf(stderr, "%.6f %ld %.6f\n", now() - start, usage.ru_maxrss, busy);
  return status != 0;
}
