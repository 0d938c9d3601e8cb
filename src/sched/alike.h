// SPDX-License-Identifier: MIT
// alike.h - fibers that a report need not tell apart
//
// Fibers are alike if they were started at one place, stand at one place, and wait for the same or
// for something made at one place. Of many that are alike a report shows the first few and counts the
// rest: "… and 999,997 more like it".
#ifndef ALIKE_H
#define ALIKE_H

#include "base/strmap.h"
#include "sched/report.h"

typedef struct Alike {
  uint32_t count;
  uint32_t seen; // by alike_show
} Alike;

typedef struct AlikeSet {
  StrMap by_key;
  VEC(Alike *) all;
  uint32_t shown;   // kinds that have an entry
  uint32_t skipped; // fibers of kinds that have none
} AlikeSet;

void alike_add(AlikeSet *set, const Report *report, const Fiber *fiber);
// When all are added: whether `fiber`, asked for in the order of the report, gets an entry. *more is
// how many are counted behind it (0: none).
bool alike_show(AlikeSet *set, const Report *report, const Fiber *fiber, uint32_t *more);
void alike_print_more(Buffer *out, uint32_t more); // "… and 3 more like it"
void alike_print_skipped(Buffer *out, const AlikeSet *set);
void alike_free(AlikeSet *set);

#endif
