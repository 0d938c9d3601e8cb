// SPDX-License-Identifier: MIT
// hash.h - hashing of bytes and integers
//
// Iteration order never depends on a hash (tables keep insertion order), so a fixed seed would be
// deterministic but open to crafted collisions; the seed is therefore a parameter.
#ifndef HASH_H
#define HASH_H

#include "base/common.h"

// wyhash-style multiply-and-fold over 8-byte words (idea: Wang Yi, wyhash). Quality suits power-of-two
// tables; not for cryptography.
uint32_t hash_bytes(const void *bytes, size_t len, uint64_t seed);

// Mixes one word (finaliser of splitmix64, Steele et al. 2014).
static inline uint32_t hash_u64(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return (uint32_t)(x ^ (x >> 31));
}

#endif
