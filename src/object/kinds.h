// SPDX-License-Identifier: MIT
// kinds.h - the kinds of objects, as numbers
//
// Only the enum: the descriptors are registered by each kind's owner, so this header depends on
// nothing.
#ifndef KINDS_H
#define KINDS_H

#include "heap/kind.h"

enum Kind {
#define KIND(name, text) KIND_##name,
#include "object/kinds.def"
#undef KIND
  KIND_COUNT
};

const char *kinds_name(uint8_t kind); // kinds.c

static inline bool value_is_kind(Value v, uint8_t kind) {
  return value_is_object(v) && value_as_object(v)->kind == kind;
}

#endif
