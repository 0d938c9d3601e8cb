// SPDX-License-Identifier: MIT
// journal.c - a file of records that can be read back up to where it was written
#include "base/journal.h"

#include "base/hash.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC_LEN  8 // the version is its last byte
#define HEAD_LEN   8 // length and checksum of a chunk
#define CHUNK_FULL 65536
#define CHUNK_MAX  UINT32_MAX

static const char magic[MAGIC_LEN] = {'w', 'i', 'c', 'k', 'r', 'e', 'c', JOURNAL_VERSION};

// --- Payloads ------------------------------------------------------------------------------------

void journal_put_number(Buffer *payload, uint64_t number) {
  while (number >= 0x80) {
    buffer_byte(payload, (char)(number | 0x80));
    number >>= 7;
  }
  buffer_byte(payload, (char)number);
}

void journal_put_signed(Buffer *payload, int64_t number) {
  journal_put_number(payload, ((uint64_t)number << 1) ^ (uint64_t)(number >> 63));
}

void journal_put_text(Buffer *payload, const char *bytes, size_t len) {
  journal_put_number(payload, len);
  buffer_append(payload, bytes, len);
}

static uint64_t spoil(JournalCursor *cursor) {
  cursor->is_bad = true;
  cursor->at = cursor->end;
  return 0;
}

uint64_t journal_get_number(JournalCursor *cursor) {
  uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (cursor->at == cursor->end) return spoil(cursor);
    uint8_t byte = (uint8_t)*cursor->at++;
    number |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  return spoil(cursor);
}

int64_t journal_get_signed(JournalCursor *cursor) {
  uint64_t number = journal_get_number(cursor);
  return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

JournalText journal_get_text(JournalCursor *cursor) {
  uint64_t len = journal_get_number(cursor);
  if (len > (uint64_t)(cursor->end - cursor->at)) len = spoil(cursor);
  JournalText text = {cursor->at, (size_t)len};
  cursor->at += len;
  return text;
}

// --- Writing -------------------------------------------------------------------------------------

struct JournalWriter {
  int fd;
  int problem;
  uint32_t chunk_count;
  Buffer chunk; // begins with room for its head
};

static void put_u32(char *out, uint32_t number) {
  for (int i = 0; i < 4; i++) out[i] = (char)(number >> (8 * i));
}

static uint32_t get_u32(const char *in) {
  uint32_t number = 0;
  for (int i = 0; i < 4; i++) number |= (uint32_t)(uint8_t)in[i] << (8 * i);
  return number;
}

static void write_bytes(JournalWriter *writer, const char *bytes, size_t len) {
  while (len > 0 && !writer->problem) {
    ssize_t written = write(writer->fd, bytes, len);
    if (written >= 0) {
      bytes += written;
      len -= (size_t)written;
    } else if (errno != EINTR) {
      writer->problem = errno;
    }
  }
}

static void begin_chunk(JournalWriter *writer) {
  buffer_clear(&writer->chunk);
  buffer_fill(&writer->chunk, 0, HEAD_LEN);
}

JournalWriter *journal_create(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return NULL;
  JournalWriter *writer = memory_require(NULL, sizeof(JournalWriter));
  *writer = (JournalWriter){.fd = fd};
  begin_chunk(writer);
  write_bytes(writer, magic, MAGIC_LEN);
  return writer;
}

bool journal_has_unflushed(const JournalWriter *writer) {
  return writer->chunk.len > HEAD_LEN;
}

void journal_flush(JournalWriter *writer) {
  Buffer *chunk = &writer->chunk;
  size_t len = chunk->len - HEAD_LEN;
  if (len == 0) return;
  put_u32(chunk->bytes, (uint32_t)len);
  put_u32(chunk->bytes + 4, hash_bytes(chunk->bytes + HEAD_LEN, len, writer->chunk_count++));
  write_bytes(writer, chunk->bytes, chunk->len);
  begin_chunk(writer);
}

// A record of 4 GiB and more is no such thing as can be written.
void journal_add(JournalWriter *writer, uint8_t kind, const Buffer *payload) {
  if (payload->len > CHUNK_MAX - 2 * CHUNK_FULL) writer->problem = EFBIG;
  if (writer->problem) return;
  buffer_byte(&writer->chunk, (char)kind);
  journal_put_text(&writer->chunk, payload->bytes, payload->len);
  if (writer->chunk.len >= CHUNK_FULL) journal_flush(writer);
}

int journal_problem(const JournalWriter *writer) {
  return writer->problem;
}

void journal_finish(JournalWriter *writer) {
  if (!writer) return;
  journal_flush(writer);
  close(writer->fd);
  buffer_free(&writer->chunk);
  free(writer);
}

// --- Reading -------------------------------------------------------------------------------------

struct JournalReader {
  int fd;
  uint64_t left; // bytes of the file that were not read yet
  uint32_t chunk_count;
  JournalState state;
  char *chunk;
  JournalCursor rest; // of the chunk, behind the record
  JournalRecord record;
  bool has_record;
};

// False: the file ends before.
static bool read_bytes(JournalReader *reader, char *out, size_t len) {
  if (len > reader->left) return false;
  reader->left -= len;
  while (len > 0) {
    ssize_t got = read(reader->fd, out, len);
    if (got == 0 || (got < 0 && errno != EINTR)) return false;
    if (got < 0) continue;
    out += got;
    len -= (size_t)got;
  }
  return true;
}

static JournalState read_chunk(JournalReader *reader) {
  char head[HEAD_LEN];
  if (!read_bytes(reader, head, HEAD_LEN)) return JOURNAL_END;
  uint32_t len = get_u32(head);
  if (len == 0) return JOURNAL_DAMAGED;
  if (len > reader->left) return JOURNAL_END; // before memory for it is asked for
  reader->chunk = memory_require(reader->chunk, len);
  if (!read_bytes(reader, reader->chunk, len)) return JOURNAL_END;
  if (hash_bytes(reader->chunk, len, reader->chunk_count++) != get_u32(head + 4)) {
    return JOURNAL_DAMAGED;
  }
  reader->rest = (JournalCursor){reader->chunk, reader->chunk + len, false};
  return JOURNAL_RECORD;
}

static JournalState read_record(JournalReader *reader) {
  JournalCursor *rest = &reader->rest;
  if (rest->at == rest->end) {
    JournalState state = read_chunk(reader);
    if (state != JOURNAL_RECORD) return state;
  }
  reader->record.kind = (uint8_t)*rest->at++;
  JournalText payload = journal_get_text(rest);
  if (rest->is_bad) return JOURNAL_DAMAGED;
  reader->record.payload = (JournalCursor){payload.bytes, payload.bytes + payload.len, false};
  return JOURNAL_RECORD;
}

static JournalOpened read_magic(JournalReader *reader) {
  char start[MAGIC_LEN];
  if (!read_bytes(reader, start, MAGIC_LEN) || memcmp(start, magic, MAGIC_LEN - 1) != 0) {
    return JOURNAL_FOREIGN;
  }
  return start[MAGIC_LEN - 1] == JOURNAL_VERSION ? JOURNAL_OPENED : JOURNAL_TOO_NEW;
}

JournalOpened journal_open(JournalReader **out, const char *path) {
  *out = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return JOURNAL_UNREADABLE;
  struct stat about;
  bool is_file = fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
  JournalReader *reader = memory_require(NULL, sizeof(JournalReader));
  *reader = (JournalReader){.fd = fd, .left = is_file ? (uint64_t)about.st_size : 0};
  JournalOpened opened = read_magic(reader);
  if (opened == JOURNAL_OPENED) {
    *out = reader;
  } else {
    journal_close(reader);
  }
  return opened;
}

JournalState journal_peek(JournalReader *reader, JournalRecord *out) {
  if (!reader->has_record && reader->state == JOURNAL_RECORD) {
    reader->state = read_record(reader);
    reader->has_record = reader->state == JOURNAL_RECORD;
  }
  if (reader->has_record) *out = reader->record;
  return reader->state;
}

void journal_next(JournalReader *reader) {
  reader->has_record = false;
}

void journal_close(JournalReader *reader) {
  if (!reader) return;
  close(reader->fd);
  free(reader->chunk);
  free(reader);
}
