// SPDX-License-Identifier: MIT
// environment.h - a VM's environment variables and its current folder
//
// The process has one of each, and its threads read them. So a VM changes only its own idea of them;
// it hands that to the children that it starts, and paths are resolved against its folder before
// they reach the system. What it reads of the process's is a step of a recorded run.
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "lib/lib_private.h"

// Appends the value, zero-terminated. False: it is not set.
bool environment_get(VM *vm, const char *name, Buffer *value);
// False: no name ("" or with a "=" or zero byte).
bool environment_set(VM *vm, const char *name, const char *value) MUST_USE;
void environment_unset(VM *vm, const char *name);
void environment_clear(VM *vm);
// "NAME=VALUE" each, NULL at the end; the environment's own.
char **environment_list(VM *vm, uint32_t *count);

const char *environment_folder(VM *vm); // NULL: the process's
// `path` seen from the VM's folder, appended.
void environment_resolve(VM *vm, Buffer *out, const char *path, size_t len);
void environment_print_temporary(VM *vm, Buffer *out); // TMPDIR, else /tmp; into an empty buffer
void environment_set_folder(VM *vm, const char *absolute);

void environment_free(Lib *lib);

#endif
