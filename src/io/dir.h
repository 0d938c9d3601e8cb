// SPDX-License-Identifier: MIT
// dir.h - folders: listing, making and removing whole trees
//
// These block: file.c calls them on a thread. False: errno says why.
#ifndef DIR_H
#define DIR_H

#include "io/file.h"

// The names in the folder, "." and ".." left out, sorted by their bytes, into result->names.
bool dir_list(const char *path, FileResult *result) MUST_USE;
bool dir_make_all(const char *path, uint32_t mode) MUST_USE;
// Links are removed and not followed. *was_there: there was something.
bool dir_remove_all(const char *path, bool *was_there) MUST_USE;

#endif
