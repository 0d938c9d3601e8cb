// SPDX-License-Identifier: MIT
// replay.h - the scheduler's outside when a recording takes the world's place
//
// Where a live run looks outside, a replayed one does what was recorded to have happened there: fires
// timers, gives answers, interrupts. It never sleeps and never polls.
#ifndef REPLAY_H
#define REPLAY_H

#include "sched/sched.h"

// In place of looking outside between two slices.
void replay_look(Sched *sched);
// In place of waiting, when nothing is ready. False: the recorded run came to its end here.
bool replay_wait(Sched *sched) MUST_USE;
// In place of what the collector finds: rejections are reported where the recorded run did.
void replay_reports(Sched *sched);

#endif
