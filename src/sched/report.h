// SPDX-License-Identifier: MIT
// report.h - what reports about fibers have in common: what each waits for, and how it is worded
//
// A Report is open while one is written. It holds the fibers that wait, the names of what they wait
// for and the answers about who knows what. Nothing may be allocated in the heap meanwhile.
#ifndef REPORT_H
#define REPORT_H

#include "sched/naming.h"
#include "sched/sched.h"
#include "vm/trace.h"

typedef struct Report {
  Sched *sched;
  VM *vm;
  Buffer *out;
  FiberVec fibers; // that it is about, by number
  Naming *naming;
  Knowers *knowers;
} Report;

typedef enum ReportWhom {
  REPORT_WAITING, // those that wait for something
  REPORT_ALL,     // those that have not ended
} ReportWhom;

void report_open(Report *report, Sched *sched, Buffer *out, ReportWhom whom);
void report_close(Report *report);
void report_sort(Report *report); // the fibers, by number

// What a wait comes down to, when what only stands in between is left out: promises that adopt
// others, Luma's places in queues.
typedef enum NeedKind {
  NEED_OTHER,   // nothing that a report can look into
  NEED_RECEIVE, // `on` is the channel
  NEED_SEND,
  NEED_FIBER,   // the end of `fiber`
  NEED_GROUP,   // `on` is the group, `promise` its promise
  NEED_SEVERAL, // `promise` is a combinator's
  NEED_HAND,    // `promise` is settled by hand: by its resolve or reject
  NEED_SELECT,  // `on` is the selection
  NEED_TURN,    // `on` is the group
  NEED_TIME,
  NEED_OUTSIDE,
  NEED_GATE, // `on` is the lock, semaphore … (gate.h)
} NeedKind;

typedef struct Need {
  NeedKind kind;
  const Obj *on;
  const Promise *promise; // what is awaited, if a promise is
  Fiber *fiber;
} Need;

Need report_need(const Report *report, const Fiber *fiber);
Need report_promise_need(const Report *report, const Promise *promise);
Need report_case_need(const Report *report, const Waiter *one); // of a select
// Whether the fiber waits for the next round of a loop over a channel.
bool report_is_loop(const Fiber *fiber);
// The promises that a combinator or a group still waits for, in order. False: there is no next one.
bool report_next_input(const Promise *promise, const PromiseWatcher **at);

// --- Words ---------------------------------------------------------------------------------------

void report_place(Buffer *out, const TracePlace *place);          // path:line:column
void report_fiber(Buffer *out, const Fiber *fiber);               // main, fiber 3
void report_channel(Report *report, const Obj *channel);          // `jobs`, or channel 3
void report_channel_fully(Report *report, const Obj *channel);    // with its room and where it was made
void report_need_words(Report *report, Need need, bool is_full);  // waits to receive from `jobs`
void report_where(Report *report, const Fiber *fiber);            // fiber 3, started at …, at …,
void report_cases(Report *report, const Obj *selection, int indent);

#endif
