// SPDX-License-Identifier: MIT
// hash.c - hashing of bytes
//
// Sixteen bytes a round: two words, each mixed with a constant, are multiplied to 128 bits and the
// halves folded together. What is left over is read as two possibly overlapping words, which avoids
// a loop over single bytes. Words are read in the machine's byte order: hashes are never stored.
#include "base/hash.h"

#include <string.h>

// Odd constants with balanced bits, from the fractions of the square roots of 2, 3 and 5.
#define HASH_K0 0x6a09e667f3bcc909u
#define HASH_K1 0xbb67ae8584caa73bu
#define HASH_K2 0x3c6ef372fe94f82bu

static inline uint64_t fold(uint64_t a, uint64_t b) {
  __extension__ typedef unsigned __int128 Wide;
  Wide product = (Wide)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t read_8(const unsigned char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return word;
}

static inline uint64_t read_4(const unsigned char *bytes) {
  uint32_t word;
  memcpy(&word, bytes, 4);
  return word;
}

// One to three bytes: first, middle and last, which covers each of them.
static inline uint64_t read_few(const unsigned char *bytes, size_t len) {
  return (uint64_t)bytes[0] << 16 | (uint64_t)bytes[len >> 1] << 8 | bytes[len - 1];
}

uint32_t hash_bytes(const void *bytes, size_t len, uint64_t seed) {
  const unsigned char *at = bytes;
  size_t left = len;
  uint64_t state = seed ^ HASH_K0;
  for (; left > 16; left -= 16, at += 16) {
    state = fold(read_8(at) ^ HASH_K1, read_8(at + 8) ^ state);
  }
  uint64_t a = 0;
  uint64_t b = 0;
  if (left >= 8) {
    a = read_8(at);
    b = read_8(at + left - 8);
  } else if (left >= 4) {
    a = read_4(at);
    b = read_4(at + left - 4);
  } else if (left > 0) {
    a = read_few(at, left);
  }
  uint64_t last = fold(fold(a ^ HASH_K1, b ^ state) ^ HASH_K2, len ^ HASH_K1);
  return (uint32_t)(last ^ (last >> 32));
}
