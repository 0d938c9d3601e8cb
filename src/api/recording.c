// SPDX-License-Identifier: MIT
// recording.c - a run as a file: how it was started, its sources, its steps, its end
#include "api/recording.h"

#include "sched/outside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// --- Recording -----------------------------------------------------------------------------------

bool recording_create(Recording *recording, const char *path) {
  *recording = (Recording){.writer = journal_create(path)};
  return recording->writer != NULL;
}

static void put_string(Buffer *payload, const char *text) {
  journal_put_text(payload, text, strlen(text));
}

static uint64_t join_flags(const wick_options *options, bool output_is_terminal) {
  const bool flags[] = {options->list_leaks,     options->virtual_time, options->strict,
                        options->quiet_warnings, options->shuffle,      options->base_url != NULL,
                        output_is_terminal};
  uint64_t joined = 0;
  for (size_t i = 0; i < ARRAY_LEN(flags); i++) joined |= (uint64_t)flags[i] << i;
  return joined;
}

static void split_flags(uint64_t joined, wick_options *options, bool *has_base_url,
                        bool *output_was_terminal) {
  bool *const flags[] = {&options->list_leaks,     &options->virtual_time, &options->strict,
                         &options->quiet_warnings, &options->shuffle,      has_base_url,
                         output_was_terminal};
  for (size_t i = 0; i < ARRAY_LEN(flags); i++) *flags[i] = joined >> i & 1;
}

// `options` with seed and colour as they have been decided.
void recording_put_head(Recording *recording, const wick_options *options, wick_language language,
                        const char *program, bool output_is_terminal) {
  Buffer head = {0};
  put_string(&head, WICK_VERSION);
  put_string(&head, program);
  journal_put_number(&head, language);
  journal_put_number(&head, join_flags(options, output_is_terminal));
  journal_put_number(&head, options->seed);
  journal_put_number(&head, options->max_memory);
  journal_put_number(&head, options->color > 0);
  put_string(&head, options->base_url ? options->base_url : "");
  journal_put_number(&head, (uint64_t)options->arg_count);
  for (int i = 0; i < options->arg_count; i++) put_string(&head, options->args[i]);
  journal_add(recording->writer, OUTSIDE_HEAD, &head);
  buffer_free(&head);
}

void recording_add_source(Recording *recording, const char *path, const Buffer *text) {
  if (!recording->writer) return;
  Buffer source = {0};
  put_string(&source, path);
  journal_put_text(&source, text->bytes, text->len);
  journal_add(recording->writer, OUTSIDE_SOURCE, &source);
  journal_flush(recording->writer);
  buffer_free(&source);
}

void recording_put_place(Buffer *out, const RecordedPlace *place) {
  journal_put_number(out, place->is_found);
  journal_put_text(out, place->key.bytes, place->key.len);
  journal_put_text(out, place->shown.bytes, place->shown.len);
  journal_put_text(out, place->tried.bytes, place->tried.len);
}

void recording_add_place(Recording *recording, const char *from, const char *path,
                         const RecordedPlace *place) {
  if (!recording->writer) return;
  Buffer payload = {0};
  put_string(&payload, from);
  put_string(&payload, path);
  recording_put_place(&payload, place);
  journal_add(recording->writer, OUTSIDE_PLACE, &payload);
  buffer_free(&payload);
}

void recording_put_end(Recording *recording, const RecordedEnd *end) {
  Buffer payload = {0};
  journal_put_number(&payload, (uint64_t)end->status);
  journal_put_number(&payload, end->is_output_closed);
  journal_put_number(&payload, end->output_hash);
  journal_add(recording->writer, OUTSIDE_END, &payload);
  buffer_free(&payload);
}

// --- Replaying -----------------------------------------------------------------------------------

static void take_text(Buffer *out, JournalText text) {
  buffer_append(out, text.bytes, text.len);
}

static bool read_args(Recording *recording, JournalCursor *head) {
  uint64_t count = journal_get_number(head);
  for (uint64_t i = 0; i < count && !head->is_bad; i++) {
    JournalText text = journal_get_text(head);
    Buffer copy = {0};
    take_text(&copy, text);
    vec_push(&recording->args, copy.bytes);
  }
  vec_push(&recording->args, NULL);
  return !head->is_bad;
}

static bool read_head(Recording *recording, JournalCursor *head, wick_options *options,
                      wick_language *language) {
  bool has_base_url;
  journal_get_text(head); // the version of Wick: other ones may do, the steps will tell
  take_text(&recording->program, journal_get_text(head));
  *language = (wick_language)journal_get_number(head);
  split_flags(journal_get_number(head), options, &has_base_url, &recording->output_was_terminal);
  options->seed = journal_get_number(head);
  options->has_seed = true;
  options->max_memory = (size_t)journal_get_number(head);
  options->color = (int)journal_get_number(head) != 0;
  take_text(&recording->base_url, journal_get_text(head));
  options->base_url = has_base_url ? recording->base_url.bytes : NULL;
  if (!read_args(recording, head)) return false;
  options->args = recording->args.items;
  options->arg_count = (int)recording->args.count - 1;
  return *language <= WICK_VINT;
}

static bool read_source(Recording *recording, JournalCursor *payload) {
  JournalText path = journal_get_text(payload);
  JournalText text = journal_get_text(payload);
  RecordedSource source = {0};
  if (payload->is_bad) return false;
  take_text(&source.path, path);
  take_text(&source.text, text);
  vec_push(&recording->sources, source);
  return true;
}

bool recording_get_place(JournalCursor *cursor, RecordedPlace *out) {
  out->is_found = journal_get_number(cursor) != 0;
  take_text(&out->key, journal_get_text(cursor));
  take_text(&out->shown, journal_get_text(cursor));
  take_text(&out->tried, journal_get_text(cursor));
  return !cursor->is_bad;
}

static bool read_place(Recording *recording, JournalCursor *payload) {
  RecordedPlace place = {0};
  take_text(&place.from, journal_get_text(payload));
  take_text(&place.path, journal_get_text(payload));
  bool is_good = recording_get_place(payload, &place);
  vec_push(&recording->places, place);
  return is_good;
}

static bool read_file_record(Recording *recording, JournalRecord *record) {
  return record->kind == OUTSIDE_SOURCE ? read_source(recording, &record->payload)
                                        : read_place(recording, &record->payload);
}

static bool read_start(Recording *recording, wick_options *options, wick_language *language) {
  JournalRecord record;
  if (journal_peek(recording->reader, &record) != JOURNAL_RECORD || record.kind != OUTSIDE_HEAD ||
      !read_head(recording, &record.payload, options, language)) {
    return false;
  }
  journal_next(recording->reader);
  JournalState state;
  while ((state = journal_peek(recording->reader, &record)) == JOURNAL_RECORD &&
         (record.kind == OUTSIDE_SOURCE || record.kind == OUTSIDE_PLACE)) {
    if (!read_file_record(recording, &record)) return false;
    journal_next(recording->reader);
  }
  return state != JOURNAL_DAMAGED && recording->sources.count > 0;
}

static int word_problem(JournalOpened opened, const char *path, Buffer *problem) {
  switch (opened) {
  case JOURNAL_UNREADABLE:
    buffer_printf(problem, "cannot read %s: %s", path, strerror(errno));
    return WICK_NO_FILE;
  case JOURNAL_TOO_NEW:
    buffer_printf(problem, "%s was recorded by a version of Wick with another format", path);
    return WICK_REPLAY_ENDS;
  default:
    buffer_printf(problem, "%s is no recording; `wick run --record FILE` makes one", path);
    return WICK_REPLAY_ENDS;
  }
}

bool recording_open(Recording *recording, const char *path, wick_options *options,
                    wick_language *language, Buffer *problem, int *status) {
  *recording = (Recording){0};
  JournalOpened opened = journal_open(&recording->reader, path);
  if (opened != JOURNAL_OPENED) {
    *status = word_problem(opened, path, problem);
    return false;
  }
  if (read_start(recording, options, language)) return true;
  buffer_printf(problem, "%s is damaged, or ends before the program began", path);
  *status = WICK_REPLAY_ENDS;
  recording_close(recording);
  return false;
}

const Buffer *recording_find_source(const Recording *recording, const char *path) {
  for (uint32_t i = 0; i < recording->sources.count; i++) {
    const RecordedSource *source = &recording->sources.items[i];
    if (strcmp(source->path.bytes, path) == 0) return &source->text;
  }
  return NULL;
}

static bool is_text(const Buffer *text, const char *wanted) {
  return strcmp(text->bytes, wanted) == 0;
}

const RecordedPlace *recording_find_place(const Recording *recording, const char *from,
                                          const char *path) {
  for (uint32_t i = 0; i < recording->places.count; i++) {
    const RecordedPlace *place = &recording->places.items[i];
    if (is_text(&place->from, from) && is_text(&place->path, path)) return place;
  }
  return NULL;
}

void recording_free_place(RecordedPlace *place) {
  buffer_free(&place->from);
  buffer_free(&place->path);
  buffer_free(&place->key);
  buffer_free(&place->shown);
  buffer_free(&place->tried);
}

bool recording_read_end(JournalCursor *payload, RecordedEnd *out) {
  out->status = (int)(journal_get_number(payload) & 255);
  out->is_output_closed = journal_get_number(payload) != 0;
  out->output_hash = journal_get_number(payload);
  return !payload->is_bad;
}

void recording_close(Recording *recording) {
  journal_finish(recording->writer);
  journal_close(recording->reader);
  for (uint32_t i = 0; i < recording->sources.count; i++) {
    buffer_free(&recording->sources.items[i].path);
    buffer_free(&recording->sources.items[i].text);
  }
  for (uint32_t i = 0; i < recording->args.count; i++) free(recording->args.items[i]);
  for (uint32_t i = 0; i < recording->places.count; i++) {
    recording_free_place(&recording->places.items[i]);
  }
  vec_free(&recording->sources);
  vec_free(&recording->places);
  vec_free(&recording->args);
  buffer_free(&recording->program);
  buffer_free(&recording->base_url);
  *recording = (Recording){0};
}
