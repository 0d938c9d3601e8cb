// SPDX-License-Identifier: MIT
// source_fuzz_test.c - the fuzzer's entry with damaged texts of a generator, so that it cannot rot
#include "check.h"

#include "base/rng.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXTS 2000

static const char *const PIECES[] = {
    "let f = fn(a: Number): Number do\n", "end\n",  "await ",  "for x in [1, 2] do\n", "{ a = 1 }", "func(a) { ", "}\n", "match x do ",
    "select { case v = receive(a) { ", "${", "\"", "go f()", "struct A { a int }\n", "1..2", "else ", "\xc3", "package p { ", "return ",
    "try { ", "catch (e) ", "import \"a\"\n", "@",  "[", "]", "(", ")", "=", "|", "let x = ", "print(x)\n",
};
#define PIECE_COUNT (sizeof(PIECES) / sizeof(PIECES[0]))

int main(void) {
  static uint8_t bytes[4096];
  Rng rng;
  rng_init(&rng, 11);
  for (int i = 0; i < TEXTS; i++) {
    size_t size = 9;
    for (size_t k = 0; k < size; k++) bytes[k] = (uint8_t)rng_next(&rng);
    for (uint64_t words = rng_below(&rng, 40); words > 0; words--) {
      const char *piece = PIECES[rng_below(&rng, PIECE_COUNT)];
      size_t len = strlen(piece);
      memcpy(bytes + size, piece, len);
      size += len;
    }
    CHECK(LLVMFuzzerTestOneInput(bytes, size) == 0); // it aborts when something is wrong
  }
  return check_done("source_fuzz");
}
