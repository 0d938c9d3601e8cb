// SPDX-License-Identifier: MIT
// gc_stats.h - what --stats and --gc-stats tell of a run's memory
#ifndef GC_STATS_H
#define GC_STATS_H

#include "cli/options.h"

// To stderr; nothing for STATS_NONE.
void gc_stats_print(const wick_vm *vm, StatsForm form);

#endif
