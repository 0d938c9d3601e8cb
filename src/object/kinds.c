// SPDX-License-Identifier: MIT
// kinds.c - the names of the kinds of objects
#include "object/kinds.h"

static const char *const names[KIND_COUNT] = {
#define KIND(name, text) text,
#include "object/kinds.def"
#undef KIND
};

const char *kinds_name(uint8_t kind) {
  return kind < KIND_COUNT ? names[kind] : "unknown";
}
