// SPDX-License-Identifier: MIT
// bytes.h - eight bytes looked at at once
//
// For finding the next byte that matters in texts where few do. Each test answers with the highest
// bit of the bytes that it is true for. Only the lowest of these bits is surely right: a borrow may
// set others above it. So the answers of several tests can be joined by |, and bytes_before says
// how many of the bytes come before the first.
#ifndef BYTES_H
#define BYTES_H

#include "base/common.h"

#include <endian.h>
#include <string.h>

#define BYTES_EACH(b) (UINT64_C(0x0101010101010101) * (b))
#define BYTES_HIGH    BYTES_EACH(0x80)

// The first byte is the lowest, whatever the machine.
static inline uint64_t bytes_load(const char *at) {
  uint64_t word;
  memcpy(&word, at, sizeof(word));
  return le64toh(word);
}

static inline uint64_t bytes_below(uint64_t word, unsigned char limit) { // limit: at most 128
  return (word - BYTES_EACH(limit)) & ~word & BYTES_HIGH;
}

static inline uint64_t bytes_equal(uint64_t word, unsigned char byte) {
  return bytes_below(word ^ BYTES_EACH(byte), 1);
}

static inline size_t bytes_before(uint64_t found) { // not 0
  return (size_t)__builtin_ctzll(found) / 8;
}

#endif
