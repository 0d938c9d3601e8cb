// SPDX-License-Identifier: MIT
// journal.h - a file of records that can be read back up to where it was written
//
// What a recorded run leaves behind (sched/outside.h says what for). This file knows bytes only:
//
//   file    "wickrec" 0x01          magic and version of the format
//           chunk …
//   chunk   length    4 bytes       of what follows behind the checksum; little endian, never 0
//           checksum  4 bytes       hash_bytes of it, seeded with the chunk's number
//           record …                whole ones
//   record  kind      1 byte
//           length    number        of the payload
//           payload                 numbers and texts, as the kind says
//   number  7 bits a byte, low ones first, the high bit says that more follow; at most 10 bytes
//   text    length (number), bytes
//
// Records are collected and written a chunk at a time: when there is enough, and whenever
// journal_flush is called. So a process that is killed leaves whole chunks and at most one that is
// cut off; the reader ends there. A chunk whose checksum is wrong is damage and told as such.
#ifndef JOURNAL_H
#define JOURNAL_H

#include "base/buffer.h"

#define JOURNAL_VERSION 1

// --- Payloads ------------------------------------------------------------------------------------

void journal_put_number(Buffer *payload, uint64_t number);
void journal_put_signed(Buffer *payload, int64_t number); // small ones are short whatever the sign
void journal_put_text(Buffer *payload, const char *bytes, size_t len);

// Reads a payload. What is not there or no number reads as 0 or empty and sets is_bad, so it is
// enough to ask once at the end.
typedef struct JournalCursor {
  const char *at;
  const char *end;
  bool is_bad;
} JournalCursor;

typedef struct JournalText {
  const char *bytes; // not zero-terminated; never NULL
  size_t len;
} JournalText;

uint64_t journal_get_number(JournalCursor *cursor);
int64_t journal_get_signed(JournalCursor *cursor);
JournalText journal_get_text(JournalCursor *cursor);

// --- Writing -------------------------------------------------------------------------------------

typedef struct JournalWriter JournalWriter;

// NULL: the file cannot be made; errno says why. An older file of that name is replaced.
JournalWriter *journal_create(const char *path) MUST_USE;
void journal_add(JournalWriter *writer, uint8_t kind, const Buffer *payload);
// Hands what was added to the system.
void journal_flush(JournalWriter *writer);
bool journal_has_unflushed(const JournalWriter *writer);
// 0, or the errno that ended the writing; what is added afterwards is lost.
int journal_problem(const JournalWriter *writer);
void journal_finish(JournalWriter *writer); // flushes and closes; NULL is fine

// --- Reading -------------------------------------------------------------------------------------

typedef struct JournalReader JournalReader;

typedef struct JournalRecord {
  uint8_t kind;
  JournalCursor payload; // valid until the next journal_next
} JournalRecord;

typedef enum JournalState {
  JOURNAL_RECORD,  // there is one
  JOURNAL_END,     // the file ends here, between two chunks or within one
  JOURNAL_DAMAGED, // a chunk is not what was written
} JournalState;

typedef enum JournalOpened {
  JOURNAL_OPENED,
  JOURNAL_UNREADABLE, // errno says why
  JOURNAL_FOREIGN,    // not such a file
  JOURNAL_TOO_NEW,    // of another version of the format
} JournalOpened;

JournalOpened journal_open(JournalReader **reader, const char *path) MUST_USE;
// The next record, which stays the next until journal_next.
JournalState journal_peek(JournalReader *reader, JournalRecord *out) MUST_USE;
void journal_next(JournalReader *reader);
void journal_close(JournalReader *reader); // NULL is fine

#endif
