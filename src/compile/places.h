// SPDX-License-Identifier: MIT
// places.h - line and column of any offset of a source, quickly
//
// The line table of code asks for a place with almost every instruction, and a program may be one
// line of a megabyte, so columns cannot be counted from the line's start each time.
#ifndef PLACES_H
#define PLACES_H

#include "base/vec.h"
#include "source/source.h"

typedef struct Places {
  const Source *source;
  VEC(uint32_t) counts; // code points before each PLACES_STEP-th byte
  uint32_t last_line;   // where the last answer was, counted from 0
} Places;

void places_init(Places *places, const Source *source);
void places_free(Places *places);
// The same as source_position.
Position places_find(Places *places, uint32_t offset);

#endif
