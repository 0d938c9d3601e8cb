// SPDX-License-Identifier: MIT
// journal_test.c - recordings: what is written is read, and what is damaged behind a right checksum
// still ends a replay with a status
#include "check.h"

#include "base/hash.h"
#include "base/journal.h"
#include "base/rng.h"
#include "wick.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/wick_journal_XXXXXX";
static char path[64];

static Buffer read_all(const char *name) {
  Buffer out = {0};
  char piece[4096];
  int fd = open(name, O_RDONLY);
  ssize_t got;
  while ((got = read(fd, piece, sizeof(piece))) > 0) buffer_append(&out, piece, (size_t)got);
  close(fd);
  return out;
}

static void write_all(const char *name, const Buffer *bytes) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  CHECK(write(fd, bytes->bytes, bytes->len) == (ssize_t)bytes->len);
  close(fd);
}

// --- Records -------------------------------------------------------------------------------------

static const uint64_t numbers[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
static const int64_t signed_numbers[] = {0, -1, 1, -64, 64, INT64_MIN, INT64_MAX};

static void put_all(Buffer *payload) {
  for (size_t i = 0; i < ARRAY_LEN(numbers); i++) journal_put_number(payload, numbers[i]);
  for (size_t i = 0; i < ARRAY_LEN(signed_numbers); i++)
    journal_put_signed(payload, signed_numbers[i]);
  journal_put_text(payload, "a\0b", 3);
  journal_put_text(payload, NULL, 0);
}

static void check_payload(JournalCursor cursor) {
  for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
    CHECK(journal_get_number(&cursor) == numbers[i]);
  for (size_t i = 0; i < ARRAY_LEN(signed_numbers); i++)
    CHECK(journal_get_signed(&cursor) == signed_numbers[i]);
  JournalText text = journal_get_text(&cursor);
  CHECK(text.len == 3 && memcmp(text.bytes, "a\0b", 3) == 0);
  CHECK(journal_get_text(&cursor).len == 0 && !cursor.is_bad);
  CHECK(journal_get_number(&cursor) == 0 && cursor.is_bad); // nothing is left
}

// Payloads of all sizes around a chunk's, in the order in which they were added.
static void check_records(void) {
  JournalWriter *writer = journal_create(path);
  Buffer payload = {0};
  put_all(&payload);
  journal_add(writer, 7, &payload);
  Buffer large = {0};
  for (uint8_t i = 0; i < 100; i++) {
    buffer_clear(&large);
    buffer_fill(&large, (char)i, i * 3000u);
    journal_add(writer, i, &large);
    if (i % 10 == 0) journal_flush(writer);
  }
  CHECK(journal_problem(writer) == 0);
  journal_finish(writer);

  JournalReader *reader;
  JournalRecord record;
  CHECK(journal_open(&reader, path) == JOURNAL_OPENED);
  CHECK(journal_peek(reader, &record) == JOURNAL_RECORD && record.kind == 7);
  check_payload(record.payload);
  for (uint8_t i = 0; i < 100; i++) {
    journal_next(reader);
    CHECK(journal_peek(reader, &record) == JOURNAL_RECORD && record.kind == i);
    CHECK(record.payload.end - record.payload.at == i * 3000);
    CHECK(i == 0 || record.payload.at[i * 3000 - 1] == (char)i);
  }
  journal_next(reader);
  CHECK(journal_peek(reader, &record) == JOURNAL_END);
  CHECK(journal_peek(reader, &record) == JOURNAL_END);
  journal_close(reader);
  buffer_free(&payload);
  buffer_free(&large);
}

static void check_bad_numbers(void) {
  char endless[11];
  memset(endless, 0xff, sizeof(endless));
  JournalCursor cursor = {endless, endless + sizeof(endless), false};
  CHECK(journal_get_number(&cursor) == 0 && cursor.is_bad);
  char too_long[] = {100, 'x'};
  cursor = (JournalCursor){too_long, too_long + 2, false};
  CHECK(journal_get_text(&cursor).len == 0 && cursor.is_bad);
}

// --- Damage that no checksum tells -----------------------------------------------------------------

// Every branch of what a recording can hold: clocks, requests both ways, variables, random numbers,
// timers, a failure, an import that is computed.
static const char program[] =
    "let server = http.serve(0, fn(req) do { body = req.path, headers = { kind = \"x\" } } end)\n"
    "let env = os.getEnv(\"HOME\")\n"
    "print(time.now() > 0, time.clock() > 0, random.int(1, 6), env.some)\n"
    "for i in range(4) do\n"
    "  let answer: Response = await http.get(\"${server.url}/${i}\")\n"
    "  print(answer.body, answer.headers[\"kind\"])\n"
    "  await sleep(i % 2)\n"
    "end\n"
    "let refused: Result(String, Error) = await http.get(\"http://127.0.0.1:1/\")\n"
    "print(refused.err.kind)\n"
    "server:close()\n";

static uint32_t get_u32(const char *in) {
  uint32_t number = 0;
  for (int i = 0; i < 4; i++) number |= (uint32_t)(uint8_t)in[i] << (8 * i);
  return number;
}

static void put_u32(char *out, uint32_t number) {
  for (int i = 0; i < 4; i++) out[i] = (char)(number >> (8 * i));
}

// Gives every chunk the checksum of what is in it now.
static void repair(Buffer *file) {
  uint32_t number = 0;
  for (size_t at = 8; at + 8 <= file->len;) {
    uint32_t len = get_u32(file->bytes + at);
    if (len > file->len - at - 8) break;
    put_u32(file->bytes + at + 4, hash_bytes(file->bytes + at + 8, len, number++));
    at += 8 + len;
  }
}

static wick_options quiet_options(int null_fd) {
  wick_options options;
  wick_options_init(&options);
  options.out_fd = options.err_fd = options.in_fd = null_fd;
  options.color = 0;
  return options;
}

static int replay(const wick_options *options, const char *name) {
  wick_vm *vm = wick_new(options);
  int status = wick_replay_file(vm, name, WICK_TEXT_RECORDED);
  wick_free(vm);
  return status;
}

// Where the steps begin: behind the chunk that the program's text is in.
static size_t skip_text(const Buffer *file) {
  const char *end = strstr(program, "server:close()");
  const char *found = memmem(file->bytes, file->len, end, strlen(end));
  CHECK(found != NULL);
  size_t at = 8;
  while (found && file->bytes + at < found) at += 8 + get_u32(file->bytes + at);
  return at;
}

static void check_mutants(void) {
  int null_fd = open("/dev/null", O_RDWR);
  wick_options options = quiet_options(null_fd);
  char mutant_path[64];
  snprintf(mutant_path, sizeof(mutant_path), "%s/mutant", folder);
  options.record = path;
  wick_vm *vm = wick_new(&options);
  int recorded = wick_run_text(vm, WICK_LUMA, "fuzzed.luma", program, strlen(program));
  wick_free(vm);
  options.record = NULL;
  CHECK(recorded == WICK_OK);
  CHECK(replay(&options, path) == WICK_OK);

  Buffer file = read_all(path);
  size_t first = skip_text(&file);
  Rng rng;
  rng_init(&rng, 1);
  int differing = 0;
  for (int i = 0; i < 600 && first < file.len; i++) {
    Buffer mutant = {0};
    buffer_append(&mutant, file.bytes, file.len);
    for (uint64_t changes = 1 + rng_below(&rng, 3); changes > 0; changes--) {
      mutant.bytes[first + rng_below(&rng, file.len - first)] = (char)rng_next(&rng);
    }
    repair(&mutant);
    write_all(mutant_path, &mutant);
    int status = replay(&options, mutant_path);
    // One may say that whoever read its output went away, and with which status it ended then: any.
    bool is_fine = status >= 0 && status <= 255;
    if (!is_fine) fprintf(stderr, "mutant %d ends with %d\n", i, status);
    CHECK(is_fine);
    differing += status != WICK_OK;
    buffer_free(&mutant);
  }
  CHECK(differing > 300);
  unlink(mutant_path);
  buffer_free(&file);
  close(null_fd);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(path, sizeof(path), "%s/journal", folder);
  check_records();
  check_bad_numbers();
  check_mutants();
  unlink(path);
  rmdir(folder);
  return check_done("journal");
}
