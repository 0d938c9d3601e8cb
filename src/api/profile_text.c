// SPDX-License-Identifier: MIT
// profile_text.c - a profile as text: folded stacks for other tools, tables for people
#include "api/profile_text.h"

#include "base/utf8.h"

#include <stdlib.h>

#define TABLE_ROWS  10
#define TABLE_LEAST 0.005 // of the whole: rows with less are left out
#define TEXT_MAX    60u   // code points of a line that are shown

// A node is younger than its parent, so its index is larger.
uint64_t *profile_text_totals(const Profile *profile) {
  uint32_t count = profile->nodes.count;
  const ProfileNode *nodes = profile->nodes.items;
  uint64_t *totals = memory_require(NULL, count * sizeof(uint64_t));
  for (uint32_t i = count; i-- > 0;) {
    totals[i] = nodes[i].self_ns;
    for (uint32_t child = nodes[i].children; child; child = nodes[child].next) totals[i] += totals[child];
  }
  return totals;
}

void profile_text_frame(VM *vm, const ProfileNode *node, Buffer *out) {
  profile_print_name(vm, node, out);
  if (node->kind == PROFILE_FUNCTION && node->line)
    buffer_printf(out, " (%s:%u)", node->path, node->line);
}

// --- Folded stacks -------------------------------------------------------------------------------

// A semicolon separates frames.
static void print_folded_frame(VM *vm, const ProfileNode *node, Buffer *out) {
  size_t from = out->len;
  profile_text_frame(vm, node, out);
  for (size_t i = from; i < out->len; i++)
    if (out->bytes[i] == ';' || out->bytes[i] == '\n') out->bytes[i] = ',';
}

void profile_text_folded(VM *vm, const Profile *profile, Buffer *out) {
  const ProfileNode *nodes = profile->nodes.items;
  uint32_t path[PROFILE_DEPTH + 4], depth = 1;
  path[0] = 0;
  while (depth > 0) {
    const ProfileNode *node = &nodes[path[depth - 1]];
    if (node->self_ns >= 1000) {
      // The root is in every stack; it stands for what nobody else has used.
      for (uint32_t i = depth > 1; i < depth; i++) {
        if (i > 1) buffer_byte(out, ';');
        print_folded_frame(vm, &nodes[path[i]], out);
      }
      buffer_printf(out, " %llu\n", (unsigned long long)(node->self_ns / 1000));
    }
    if (node->children) {
      path[depth++] = node->children;
      continue;
    }
    while (depth > 0 && !nodes[path[depth - 1]].next) depth--;
    if (depth > 0) path[depth - 1] = nodes[path[depth - 1]].next;
  }
}

// --- Tables --------------------------------------------------------------------------------------

typedef struct Row {
  ProfileNode key;
  uint64_t ns;
} Row;
typedef VEC(Row) RowVec;

static void add_row(RowVec *rows, const ProfileNode *key, uint64_t ns) {
  if (ns == 0) return;
  for (uint32_t i = 0; i < rows->count; i++) {
    const ProfileNode *other = &rows->items[i].key;
    if (other->kind != key->kind || other->what != key->what || other->line != key->line) continue;
    rows->items[i].ns += ns;
    return;
  }
  vec_push(rows, ((Row){*key, ns}));
}

static int by_time(const void *a, const void *b) {
  uint64_t x = ((const Row *)a)->ns, y = ((const Row *)b)->ns;
  return x < y ? 1 : x > y ? -1 : 0;
}

// What a line did itself, with the built-ins that it called and the collections that it caused.
static void add_lines(const Profile *profile, RowVec *rows) {
  const ProfileNode *nodes = profile->nodes.items;
  for (uint32_t i = 0; i < profile->nodes.count; i++) {
    if (nodes[i].kind != PROFILE_FUNCTION) continue;
    uint64_t ns = nodes[i].self_ns;
    for (uint32_t child = nodes[i].children; child; child = nodes[child].next)
      if (nodes[child].kind != PROFILE_FUNCTION) ns += nodes[child].self_ns;
    add_row(rows, &nodes[i], ns);
  }
}

static void add_built_ins(const Profile *profile, RowVec *rows) {
  for (uint32_t i = 0; i < profile->nodes.count; i++) {
    const ProfileNode *node = &profile->nodes.items[i];
    if (node->kind == PROFILE_FUNCTION || node->kind == PROFILE_ALL) continue;
    add_row(rows, node, node->self_ns);
  }
}

static void add_fibers(const Profile *profile, const uint64_t *totals, RowVec *rows) {
  const ProfileNode *nodes = profile->nodes.items;
  for (uint32_t i = nodes[0].children; i; i = nodes[i].next)
    if (nodes[i].kind == PROFILE_MAIN || nodes[i].kind == PROFILE_START) add_row(rows, &nodes[i], totals[i]);
}

static void print_text_of(const ModuleGraph *graph, const ProfileNode *node, Buffer *out) {
  const Source *source = module_graph_source(graph, node->path);
  if (!source || source->parts || node->line > source->line_count) return;
  uint32_t len;
  const char *text = source_line(source, node->line, &len);
  while (len > 0 && (*text == ' ' || *text == '\t')) text++, len--;
  buffer_printf(out, "  %.*s", (int)utf8_offset(text, len, TEXT_MAX), text);
}

// Sorts the rows and forgets them.
static void print_table(VM *vm, RowVec *rows, uint64_t all_ns, const char *head,
                        const ModuleGraph *graph, Buffer *out) {
  if (rows->count > 0) qsort(rows->items, rows->count, sizeof(Row), by_time);
  for (uint32_t i = 0; i < rows->count && i < TABLE_ROWS; i++) {
    const Row *row = &rows->items[i];
    double part = (double)row->ns / (double)all_ns;
    if (part < TABLE_LEAST) break;
    if (i == 0) buffer_printf(out, "\n%s\n", head);
    buffer_printf(out, "  %5.1f %%  ", part * 100);
    profile_text_frame(vm, &row->key, out);
    if (row->key.kind == PROFILE_FUNCTION) print_text_of(graph, &row->key, out);
    buffer_byte(out, '\n');
  }
  vec_clear(rows);
}

void profile_text_tables(VM *vm, const Profile *profile, const ModuleGraph *graph, Buffer *out) {
  uint64_t *totals = profile_text_totals(profile);
  uint64_t all_ns = totals[0] ? totals[0] : 1;
  RowVec rows = {0};
  buffer_printf(out, "profile: %.2f s of processor time in %.2f s, %llu samples\n", (double)totals[0] / 1e9,
                (double)profile->elapsed_ns / 1e9, (unsigned long long)profile->sample_count);
  add_lines(profile, &rows);
  print_table(vm, &rows, all_ns, "by line, with the built-ins it calls:", graph, out);
  add_built_ins(profile, &rows);
  print_table(vm, &rows, all_ns, "by built-in:", graph, out);
  add_fibers(profile, totals, &rows);
  print_table(vm, &rows, all_ns, "by fiber:", graph, out);
  vec_free(&rows);
  free(totals);
}
