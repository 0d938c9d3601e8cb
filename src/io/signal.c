// SPDX-License-Identifier: MIT
// signal.c - the signal that must not end the process
#include "io/signal.h"

#include <signal.h>
#include <stddef.h>

void signal_ignore_pipe(void) {
  struct sigaction action;
  if (sigaction(SIGPIPE, NULL, &action) != 0 || action.sa_handler != SIG_DFL) return;
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
}
