// SPDX-License-Identifier: MIT
// growing.h - strings that are put together piece by piece
//
// `s = s + piece` in a loop would copy all of s each time. So a long string that was made by joining
// and is joined again is kept with room behind it:
//
//   Growing  len 1500 ──┐
//   Growing  len 1510 ──┼──► Str, open: [ 1520 bytes | room for more ]
//   Growing  len 1520 ──┘
//
// Each Growing is a string of its own, namely the first `len` bytes. The one that ends where the open
// Str does is continued in place, which makes another Growing and leaves it as it was; any other one is
// copied first. For a program a Growing is a string like any other, and so it is for C code: value_is_str
// knows it and value_as_str gives a Str. That closes the open one, which nobody writes to any more, or,
// for a Growing that was continued meanwhile, makes a Str of its own: once, and without collecting.
#ifndef GROWING_H
#define GROWING_H

#include "object/str.h"

void growing_register(Heap *heap);

#define GROWING_MIN 1024 // bytes; copying less costs no more than what is needed here

// Whether what `head` is of, a Growing or a Str, is to be kept with room behind it when something is added.
static inline bool growing_is_worthwhile(const Str *head) {
  return head->len >= GROWING_MIN && (head->obj.kind == KIND_GROWING || (head->obj.flags & STR_JOINED));
}
// `value`, a Growing or a long Str, and `piece` behind it; both must be rooted. NULL when memory is out or
// the string would be too long.
Obj *growing_add(Heap *heap, Value value, const Str *piece) MUST_USE;

#endif
