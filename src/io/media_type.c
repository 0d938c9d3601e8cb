// SPDX-License-Identifier: MIT
// media_type.c - what a file contains, by its name
#include "io/media_type.h"

#include <string.h>
#include <strings.h>

typedef struct MediaType {
  const char *extension;
  const char *type;
} MediaType;

#define TEXT(type) type "; charset=utf-8"

// By extension, for the search.
static const MediaType types[] = {
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"bz2", "application/x-bzip2"},
    {"css", TEXT("text/css")},
    {"csv", TEXT("text/csv")},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"epub", "application/epub+zip"},
    {"flac", "audio/flac"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"htm", TEXT("text/html")},
    {"html", TEXT("text/html")},
    {"ico", "image/vnd.microsoft.icon"},
    {"ics", TEXT("text/calendar")},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", TEXT("text/javascript")},
    {"json", "application/json"},
    {"jsonld", "application/ld+json"},
    {"m4a", "audio/mp4"},
    {"m4v", "video/mp4"},
    {"map", "application/json"},
    {"md", TEXT("text/markdown")},
    {"mjs", TEXT("text/javascript")},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"opus", "audio/ogg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"rtf", "application/rtf"},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"tsv", TEXT("text/tab-separated-values")},
    {"ttf", "font/ttf"},
    {"txt", TEXT("text/plain")},
    {"vtt", TEXT("text/vtt")},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"weba", "audio/webm"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "application/xml"},
    {"yaml", "application/yaml"},
    {"yml", "application/yaml"},
    {"zip", "application/zip"},
    {"zst", "application/zstd"},
};

// What stands behind the name's last dot, NULL if there is none in its last part.
static const char *extension_of(const char *name, size_t len) {
  for (size_t i = len; i > 0 && name[i - 1] != '/'; i--) {
    if (name[i - 1] == '.') return name + i;
  }
  return NULL;
}

const char *media_type_of(const char *name, size_t len) {
  char extension[16];
  const char *from = extension_of(name, len);
  size_t size = from ? (size_t)(name + len - from) : 0;
  size_t low = 0;
  size_t high = size > 0 && size < sizeof(extension) ? ARRAY_LEN(types) : 0;
  if (high > 0) memcpy(extension, from, size);
  extension[high > 0 ? size : 0] = '\0';
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = strcasecmp(extension, types[middle].extension);
    if (order == 0) return types[middle].type;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return "application/octet-stream";
}
