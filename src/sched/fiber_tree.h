// SPDX-License-Identifier: MIT
// fiber_tree.h - all fibers of a running program, for whoever looks at it from outside
//
//   fibers: 5, of which 1 computes and 0 are ready
//     main (main), at demo.vint:9:5, awaits `all`, which waits for 3 others
//       fiber 2 (worker), started at demo.vint:4:20, at demo.vint:2:16, waits to receive from `jobs` …, for 3.2 s so far
//       … and 2 more like it
//
// Under each fiber stand those that it has started, and of each that waits how long it has waited. Time
// is only noted now and then (epoch.h), so of a wait that is younger than a quarter of a second this says
// at most how long it is.
#ifndef FIBER_TREE_H
#define FIBER_TREE_H

#include "base/buffer.h"
#include "sched/sched.h"

// `running`: the fiber that was computing and stands in the ready queue now, or NULL.
void fiber_tree_print(Sched *sched, Buffer *out, const Fiber *running);

#endif
