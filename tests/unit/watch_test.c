// SPDX-License-Identifier: MIT
// watch_test.c - two machines in one process, each watched for stalls and asked for its fibers
//
// What one machine is asked must not be answered by the other, and nothing of one run may hang over
// into the next of the same machine.
#include "check.h"
#include "wick.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Run {
  const char *program;
  wick_vm *vm;
  int errors; // the machine's error output
  int status;
} Run;

#define BUSY(ms)                                                                                   \
  "import time\nlet work = func() { let until = time.clock() + " #ms                               \
  "\n while (time.clock() < until) { } }\nwork()\nyield()\n"

static void *run_program(void *context) {
  Run *run = context;
  run->status = wick_run_text(run->vm, WICK_VINT, "busy", run->program, strlen(run->program));
  return NULL;
}

static void open_run(Run *run, const char *program, uint32_t stall_ms) {
  FILE *file = tmpfile();
  CHECK(file != NULL);
  *run = (Run){.program = program, .errors = dup(fileno(file))};
  fclose(file);
  wick_options options;
  wick_options_init(&options);
  options.err_fd = run->errors;
  options.stall_ms = stall_ms;
  run->vm = wick_new(&options);
  CHECK(run->vm != NULL);
}

static uint32_t count_lines(const Run *run, const char *wanted) {
  static char text[65536];
  ssize_t len = pread(run->errors, text, sizeof(text) - 1, 0);
  text[len > 0 ? len : 0] = 0;
  uint32_t count = 0;
  for (const char *at = text; (at = strstr(at, wanted)); at++) count++;
  return count;
}

static void close_run(Run *run) {
  wick_free(run->vm);
  close(run->errors);
}

static void check_two_at_once(void) {
  Run first, second;
  pthread_t one, two;
  open_run(&first, BUSY(600), 100);
  open_run(&second, BUSY(600), 0);
  pthread_create(&one, NULL, run_program, &first);
  pthread_create(&two, NULL, run_program, &second);
  for (int i = 0; i < 20 && count_lines(&second, "fibers: 1") == 0; i++) {
    usleep(25000);
    wick_list_fibers(second.vm);
  }
  pthread_join(one, NULL);
  pthread_join(two, NULL);
  CHECK(first.status == WICK_OK && second.status == WICK_OK);
  CHECK(count_lines(&first, "stall: main has been computing for ") == 1);
  CHECK(count_lines(&first, "stall: main has computed for ") == 1);
  CHECK(count_lines(&first, "fibers: ") == 0);
  CHECK(count_lines(&second, "stall: ") == 0);
  CHECK(count_lines(&second, "fibers: 1, of which 1 computes and 0 are ready") > 0);
  close_run(&first);
  close_run(&second);
}

static void check_one_after_the_other(void) {
  Run run;
  open_run(&run, BUSY(300), 100);
  run_program(&run);
  run_program(&run);
  CHECK(run.status == WICK_OK);
  CHECK(count_lines(&run, "stall: main has been computing for ") == 2);
  CHECK(count_lines(&run, "stall: main has computed for ") == 2);
  wick_list_fibers(run.vm); // nothing runs
  run.program = "let bad = (\n";
  run_program(&run);
  CHECK(run.status == WICK_BAD_SOURCE);
  wick_list_fibers(run.vm); // there is no machine
  close_run(&run);
}

int main(void) {
  check_two_at_once();
  check_one_after_the_other();
  return check_done("watch");
}
