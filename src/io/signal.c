// SPDX-License-Identifier: MIT
// signal.c - Ctrl-C, and the signals that must not end the process
//
// A signal belongs to the process and its handler gets no context, so this file has the one
// variable of the runtime that is not inside a VM: whom Ctrl-C is meant for.
#include "io/signal.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static _Atomic(Sched *) interrupt_target;

static void on_interrupt(int number) {
  (void)number;
  Sched *sched = atomic_load(&interrupt_target);
  if (sched) sched_interrupt(sched);
}

void signal_watch_interrupt(Sched *sched) {
  atomic_store(&interrupt_target, sched);
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  sigemptyset(&action.sa_mask);
  action.sa_handler = sched ? on_interrupt : SIG_DFL;
  // After the first one the system's own handler is back, so that a second one always kills. No
  // SA_RESTART: a program that waits in a system call shall notice.
  action.sa_flags = sched ? (int)SA_RESETHAND : 0;
  sigaction(SIGINT, &action, NULL);
}

void signal_ignore_pipe(void) {
  struct sigaction action;
  if (sigaction(SIGPIPE, NULL, &action) != 0 || action.sa_handler != SIG_DFL) return;
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
}
