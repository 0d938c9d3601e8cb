// SPDX-License-Identifier: MIT
// recording.h - a run as a file: how it was started, its sources, its steps, its end
//
//   HEAD    how the run was started: see put_head
//   SOURCE  path and text of each file that was read, the program's first
//   PLACE   which file an import means: where it is written, its path, what was found
//   steps   sched/outside.h
//   END     status, whether somebody still took the output, its hash
//
// A run that was killed has no END. A replay takes its options from HEAD and the texts from SOURCE,
// so it needs nothing but the file.
#ifndef RECORDING_H
#define RECORDING_H

#include "base/journal.h"
#include "base/vec.h"
#include "wick.h"

typedef struct RecordedSource {
  Buffer path, text;
} RecordedSource;

// What an import's path was found to mean.
typedef struct RecordedPlace {
  Buffer from, path; // where it was seen from, and the path as it was written
  bool is_found;
  Buffer key, shown; // module_path.h
  Buffer tried;
} RecordedPlace;

// Zeroed: the run is neither recorded nor replayed.
typedef struct Recording {
  JournalWriter *writer;
  JournalReader *reader;
  wick_replay_text text;
  VEC(RecordedSource) sources; // replay
  VEC(RecordedPlace) places;   // replay
  Buffer program;              // replay: the path that was run
  Buffer base_url;
  VEC(char *) args; // and a NULL behind them
  bool output_was_terminal;
} Recording;

// Begins a recording. False: the file cannot be made, errno says why.
bool recording_create(Recording *recording, const char *path) MUST_USE;
void recording_put_head(Recording *recording, const wick_options *options, wick_language language,
                        const char *program, bool output_is_terminal);
void recording_add_source(Recording *recording, const char *path, const Buffer *text);
void recording_add_place(Recording *recording, const char *from, const char *path,
                         const RecordedPlace *place);

typedef struct RecordedEnd {
  int status;
  bool is_output_closed;
  uint64_t output_hash;
} RecordedEnd;
void recording_put_end(Recording *recording, const RecordedEnd *end);

// Opens one to be replayed and reads all up to the first step. `options` and `language` become the
// recorded ones; what `options` points to is the recording's. False: `problem` says what is wrong
// with the file, *status what to end with.
bool recording_open(Recording *recording, const char *path, wick_options *options,
                    wick_language *language, Buffer *problem, int *status) MUST_USE;
// The recorded text of a file, or NULL.
const Buffer *recording_find_source(const Recording *recording, const char *path);
const RecordedPlace *recording_find_place(const Recording *recording, const char *from,
                                          const char *path);
bool recording_read_end(JournalCursor *payload, RecordedEnd *out) MUST_USE;

// A place without `from` and `path`, in a payload.
void recording_put_place(Buffer *out, const RecordedPlace *place);
bool recording_get_place(JournalCursor *cursor, RecordedPlace *out) MUST_USE;
void recording_free_place(RecordedPlace *place);

void recording_close(Recording *recording); // a zeroed one is fine; it is zeroed again
static inline bool recording_is_replay(const Recording *recording) {
  return recording->reader != NULL;
}

#endif
