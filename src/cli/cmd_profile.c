// SPDX-License-Identifier: MIT
// cmd_profile.c - wick profile FILE [args]: runs it and says where the time went
#include "cli/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_to(void *context, const char *bytes, size_t len) {
  fwrite(bytes, 1, len, context);
}

// "path/crawler.luma" → "crawler.profile"; standard input → "stdin.profile". To be freed.
static char *default_name(const char *path) {
  const char *slash = strrchr(path, '/');
  const char *base = strcmp(path, "-") == 0 ? "stdin" : slash ? slash + 1 : path;
  const char *dot = strrchr(base, '.');
  int len = dot && dot > base ? (int)(dot - base) : (int)strlen(base);
  size_t size = (size_t)len + sizeof(".profile");
  char *name = malloc(size);
  if (name) snprintf(name, size, "%.*s.profile", len, base);
  return name;
}

// False: said why.
static bool write_file(wick_vm *vm, wick_profile_form form, const char *path) {
  FILE *file = fopen(path, "w");
  bool is_written = file && wick_write_profile(vm, form, write_to, file);
  bool has_failed = file && ferror(file) != 0;
  if (file && fclose(file) != 0) has_failed = true;
  if (is_written && !has_failed) return true;
  fprintf(stderr, "error: cannot write the profile to %s: %s\n", path, strerror(errno));
  return false;
}

static bool write_files(wick_vm *vm, const char *name) {
  size_t size = strlen(name) + sizeof(".folded");
  char *picture = malloc(size), *folded = malloc(size);
  bool is_written = false;
  if (picture && folded) {
    snprintf(picture, size, "%s.svg", name);
    snprintf(folded, size, "%s.folded", name);
    is_written = write_file(vm, WICK_PROFILE_FLAME, picture) &&
                 write_file(vm, WICK_PROFILE_FOLDED, folded);
    if (is_written) fprintf(stderr, "\nwritten to %s and %s\n", picture, folded);
  }
  free(picture);
  free(folded);
  return is_written;
}

int cmd_profile(const Options *options) {
  wick_vm *vm = wick_new(&options->vm);
  char *name = default_name(options->files[0]);
  if (!vm || !name) {
    fprintf(stderr, "error: out of memory\n");
    wick_free(vm);
    free(name);
    return WICK_FAILED;
  }
  cmd_run_install_signals(vm);
  int status = wick_run_file(vm, options->language, options->files[0]);
  fflush(stdout);
  if (wick_write_profile(vm, WICK_PROFILE_TABLES, write_to, stderr) &&
      !write_files(vm, options->output ? options->output : name) && status == WICK_OK)
    status = WICK_FAILED;
  cmd_run_forget_signals();
  wick_leave(vm);
  free(name);
  return status;
}
