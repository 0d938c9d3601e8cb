// SPDX-License-Identifier: MIT
// vec.h - typed growable arrays
//
// VEC(int) numbers = {0};  vec_push(&numbers, 7);  numbers.items[0];  numbers.count;  vec_free(&numbers);
//
// Memory is uncounted and growing never fails (memory_require): for the front half and for lists of the
// runtime's own, not for what a script can grow.
#ifndef VEC_H
#define VEC_H

#include "base/memory.h"

#define VEC(T)                                                                                     \
  struct {                                                                                         \
    T *items;                                                                                      \
    uint32_t count;                                                                                \
    uint32_t capacity;                                                                             \
  }

// Makes room for `more` further items.
#define vec_reserve(v, more)                                                                       \
  do {                                                                                             \
    if ((v)->count + (more) > (v)->capacity) {                                                     \
      uint32_t want_ = (v)->capacity ? (v)->capacity * 2 : 8;                                      \
      while (want_ < (v)->count + (more)) want_ *= 2;                                              \
      (v)->items = memory_require((v)->items, want_ * sizeof(*(v)->items));                        \
      (v)->capacity = want_;                                                                       \
    }                                                                                              \
  } while (0)

#define vec_push(v, item)                                                                          \
  do {                                                                                             \
    vec_reserve(v, 1);                                                                             \
    (v)->items[(v)->count++] = (item);                                                             \
  } while (0)

#define vec_pop(v)   ((v)->items[--(v)->count])
#define vec_last(v)  ((v)->items[(v)->count - 1])
#define vec_clear(v) ((v)->count = 0)
#define vec_free(v)                                                                                \
  do {                                                                                             \
    free((v)->items);                                                                              \
    (v)->items = NULL;                                                                             \
    (v)->count = (v)->capacity = 0;                                                                \
  } while (0)

#include <stdlib.h>

#endif
