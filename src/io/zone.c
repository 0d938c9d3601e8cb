// SPDX-License-Identifier: MIT
// zone.c - time zones, from the system's database
#include "io/zone.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZONE_FILE_MAX (256 * 1024)
#define ZONE_NAME_MAX 128
#define HEADER_SIZE   44

typedef struct ZoneType {
  int32_t offset;
  uint8_t abbreviation; // its place in the text
} ZoneType;

struct Zone {
  char name[ZONE_NAME_MAX];
  uint32_t time_count, type_count, text_len;
  int64_t *times; // ascending; at times[i] begins types[kinds[i]]
  uint8_t *kinds;
  ZoneType *types;
  char *text; // abbreviations, zero-terminated
};

// --- Reading -------------------------------------------------------------------------------------
//
// A file is a header and a block of data with times of 4 bytes, then (version 2) the same again with
// times of 8. The header: "TZif", version, 15 unused bytes, six counts.

typedef struct Counts {
  uint32_t utc, wall, leap, time, type, text;
} Counts;

static uint32_t read_u32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_i64(const uint8_t *at) {
  return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

static bool read_counts(const uint8_t *at, size_t len, Counts *counts) {
  if (len < HEADER_SIZE || memcmp(at, "TZif", 4) != 0) return false;
  uint32_t *out[] = {&counts->utc,  &counts->wall, &counts->leap,
                     &counts->time, &counts->type, &counts->text};
  for (size_t i = 0; i < ARRAY_LEN(out); i++) {
    *out[i] = read_u32(at + 20 + 4 * i);
    if (*out[i] > ZONE_FILE_MAX) return false;
  }
  return true;
}

static size_t block_size(const Counts *c, size_t time_size) {
  return c->time * (time_size + 1) + c->type * 6 + c->text + c->leap * (time_size + 4) + c->wall +
         c->utc;
}

static bool check_zone(const Zone *zone) {
  if (zone->type_count == 0 || zone->text_len == 0 || zone->text[zone->text_len - 1]) return false;
  for (uint32_t i = 0; i < zone->time_count; i++) {
    if (zone->kinds[i] >= zone->type_count) return false;
    if (i > 0 && zone->times[i] <= zone->times[i - 1]) return false;
  }
  for (uint32_t i = 0; i < zone->type_count; i++) {
    const ZoneType *type = &zone->types[i];
    if (type->abbreviation >= zone->text_len || abs(type->offset) > 86400 * 2) return false;
  }
  return true;
}

static Zone *build(const Counts *counts, const uint8_t *at) {
  Zone *zone = memory_require(NULL, sizeof(Zone));
  *zone = (Zone){.time_count = counts->time, .type_count = counts->type, .text_len = counts->text};
  zone->times = memory_require(NULL, (counts->time + 1) * sizeof(int64_t));
  zone->kinds = memory_require(NULL, counts->time + 1);
  zone->types = memory_require(NULL, (counts->type + 1) * sizeof(ZoneType));
  zone->text = memory_require(NULL, counts->text + 1);
  for (uint32_t i = 0; i < counts->time; i++, at += 8) zone->times[i] = read_i64(at);
  memcpy(zone->kinds, at, counts->time);
  at += counts->time;
  for (uint32_t i = 0; i < counts->type; i++, at += 6) {
    zone->types[i] = (ZoneType){.offset = (int32_t)read_u32(at), .abbreviation = at[5]};
  }
  memcpy(zone->text, at, counts->text);
  if (check_zone(zone)) return zone;
  zone_free(zone);
  return NULL;
}

static Zone *parse(const uint8_t *bytes, size_t len) {
  Counts counts;
  if (!read_counts(bytes, len, &counts) || bytes[4] < '2') return NULL;
  size_t skipped = HEADER_SIZE + block_size(&counts, 4);
  if (skipped > len || !read_counts(bytes + skipped, len - skipped, &counts)) return NULL;
  const uint8_t *block = bytes + skipped + HEADER_SIZE;
  if (block_size(&counts, 8) > len - skipped - HEADER_SIZE) return NULL;
  return build(&counts, block);
}

static Zone *load_file(const char *path) {
  FILE *file = fopen(path, "rbe");
  if (!file) return NULL;
  uint8_t *bytes = memory_require(NULL, ZONE_FILE_MAX);
  size_t len = fread(bytes, 1, ZONE_FILE_MAX, file);
  fclose(file);
  Zone *zone = parse(bytes, len);
  free(bytes);
  return zone;
}

// Letters, digits and _ + - /, and no way out of the folder.
static bool is_name(const char *name) {
  size_t len = strlen(name);
  if (len == 0 || len >= ZONE_NAME_MAX || name[0] == '/' || strstr(name, "..")) return false;
  static const char allowed[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return strspn(name, allowed) == len;
}

Zone *zone_load(const char *name) {
  char path[ZONE_NAME_MAX + 32];
  if (!is_name(name)) return NULL;
  snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
  Zone *zone = load_file(path);
  if (zone) snprintf(zone->name, sizeof(zone->name), "%s", name);
  return zone;
}

Zone *zone_load_local(void) {
  const char *name = getenv("TZ");
  if (name && name[0] == ':') name++;
  if (name) return zone_load(name);
  Zone *zone = load_file("/etc/localtime");
  if (zone) strcpy(zone->name, "Local");
  return zone;
}

void zone_free(Zone *zone) {
  if (!zone) return;
  free(zone->times);
  free(zone->kinds);
  free(zone->types);
  free(zone->text);
  free(zone);
}

// --- Asking --------------------------------------------------------------------------------------

const char *zone_name(const Zone *zone) {
  return zone ? zone->name : "UTC";
}

static const ZoneType *find_type(const Zone *zone, int64_t unix_s) {
  if (zone->time_count == 0 || unix_s < zone->times[0]) return &zone->types[0];
  uint32_t low = 0;
  uint32_t high = zone->time_count;
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (zone->times[middle] <= unix_s)
      low = middle;
    else
      high = middle;
  }
  return &zone->types[zone->kinds[low]];
}

int32_t zone_offset(const Zone *zone, int64_t unix_s, const char **abbreviation) {
  if (!zone) {
    if (abbreviation) *abbreviation = "UTC";
    return 0;
  }
  const ZoneType *type = find_type(zone, unix_s);
  if (abbreviation) *abbreviation = zone->text + type->abbreviation;
  return type->offset;
}

int64_t zone_to_unix(const Zone *zone, int64_t shown_s) {
  // The offsets of the day before and the day after are the two that can be meant.
  int32_t before = zone_offset(zone, shown_s - 86400, NULL);
  int32_t after = zone_offset(zone, shown_s + 86400, NULL);
  if (zone_offset(zone, shown_s - before, NULL) == before) return shown_s - before;
  if (zone_offset(zone, shown_s - after, NULL) == after) return shown_s - after;
  return shown_s - before;
}
