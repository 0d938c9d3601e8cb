// SPDX-License-Identifier: MIT
// source_fuzz.c - bytes are a program: whatever they say, the front half and the verifier live through it
//
// For libFuzzer (`make fuzz`), and with a main of its own (tests/unit/source_fuzz_test.c). The first byte chooses: its
// lowest bit the language (0 Luma, 1 Vint), the next whether the bytecode is damaged too. Then come
// eight bytes that say where and how, and the text. The text is parsed, checked and compiled, never run. Every
// diagnostic must say something about a place that is in the text, what compiles must pass the verifier, what does not
// must have an error; of a damaged unit the verifier may say what it likes.
#include "mutants.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD_BYTES 9

// Changes one instruction, constant index, jump … of some function.
static void damage(Unit *unit, const uint8_t *how) {
  const ProtoData *function = &unit->functions[how[0] % unit->function_count];
  uint32_t at = ((uint32_t)how[1] << 8 | how[2]) % function->code_count;
  uint32_t bits = (uint32_t)how[3] << 24 | (uint32_t)how[4] << 16 | (uint32_t)how[5] << 8 | how[6];
  if (how[7] % 2) bits = 1u << bits % 32;
  function->code[at] ^= bits;
}

static bool try_text(Mutants *m, const uint8_t *how, bool is_damaged, const char *text, size_t len) {
  Arena arena;
  Source source;
  Diags diags;
  arena_init(&arena);
  if (!source_init(&source, "fuzz", text, len)) abort();
  diag_init(&diags, &arena, &source);
  Unit *unit = mutant_compile(m, &source, &arena, &diags);
  bool is_fine = mutant_is_fine(&source, &diags, unit);
  if (unit && is_damaged) {
    char why[200];
    damage(unit, how);
    (void)!verify_unit(unit, why, sizeof(why));
  }
  unit_free(unit);
  diag_free(&diags);
  source_free(&source);
  arena_free(&arena);
  return is_fine;
}

// The signatures of built-ins are read once.
static Mutants *languages(void) {
  static Mutants both[2];
  if (!both[0].rows) {
    mutants_init(&both[0], DIALECT_LUMA);
    mutants_init(&both[1], DIALECT_VINT);
  }
  return both;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < HEAD_BYTES) return 0;
  Mutants *m = &languages()[data[0] & 1];
  if (!try_text(m, data + 1, data[0] & 2, (const char *)data + HEAD_BYTES, size - HEAD_BYTES)) abort();
  return 0;
}
