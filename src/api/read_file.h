// SPDX-License-Identifier: MIT
// read_file.h - reading a program's text from the disk
#ifndef READ_FILE_H
#define READ_FILE_H

#include "base/buffer.h"
#include "tree/tree.h"

// Appends all that `fd` gives. 0, or the errno.
int read_file_descriptor(int fd, Buffer *out) MUST_USE;
// The same of a file. `only_regular`: pipes and devices, which may never end, are refused (ENXIO).
int read_file_path(const char *path, bool only_regular, Buffer *out) MUST_USE;
// What went wrong, for people.
const char *read_file_reason(int problem);

// By the name's end, or by a first line "#!/usr/bin/env vint". False: nothing tells.
bool read_file_dialect(const char *path, const Buffer *text, Dialect *out) MUST_USE;

#endif
