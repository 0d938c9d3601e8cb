// SPDX-License-Identifier: MIT
// commands.h - one function per command; each returns the process's exit status
#ifndef COMMANDS_H
#define COMMANDS_H

#include "cli/options.h"

int cmd_run(const Options *options);
int cmd_profile(const Options *options);
int cmd_replay(const Options *options);
// Ctrl-C interrupts this machine from now on.
void cmd_run_install_signals(wick_vm *vm);
// The machine is about to be freed: signals are nobody's from now on.
void cmd_run_forget_signals(void);
int cmd_check(const Options *options);
int cmd_dump(const Options *options);
int cmd_lock(const Options *options);
int cmd_repl(const Options *options);
// Prints what the library says about a name. False: nothing.
bool cmd_help_describe(const char *name);
// The same for who writes in one language: what that does not have is shown only if it has nothing.
bool cmd_help_describe_for(const char *name, bool is_vint);
int cmd_help(const Options *options);

#endif
