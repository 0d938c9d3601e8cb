// SPDX-License-Identifier: MIT
// files.h - operations on files as natives start them: paths among the arguments, the fiber waits
#ifndef FILES_H
#define FILES_H

#include "io/file.h"
#include "lib/args.h"

// Argument `index`, a path, as wish->path (and files_take_other: wish->other), seen from the VM's
// folder. The text is the buffer's, which must live until files_await.
bool files_take_path(NativeCall *call, uint32_t index, FileWish *wish, Buffer *text) MUST_USE;
bool files_take_other(NativeCall *call, uint32_t index, FileWish *wish, Buffer *text) MUST_USE;

// The same with the path given.
void files_resolve(NativeCall *call, const Str *path, FileWish *wish, Buffer *text);

// Starts the operation and parks the fiber until it is done.
NativeStatus files_await(NativeCall *call, const FileWish *wish);

// The common forms: (path), (path, other) and (path, text).
NativeStatus files_one(NativeCall *call, FileOp op, FileDeliver deliver);
NativeStatus files_two(NativeCall *call, FileOp op, FileDeliver deliver);
NativeStatus files_text(NativeCall *call, FileOp op, FileDeliver deliver);
// The same with the path given.
NativeStatus files_one_at(NativeCall *call, const Str *path, FileOp op, FileDeliver deliver);

// The lines of a text as a list; a line end at the end gives a last "". NULL: raised.
List *files_lines(VM *vm, const char *bytes, size_t len) MUST_USE;

#endif
