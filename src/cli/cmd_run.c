// SPDX-License-Identifier: MIT
// cmd_run.c - wick FILE, wick run FILE [args]
#include "cli/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

// A signal handler gets no context, so the machine that Ctrl-C is for stands here: the one variable
// of the command that is not local.
static wick_vm *interrupted_vm;

static void handle_interrupt(int number) {
  signal(number, SIG_DFL); // a second one kills
  wick_interrupt(interrupted_vm);
}

static void handle_question(int number) {
  int before = errno;
  (void)number;
  wick_list_fibers(interrupted_vm);
  errno = before;
}

void cmd_run_install_signals(wick_vm *vm) {
  interrupted_vm = vm;
  struct sigaction action = {.sa_handler = handle_interrupt};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL); // whoever manages servers sends this
  action.sa_handler = handle_question;
  sigaction(SIGUSR1, &action, NULL);
  signal(SIGPIPE, SIG_IGN); // a closed pipe is noticed when writing
}

static void print_stats(const wick_vm *vm) {
  wick_stats stats;
  wick_get_stats(vm, &stats);
  fprintf(stderr,
          "heap peak %zu bytes, %llu minor and %llu major collections, longest pause %.3f ms\n",
          stats.heap_peak, (unsigned long long)stats.minor_collections,
          (unsigned long long)stats.major_collections, (double)stats.longest_pause_ns / 1e6);
}

int cmd_run(const Options *options) {
  wick_vm *vm = wick_new(&options->vm);
  if (!vm) {
    fprintf(stderr, "error: out of memory\n");
    return WICK_FAILED;
  }
  cmd_run_install_signals(vm);
  int status = wick_run_file(vm, options->language, options->files[0]);
  if (options->show_stats) print_stats(vm);
  wick_free(vm);
  return status;
}
