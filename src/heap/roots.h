// SPDX-License-Identifier: MIT
// roots.h - where marking begins
#ifndef ROOTS_H
#define ROOTS_H

#include "heap/heap_private.h"

void roots_free(Roots *roots);
void roots_add_provider(Roots *roots, RootProvider provider);
void roots_add_weak(Roots *roots, WeakVisitor visitor);
void roots_push(Roots *roots, Value value);
void roots_pop(Roots *roots, uint32_t count);
// False when there is no memory for it; then only a major collection is safe.
bool roots_remember(Roots *roots, Obj *object) MUST_USE;

// Marks temporary roots, providers' roots and, in a minor collection, what remembered objects point
// to.
void roots_mark(Heap *heap, bool minor);
void roots_visit_weak(Heap *heap);

#endif
