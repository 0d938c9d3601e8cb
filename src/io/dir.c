// SPDX-License-Identifier: MIT
// dir.c - folders: listing, making and removing whole trees
#include "io/dir.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// --- Listing -------------------------------------------------------------------------------------

static int compare_names(const void *a, const void *b) {
  return strcmp(((const FileName *)a)->name, ((const FileName *)b)->name);
}

static void push_name(FileResult *result, const char *folder, const char *name) {
  FileStat stat;
  Buffer path = {0};
  buffer_printf(&path, "%s/%s", folder, name);
  bool is_there = file_stat_now(path.bytes, false, &stat); // else it was removed meanwhile
  buffer_free(&path);
  if (is_there) file_add_name(result, name, strlen(name), &stat);
}

bool dir_list(const char *path, FileResult *result) {
  DIR *folder = opendir(path);
  if (!folder) return false;
  struct dirent *entry;
  errno = 0;
  while ((entry = readdir(folder))) {
    const char *name = entry->d_name;
    if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) push_name(result, path, name);
    errno = 0;
  }
  int error = errno;
  closedir(folder);
  errno = error;
  if (result->name_count > 0) {
    qsort(result->names, result->name_count, sizeof(FileName), compare_names);
  }
  return error == 0;
}

// --- Making and removing -------------------------------------------------------------------------

static bool make_one(const char *path, uint32_t mode) {
  struct stat status;
  if (mkdir(path, (mode_t)mode) == 0) return true;
  if (errno != EEXIST) return false;
  if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return true;
  errno = ENOTDIR;
  return false;
}

bool dir_make_all(const char *path, uint32_t mode) {
  Buffer part = {0};
  size_t len = strlen(path);
  bool ok = len > 0;
  if (!ok) errno = ENOENT;
  for (size_t i = 0; ok && i < len; i++) {
    buffer_byte(&part, path[i]);
    bool is_end = i + 1 == len || path[i + 1] == '/';
    if (!is_end || path[i] == '/') continue;
    buffer_byte(&part, '\0');
    part.len--;
    ok = make_one(part.bytes, mode);
  }
  int error = errno;
  buffer_free(&part);
  errno = error;
  return ok;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status;
  (void)kind;
  (void)place;
  return remove(path);
}

bool dir_remove_all(const char *path, bool *was_there) {
  FileStat stat;
  *was_there = file_stat_now(path, false, &stat);
  if (!*was_there) return errno == ENOENT || errno == ENOTDIR;
  if (!stat.is_folder) return unlink(path) == 0;
  return nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS) == 0;
}
