// SPDX-License-Identifier: MIT
// http_listing.c - what is in a folder, as a page
#include "io/http_listing.h"

#include "io/dir.h"
#include "io/url.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool http_listing_is_public(const char *name, size_t len) {
  return name[0] != '.' || (len == 11 && memcmp(name, ".well-known", 11) == 0);
}

static void print_escaped(Buffer *out, const char *text) {
  for (; *text; text++) {
    switch (*text) {
    case '<': buffer_text(out, "&lt;"); break;
    case '>': buffer_text(out, "&gt;"); break;
    case '&': buffer_text(out, "&amp;"); break;
    case '"': buffer_text(out, "&quot;"); break;
    case '\'': buffer_text(out, "&#39;"); break;
    default: buffer_byte(out, *text);
    }
  }
}

// "./" in front, or a name with a colon would be another address.
static void print_row(Buffer *out, const FileName *file) {
  const char *slash = file->stat.is_folder ? "/" : "";
  buffer_text(out, "<tr><td><a href=\"./");
  url_encode(out, file->name, strlen(file->name));
  buffer_printf(out, "%s\">", slash);
  print_escaped(out, file->name);
  buffer_printf(out, "%s</a></td><td>", slash);
  if (file->stat.is_file) buffer_printf(out, "%lld", (long long)file->stat.size);
  buffer_text(out, "</td></tr>\n");
}

static int compare_names(const void *a, const void *b) {
  return strcmp(((const FileName *)a)->name, ((const FileName *)b)->name);
}

// Links count as what they are called: where they lead is seen when somebody asks for them.
static bool read_names(DIR *folder, FileResult *names) {
  struct dirent *entry;
  while ((errno = 0, entry = readdir(folder))) {
    struct stat status;
    size_t len = strlen(entry->d_name);
    if (!http_listing_is_public(entry->d_name, len)) continue;
    if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    FileStat kept = {.size = status.st_size,
                     .is_folder = S_ISDIR(status.st_mode),
                     .is_file = S_ISREG(status.st_mode)};
    bool is_shown = kept.is_folder || kept.is_file || S_ISLNK(status.st_mode);
    if (is_shown) file_add_name(names, entry->d_name, len, &kept);
  }
  if (errno != 0) return false;
  if (names->name_count > 0)
    qsort(names->names, names->name_count, sizeof(FileName), compare_names);
  return true;
}

static void print_page(Buffer *out, const char *path, bool has_outer, const FileResult *names) {
  buffer_text(out, "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>");
  print_escaped(out, path);
  buffer_text(out, "</title></head>\n<body><h1>");
  print_escaped(out, path);
  buffer_text(out, "</h1>\n<table>\n");
  if (has_outer) buffer_text(out, "<tr><td><a href=\"../\">../</a></td><td></td></tr>\n");
  for (uint32_t i = 0; i < names->name_count; i++) print_row(out, &names->names[i]);
  buffer_text(out, "</table></body></html>\n");
}

bool http_listing_print(Buffer *out, int fd, const char *path, bool has_outer) {
  DIR *folder = fdopendir(fd);
  if (!folder) {
    close(fd);
    return false;
  }
  FileResult names = {0};
  bool ok = read_names(folder, &names);
  int error = errno;
  closedir(folder);
  if (ok) print_page(out, path, has_outer, &names);
  for (uint32_t i = 0; i < names.name_count; i++) free((char *)names.names[i].name);
  free(names.names);
  errno = error;
  return ok;
}
