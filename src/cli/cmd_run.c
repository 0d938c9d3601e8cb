// SPDX-License-Identifier: MIT
// cmd_run.c - wick FILE, wick run FILE [args]
#include "cli/commands.h"

#include "cli/gc_stats.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

// A signal handler gets no context, so the machine that Ctrl-C is for stands here: the one variable
// of the command that is not local.
static wick_vm *volatile interrupted_vm;

static void handle_interrupt(int number) {
  signal(number, SIG_DFL); // a second one kills
  if (interrupted_vm) wick_interrupt(interrupted_vm);
}

static void handle_question(int number) {
  int before = errno;
  (void)number;
  if (interrupted_vm) wick_list_fibers(interrupted_vm);
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

void cmd_run_forget_signals(void) {
  interrupted_vm = NULL;
}

int cmd_run(const Options *options) {
  wick_vm *vm = wick_new(&options->vm);
  if (!vm) {
    fprintf(stderr, "error: out of memory\n");
    return WICK_FAILED;
  }
  cmd_run_install_signals(vm);
  int status = wick_run_file(vm, options->language, options->files[0]);
  gc_stats_print(vm, options->stats);
  cmd_run_forget_signals();
  wick_leave(vm);
  return status;
}
