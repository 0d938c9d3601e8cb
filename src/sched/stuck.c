// SPDX-License-Identifier: MIT
// stuck.c - fibers that nothing can wake: the deadlock report and the list of leaks
//
//   deadlock: the main program waits and nothing can wake it
//     main waits to receive from `right`, which only fiber 2 could send on          (chain.c)
//     fiber 2 waits to receive from `left`, which only main could send on
//     = a circle: main → fiber 2 → main; each receives before it sends
//     = help: let one of them send before it receives
//
//     main, at demo.vint:4:9, waits to receive from `right` (channel 2, unbuffered, made at …)
//         fiber 2 could send on it or close it
//     fiber 2, started at demo.vint:3:1, at demo.vint:3:20, waits …
//     … and 999,997 more like it                                                    (alike.c)
#include "sched/alike.h"
#include "sched/chain.h"
#include "sched/sched_private.h"

static void print_entry(Report *report, Fiber *fiber) {
  Need need = report_need(report, fiber);
  buffer_text(report->out, "  ");
  report_where(report, fiber);
  report_need_words(report, need, true);
  buffer_byte(report->out, '\n');
  if (need.kind == NEED_SELECT) report_cases(report, need.on, 6);
  chain_print_others(report, fiber);
}

// An entry for every fiber but those that are like one that has its entry.
static void print_entries(Report *report) {
  typedef struct Entry {
    Fiber *fiber;
    uint32_t more;
  } Entry;
  VEC(Entry) entries = {0};
  AlikeSet set = {0};
  const FiberVec *fibers = &report->fibers;
  for (uint32_t i = 0; i < fibers->count; i++) alike_add(&set, report, fibers->items[i]);
  for (uint32_t i = 0; i < fibers->count; i++) {
    Entry entry = {fibers->items[i], 0};
    if (!alike_show(&set, report, entry.fiber, &entry.more)) continue;
    chain_ask(report, entry.fiber);
    vec_push(&entries, entry);
  }
  for (uint32_t i = 0; i < entries.count; i++) {
    print_entry(report, entries.items[i].fiber);
    if (entries.items[i].more == 0) continue;
    buffer_text(report->out, "  ");
    alike_print_more(report->out, entries.items[i].more);
  }
  alike_print_skipped(report->out, &set);
  vec_free(&entries);
  alike_free(&set);
}

void stuck_print_fibers(Sched *sched, Buffer *out, Fiber *const *fibers, uint32_t count) {
  Report report;
  report_open(&report, sched, out, REPORT_WAITING);
  report.fibers.count = 0;
  for (uint32_t i = 0; i < count; i++) vec_push(&report.fibers, fibers[i]);
  report_sort(&report);
  print_entries(&report);
  report_close(&report);
}

void sched_report_deadlock(Sched *sched, Buffer *out) {
  Report report;
  report_open(&report, sched, out, REPORT_WAITING);
  chain_print(&report, sched->main);
  buffer_byte(out, '\n');
  print_entries(&report);
  report_close(&report);
}

uint32_t sched_report_leaks(Sched *sched, Buffer *out) {
  Report report;
  report_open(&report, sched, out, REPORT_WAITING);
  uint32_t count = report.fibers.count;
  if (count > 0)
    buffer_printf(out, "leaks: %u fiber%s still waiting when the program ended\n", count,
                  count == 1 ? " was" : "s were");
  print_entries(&report);
  report_close(&report);
  return count;
}

bool sched_main_place(Sched *sched, TracePlace *out) {
  return trace_fiber_place(sched->vm, sched->main, out);
}
