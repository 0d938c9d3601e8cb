// SPDX-License-Identifier: MIT
// check.h - the few lines a C unit test needs
//
// A test is a program: it calls CHECK as often as it likes and ends with `return check_done("name");`.
// A failed check prints its place and the program goes on, so that one run shows all failures.
#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H

#include <stdio.h>
#include <string.h>

static int check_passed;
static int check_failed;

static inline void check_that(int condition, const char *text, const char *file, int line) {
  if (condition) {
    check_passed++;
    return;
  }
  check_failed++;
  fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
}

static inline void check_same(const char *got, const char *want, const char *file, int line) {
  if (got && strcmp(got, want) == 0) {
    check_passed++;
    return;
  }
  check_failed++;
  fprintf(stderr, "%s:%d: got \"%s\", want \"%s\"\n", file, line, got ? got : "(null)", want);
}

#define CHECK(condition)     check_that(!!(condition), #condition, __FILE__, __LINE__)
#define CHECK_STR(got, want) check_same(got, want, __FILE__, __LINE__)

static inline int check_done(const char *name) {
  printf("%s: %d checks, %d failed\n", name, check_passed + check_failed, check_failed);
  return check_failed != 0;
}

#endif
