// SPDX-License-Identifier: MIT
// roots.h - where marking begins
#ifndef ROOTS_H
#define ROOTS_H

#include "heap/heap_private.h"

void roots_free(Roots *roots);
void roots_add_provider(Roots *roots, RootProvider provider);
void roots_add_walk(Roots *roots, HeapWalk walk);
void roots_add_weak(Roots *roots, WeakVisitor visitor);
void roots_push(Roots *roots, Value value);
void roots_pop(Roots *roots, uint32_t count);
// False when there is no memory for it; then only a major collection is safe.
bool roots_remember(Roots *roots, Obj *object) MUST_USE;

void roots_forget_remembered(Roots *roots);
// Begins the walks: the late ones, or the others.
void roots_begin(Heap *heap, bool late);
// Traces some of the remembered objects again. False: there were none.
bool roots_trace_remembered(Heap *heap);
// A piece of the walks that have begun. False: nothing was left.
bool roots_walk(Heap *heap);
// Marks temporary roots and what the providers hold.
void roots_mark(Heap *heap);
void roots_visit_weak(Heap *heap);

#endif
