// SPDX-License-Identifier: MIT
// recorded_files.h - the files of a program that is recorded or replayed
//
// Which file an import means depends on what there is on the disk, so it is recorded as the texts
// are. What is read before the run stands in front of the recording; a path that the program
// computes is looked for while it runs, which makes it a step (sched/outside.h).
#ifndef RECORDED_FILES_H
#define RECORDED_FILES_H

#include "api/module_path.h"
#include "api/recording.h"
#include "io/stdio.h"
#include "sched/sched.h"

typedef struct RecordedFiles {
  Recording *recording; // zeroed: the disk is read as it is
  Stdio *stdio;         // where a change is said
  Sched *sched;         // NULL before the run
  int in_fd;
  int color;
  bool has_changed; // a file is not what was recorded: it is said, and nothing may run
} RecordedFiles;

// The text of the program's first file; "-" is the input. 0, or the errno.
int recorded_files_read_main(RecordedFiles *files, const char *path, Buffer *out) MUST_USE;
// What the first file is known by, as if it stood in the current folder if it is no file.
void recorded_files_key(RecordedFiles *files, const char *path, Buffer *key);
// For imports: finds and reads the others.
ModuleDisk recorded_files_disk(RecordedFiles *files);

#endif
