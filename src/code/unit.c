// SPDX-License-Identifier: MIT
// unit.c - making, freeing and asking a compiled file
//
// The arena lives inside the unit, so the unit itself is a block of its own and freeing it is two
// calls, however large the program was.
#include "code/unit.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

Unit *unit_new(const char *path) {
  Unit *unit = memory_require(NULL, sizeof(Unit));
  *unit = (Unit){0};
  arena_init(&unit->arena);
  unit->path = arena_text(&unit->arena, path, strlen(path));
  return unit;
}

void unit_free(Unit *unit) {
  if (!unit) return;
  arena_free(&unit->arena);
  free(unit);
}

const char *unit_path_of(const Unit *unit, const LineEntry *line) {
  const char *path = unit->path;
  for (uint32_t i = 0; line && i < unit->part_count && unit->parts[i].start <= line->start; i++)
    path = unit->parts[i].path;
  return path;
}

// Entries say where a place begins, so the one that covers pc is the last that starts at or before
// it: halve until low is the first that starts behind.
const LineEntry *unit_find_line(const ProtoData *function, uint32_t pc) {
  uint32_t low = 0;
  uint32_t high = function->line_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (function->lines[middle].pc <= pc)
      low = middle + 1;
    else
      high = middle;
  }
  if (low > 0) return &function->lines[low - 1];
  return function->line_count > 0 ? &function->lines[0] : NULL;
}

const char *unit_find_local(const ProtoData *function, uint32_t pc, uint32_t reg) {
  const char *found = NULL;
  for (uint32_t i = 0; i < function->local_count; i++) {
    const LocalData *local = &function->locals[i];
    if (local->start > pc) break;
    if (local->reg == reg && pc < local->end) found = local->name;
  }
  if (found) return found;
  uint32_t params = function->param_count + (function->has_rest ? 1u : 0u);
  return function->param_names && reg < params ? function->param_names[reg] : NULL;
}

const char *unit_find_check(const ProtoData *function, uint32_t pc) {
  for (uint32_t i = 0; i < function->check_count; i++)
    if (function->checks[i].pc == pc) return function->checks[i].subject;
  return NULL;
}
