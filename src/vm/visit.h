// SPDX-License-Identifier: MIT
// visit.h - sets of objects that a walk over values has met
//
// Values may be cyclic and shared. Printing wants to know what it is inside of just now; checking
// wants to know what it has looked at already. An entry is an object together with a second word
// (the type it is looked at as; 0 if that does not matter).
#ifndef VISIT_H
#define VISIT_H

#include "heap/value.h"

typedef struct VisitEntry {
  const void *object; // NULL: free
  const void *as;
} VisitEntry;

// Zeroed is empty. Memory is uncounted and given back by visit_free.
typedef struct VisitSet {
  VisitEntry *slots;
  uint32_t count;
  uint32_t capacity; // power of two
} VisitSet;

// False if the pair was in the set already.
bool visit_enter(VisitSet *set, const void *object, const void *as);
// Takes out a pair that is in the set.
void visit_leave(VisitSet *set, const void *object, const void *as);
void visit_free(VisitSet *set);

#endif
