// SPDX-License-Identifier: MIT
// sampler.h - the clock of a profile: asks at a steady rate what the processor's time went to
//
// What counts is the processor time of the thread that runs the program, not the time of day: sleeping and
// waiting cost nothing, and a busy machine changes little.
#ifndef SAMPLER_H
#define SAMPLER_H

#include "vm/profile.h"

typedef struct Sampler Sampler;

// To be made and freed by the thread that runs the VM, whose profile `profile` is. `hz`: times a second.
// NULL: there can be no thread.
Sampler *sampler_new(VM *vm, Profile *profile, uint32_t hz) MUST_USE;
void sampler_free(Sampler *sampler); // NULL is fine

#endif
