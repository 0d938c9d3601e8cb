// SPDX-License-Identifier: MIT
// alike.c - fibers that a report need not tell apart
#include "sched/alike.h"

#include "sched/channel.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_OF_EACH 3
#define KINDS_SHOWN   100

typedef struct Key {
  const Instr *started_at;
  const Instr *stands_at;
  const void *origin;
  uint64_t kind;
} Key;

_Static_assert(sizeof(Key) == 32, "compared byte by byte, so there are no holes");

static const void *origin_of(Need need) {
  if (need.kind == NEED_RECEIVE || need.kind == NEED_SEND)
    return ((const Channel *)need.on)->made_at;
  return need.kind == NEED_GROUP || need.kind == NEED_TURN ? need.on : NULL;
}

static Alike *find(AlikeSet *set, const Report *report, const Fiber *fiber) {
  Need need = report_need(report, fiber);
  Key key = {.started_at = fiber_started_at(fiber),
             .stands_at = fiber->base ? fiber->ip : NULL,
             .origin = origin_of(need),
             .kind = (uint64_t)need.kind << 8 | fiber->wait.kind};
  Alike *found = strmap_get(&set->by_key, (const char *)&key, sizeof(key));
  if (found) return found;
  found = memory_require(NULL, sizeof(Alike));
  *found = (Alike){0};
  vec_push(&set->all, found);
  strmap_set(&set->by_key, (const char *)&key, sizeof(key), found);
  return found;
}

void alike_add(AlikeSet *set, const Report *report, const Fiber *fiber) {
  find(set, report, fiber)->count++;
}

// To count a single one instead of showing it would save nothing.
bool alike_show(AlikeSet *set, const Report *report, const Fiber *fiber, uint32_t *more) {
  Alike *alike = find(set, report, fiber);
  uint32_t shown = alike->count == SHOWN_OF_EACH + 1 ? alike->count : SHOWN_OF_EACH;
  *more = 0;
  if (alike->seen == 0 && set->shown == KINDS_SHOWN) {
    set->skipped++;
    return false;
  }
  if (alike->seen == 0) set->shown++;
  if (alike->seen == shown) return false;
  alike->seen++;
  if (alike->seen == shown) *more = alike->count - shown;
  return true;
}

static void print_number(Buffer *out, uint32_t number) {
  if (number >= 1000000) buffer_printf(out, "%u,", number / 1000000);
  if (number >= 1000000)
    buffer_printf(out, "%03u,%03u", number / 1000 % 1000, number % 1000);
  else if (number >= 1000)
    buffer_printf(out, "%u,%03u", number / 1000, number % 1000);
  else
    buffer_printf(out, "%u", number);
}

void alike_print_more(Buffer *out, uint32_t more) {
  buffer_text(out, "… and ");
  print_number(out, more);
  buffer_text(out, " more like it\n");
}

void alike_print_skipped(Buffer *out, const AlikeSet *set) {
  if (set->skipped == 0) return;
  buffer_text(out, "  … and ");
  print_number(out, set->skipped);
  buffer_text(out, " others\n");
}

void alike_free(AlikeSet *set) {
  for (uint32_t i = 0; i < set->all.count; i++) free(set->all.items[i]);
  vec_free(&set->all);
  strmap_free(&set->by_key);
}
