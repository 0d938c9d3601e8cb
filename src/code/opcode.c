// SPDX-License-Identifier: MIT
// opcode.c - the instruction table as data
//
// Everything here is read off the rows of opcodes.def. The name of a format is its operands'
// letters, so it is kept as text as well: listing and verifier take an instruction apart by walking
// the letters, and a new format needs no new case in either.
#include "code/opcode.h"

#include "base/assertion.h"

typedef struct OpcodeRow {
  const char *name;
  const char *letters;
  const char *text;
  OpcodeFormat format;
} OpcodeRow;

static const OpcodeRow rows[OP_COUNT] = {
#define OP(name, format, text) {#name, #format, text, FORMAT_##format},
#include "code/opcodes.def"
#undef OP
};

const char *opcode_name(Opcode op) {
  return op < OP_COUNT ? rows[op].name : "?";
}

const char *opcode_text(Opcode op) {
  return op < OP_COUNT ? rows[op].text : "not an instruction";
}

OpcodeFormat opcode_format(Opcode op) {
  return op < OP_COUNT ? rows[op].format : FORMAT_Z;
}

// Jumps and small numbers are signed, everything else counts from 0.
static bool is_signed(char letter) {
  return letter == 'I' || letter == 'J';
}

static int64_t read_wide(Instruction i, char letter) {
  return is_signed(letter) ? opcode_sx(i) : (int64_t)opcode_x(i);
}

static int64_t read_narrow(Instruction i, uint32_t position, char letter) {
  switch (position) {
  case 0: return opcode_a(i);
  case 1: return is_signed(letter) ? opcode_sb(i) : (int64_t)opcode_b(i);
  default: return is_signed(letter) ? opcode_sc(i) : (int64_t)opcode_c(i);
  }
}

uint32_t opcode_operands(Instruction i, Operand out[OPERANDS_MAX]) {
  ASSERT(opcode_of(i) < OP_COUNT);
  uint32_t count = 0;
  for (const char *letter = rows[opcode_of(i)].letters; *letter && *letter != 'Z'; letter++) {
    if (*letter == 'X') {
      letter++;
      out[count++] = (Operand){*letter, read_wide(i, *letter)};
    } else {
      out[count] = (Operand){*letter, read_narrow(i, count, *letter)};
      count++;
    }
  }
  return count;
}
