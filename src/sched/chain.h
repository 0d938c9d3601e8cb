// SPDX-License-Identifier: MIT
// chain.h - who waits for whom, from one fiber on, and what would help
//
//   main waits to receive from `right`, which only fiber 2 could send on
//   fiber 2 waits to receive from `left`, which only main could send on
//   = a circle: main → fiber 2 → main; each receives before it sends
//   = help: let one of them send before it receives, or give a channel room
//
// Each line asks who could end the wait, and the next line is about the first who could. The chain
// ends where nobody could, where it closes to a circle, or after a few lines.
#ifndef CHAIN_H
#define CHAIN_H

#include "sched/report.h"

// Appends the lines, two blanks in front of each.
void chain_print(Report *report, Fiber *from);
// Who could end the wait of `fiber`, as an indented line of its entry; nothing if nothing is known.
void chain_print_others(Report *report, Fiber *fiber);
// Questions that chain_print_others will have; asking them together makes the answers cheap.
void chain_ask(Report *report, Fiber *fiber);

#endif
