// SPDX-License-Identifier: MIT
// recorded_files.c - the files of a program that is recorded or replayed
#include "api/recorded_files.h"

#include "api/read_file.h"
#include "api/say.h"
#include "sched/outside.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Outside *outside_of(const RecordedFiles *files) {
  return files->sched ? sched_outside(files->sched) : NULL;
}

static bool is_replay(const RecordedFiles *files) {
  return recording_is_replay(files->recording);
}

// --- Texts ---------------------------------------------------------------------------------------

// Says it if what is on the disk now is not what was recorded. What is not there cannot differ.
static void compare_with_disk(RecordedFiles *files, const char *path, const Buffer *recorded) {
  if (files->recording->text != WICK_TEXT_UNCHANGED) return;
  Buffer now = {0};
  if (read_file_path(path, true, &now) == 0 &&
      !say_if_changed(files->stdio, files->color, path, recorded, &now)) {
    files->has_changed = true;
  }
  buffer_free(&now);
}

static int read_replayed(RecordedFiles *files, const char *path, Buffer *out) {
  const Buffer *recorded = recording_find_source(files->recording, path);
  if (!recorded) return ENOENT;
  buffer_append(out, recorded->bytes, recorded->len);
  if (strcmp(path, "-") != 0) compare_with_disk(files, path, recorded);
  return 0;
}

static bool reads_disk(const RecordedFiles *files) {
  return !is_replay(files) || files->recording->text == WICK_TEXT_NOW;
}

int recorded_files_read_main(RecordedFiles *files, const char *path, Buffer *out) {
  bool is_input = strcmp(path, "-") == 0;
  if (!reads_disk(files) || (is_input && is_replay(files))) return read_replayed(files, path, out);
  int problem =
      is_input ? read_file_descriptor(files->in_fd, out) : read_file_path(path, false, out);
  if (problem == 0) recording_add_source(files->recording, path, out);
  return problem;
}

static int read_while_running(RecordedFiles *files, const char *key, Buffer *out) {
  Outside *outside = outside_of(files);
  OutsideWish wish = {"reads the file", key, NULL, 0};
  Buffer recorded = {0};
  if (outside_ask(outside, &wish, &recorded)) {
    compare_with_disk(files, key, &recorded);
    if (files->has_changed) outside_diverge(outside, "imports a file that has changed");
    if (!reads_disk(files)) buffer_append(out, recorded.bytes, recorded.len);
  }
  buffer_free(&recorded);
  if (!reads_disk(files)) return 0;
  int problem = read_file_path(key, true, out);
  if (problem == 0) outside_tell(outside, &wish, out);
  return problem;
}

static int read_import(void *context, const char *key, Buffer *out) {
  RecordedFiles *files = context;
  if (outside_of(files)) return read_while_running(files, key, out);
  if (!reads_disk(files)) return read_replayed(files, key, out);
  int problem = read_file_path(key, true, out);
  if (problem == 0) recording_add_source(files->recording, key, out);
  return problem;
}

// --- Places --------------------------------------------------------------------------------------

void recorded_files_key(RecordedFiles *files, const char *path, Buffer *key) {
  if (!reads_disk(files)) {
    const RecordedPlace *place = recording_find_place(files->recording, "", path);
    buffer_text(key, place ? place->key.bytes : path);
    return;
  }
  char real[PATH_MAX];
  if (realpath(path, real)) {
    buffer_text(key, real);
  } else if (getcwd(real, sizeof(real))) {
    buffer_printf(key, "%s/%s", real, path);
  } else {
    buffer_text(key, path);
  }
  recording_add_place(files->recording, "", path, &(RecordedPlace){.is_found = true, .key = *key});
}

// Where a path is seen from: the importing file's folder as it is shown, and how it is imported.
static void describe_origin(Buffer *out, const ModuleSearch *search) {
  buffer_printf(out, "%s%s", search->is_bare ? "bare " : "", search->importer.shown);
}

static bool take_place(const RecordedPlace *place, ModulePlace *out, Buffer *tried) {
  buffer_append(tried, place->tried.bytes, place->tried.len);
  if (!place->is_found) return false;
  buffer_append(&out->key, place->key.bytes, place->key.len);
  buffer_append(&out->shown, place->shown.bytes, place->shown.len);
  return true;
}

static RecordedPlace borrow_place(bool is_found, const ModulePlace *place, const Buffer *tried) {
  return (RecordedPlace){
      .is_found = is_found, .key = place->key, .shown = place->shown, .tried = *tried};
}

static bool find_while_running(RecordedFiles *files, const OutsideWish *wish,
                               const ModuleSearch *search, ModulePlace *out, Buffer *tried) {
  Outside *outside = outside_of(files);
  Buffer answer = {0};
  bool is_found = false;
  if (outside_ask(outside, wish, &answer) && !reads_disk(files)) {
    RecordedPlace place = {0};
    JournalCursor cursor = {answer.bytes, answer.bytes + answer.len, false};
    if (answer.len > 0 && recording_get_place(&cursor, &place)) {
      is_found = take_place(&place, out, tried);
    }
    recording_free_place(&place);
  } else {
    is_found = module_path_find(search, wish->subject, out, tried);
    RecordedPlace place = borrow_place(is_found, out, tried);
    buffer_clear(&answer);
    recording_put_place(&answer, &place);
    outside_tell(outside, wish, &answer);
  }
  buffer_free(&answer);
  return is_found;
}

static bool find_import(void *context, const ModuleSearch *search, const char *path,
                        ModulePlace *out, Buffer *tried) {
  RecordedFiles *files = context;
  Buffer origin = {0};
  bool is_found;
  describe_origin(&origin, search);
  if (outside_of(files)) {
    OutsideWish wish = {"imports", path, origin.bytes, origin.len};
    is_found = find_while_running(files, &wish, search, out, tried);
  } else if (!reads_disk(files)) {
    const RecordedPlace *place = recording_find_place(files->recording, origin.bytes, path);
    is_found = place && take_place(place, out, tried);
  } else {
    is_found = module_path_find(search, path, out, tried);
    RecordedPlace place = borrow_place(is_found, out, tried);
    recording_add_place(files->recording, origin.bytes, path, &place);
  }
  buffer_free(&origin);
  return is_found;
}

// --- Modules from the net --------------------------------------------------------------------------

static RemoteState find_remote_before(RecordedFiles *files, Remote *remote, const char *url,
                                      Buffer *text, Buffer *problem) {
  const Buffer *recorded = is_replay(files) ? recording_find_source(files->recording, url) : NULL;
  if (recorded) {
    buffer_append(text, recorded->bytes, recorded->len);
    return REMOTE_KNOWN;
  }
  RemoteState state = remote_find(remote, url, text, problem);
  if (state == REMOTE_KNOWN) recording_add_source(files->recording, url, text);
  return state;
}

// The answer is how it is known, and its text or the problem.
static RemoteState take_remote(const Buffer *answer, Buffer *text, Buffer *problem) {
  JournalCursor cursor = {answer->bytes, answer->bytes + answer->len, false};
  RemoteState state = (RemoteState)journal_get_number(&cursor);
  JournalText rest = journal_get_text(&cursor);
  if (cursor.is_bad || state > REMOTE_FAILED) state = REMOTE_FAILED; // the replay has stopped
  buffer_append(state == REMOTE_KNOWN ? text : problem, rest.bytes, rest.len);
  return state;
}

// Whether it is in the cache, and what the lock file says of it, belongs to the world outside. Fetching
// it is a step of its own, as every request is.
static RemoteState find_remote_while_running(Outside *outside, Remote *remote, const char *url,
                                             Buffer *text, Buffer *problem) {
  OutsideWish wish = {"imports from the net", url, NULL, 0};
  Buffer answer = {0};
  RemoteState state;
  if (outside_ask(outside, &wish, &answer)) {
    state = take_remote(&answer, text, problem);
    if (state == REMOTE_MISSING) remote_miss(remote, url);
  } else {
    state = remote_find(remote, url, text, problem);
    const Buffer *told = state == REMOTE_KNOWN ? text : problem;
    journal_put_number(&answer, (uint64_t)state);
    journal_put_text(&answer, told->bytes, told->len);
    outside_tell(outside, &wish, &answer);
  }
  buffer_free(&answer);
  return state;
}

static RemoteState find_remote(void *context, Remote *remote, const char *url, Buffer *text,
                               Buffer *problem) {
  RecordedFiles *files = context;
  Outside *outside = outside_of(files);
  return outside ? find_remote_while_running(outside, remote, url, text, problem)
                 : find_remote_before(files, remote, url, text, problem);
}

ModuleDisk recorded_files_disk(RecordedFiles *files) {
  return (ModuleDisk){find_import, read_import, find_remote, files};
}
