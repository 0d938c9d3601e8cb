// SPDX-License-Identifier: MIT
// opcode.h - instructions: names, operand kinds, encoding
#ifndef OPCODE_H
#define OPCODE_H

#include "base/common.h"

typedef uint64_t Instruction;

typedef enum Opcode {
#define OP(name, format, text) OP_##name,
#include "code/opcodes.def"
#undef OP
  OP_COUNT
} Opcode;

// Formats as in opcodes.def; Z has no operands.
typedef enum OpcodeFormat {
  FORMAT_Z,
  FORMAT_R,
  FORMAT_RR,
  FORMAT_RN,
  FORMAT_RU,
  FORMAT_RUN,
  FORMAT_RKR,
  FORMAT_RRR,
  FORMAT_RRK,
  FORMAT_RRI,
  FORMAT_RRN,
  FORMAT_RRC,
  FORMAT_RRT,
  FORMAT_RCR,
  FORMAT_RNC,
  FORMAT_RNN,
  FORMAT_RNK,
  FORMAT_RRJ,
  FORMAT_RKJ,
  FORMAT_RIJ,
  FORMAT_RXK,
  FORMAT_RXI,
  FORMAT_RXJ,
  FORMAT_RXG,
  FORMAT_RXP,
  FORMAT_RXT,
  FORMAT_XJ
} OpcodeFormat;

// What an instruction's operand says: the letter of its format (see opcodes.def) and its value,
// with the sign if the letter has one.
typedef struct Operand {
  char letter;
  int64_t value;
} Operand;

#define OPERANDS_MAX     3
#define OPCODE_PARTS_MAX 50 // that CONCAT takes

const char *opcode_name(Opcode op);
const char *opcode_text(Opcode op); // the row's meaning
OpcodeFormat opcode_format(Opcode op);
// Whether the runtime alone may place it.
static inline bool opcode_is_reserved(Opcode op) {
  return op >= OP_FIBER_END;
}
// Fills `out`, in the format's order, and returns how many. The opcode must be a known one.
uint32_t opcode_operands(Instruction i, Operand out[OPERANDS_MAX]);

static inline Instruction opcode_abc(Opcode op, uint32_t a, uint32_t b, uint32_t c) {
  return (uint64_t)op | (uint64_t)(a & 0xFFFF) << 16 | (uint64_t)(b & 0xFFFF) << 32 |
         (uint64_t)(c & 0xFFFF) << 48;
}
static inline Instruction opcode_ax(Opcode op, uint32_t a, int64_t x) {
  return (uint64_t)op | (uint64_t)(a & 0xFFFF) << 16 | (uint64_t)(uint32_t)x << 32;
}
static inline Opcode opcode_of(Instruction i) {
  return (Opcode)(i & 0xFFFF);
}
static inline uint32_t opcode_a(Instruction i) {
  return (uint32_t)(i >> 16) & 0xFFFF;
}
static inline uint32_t opcode_b(Instruction i) {
  return (uint32_t)(i >> 32) & 0xFFFF;
}
static inline uint32_t opcode_c(Instruction i) {
  return (uint32_t)(i >> 48);
}
static inline int32_t opcode_sb(Instruction i) {
  return (int16_t)(i >> 32);
}
static inline int32_t opcode_sc(Instruction i) {
  return (int16_t)(i >> 48);
}
static inline uint32_t opcode_x(Instruction i) {
  return (uint32_t)(i >> 32);
}
static inline int32_t opcode_sx(Instruction i) {
  return (int32_t)(i >> 32);
}

// The same read from memory, a field at a time: 0 the opcode, then a, b, c.
typedef uint16_t __attribute__((may_alias)) OpcodeField;
typedef uint32_t __attribute__((may_alias)) OpcodeWideField;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { OPCODE_FIELD_OP, OPCODE_FIELD_A, OPCODE_FIELD_B, OPCODE_FIELD_C, OPCODE_FIELD_X = 1 };
#else
enum { OPCODE_FIELD_C, OPCODE_FIELD_B, OPCODE_FIELD_A, OPCODE_FIELD_OP, OPCODE_FIELD_X = 0 };
#endif
// `next` is the instruction behind: written so, the compiler computes no second address for it.
static inline uint32_t opcode_field_before(const Instruction *next, int field) {
  return ((const OpcodeField *)next)[field - 4];
}
static inline uint32_t opcode_field_x_before(const Instruction *next) {
  return ((const OpcodeWideField *)next)[OPCODE_FIELD_X - 2];
}

// A SELECT's cases are a string constant, a letter each. Their operands stand in its window in the
// same order; behind it stands a jump for each case.
typedef enum SelectLetter {
  SELECT_LETTER_RECEIVE = 'r', // the channel
  SELECT_LETTER_SEND = 's',    // the channel, the value
  SELECT_LETTER_AWAIT = 'p',   // the promise
  SELECT_LETTER_AFTER = 'a',   // milliseconds
  SELECT_LETTER_DEFAULT = 'd',
} SelectLetter;

// How many operands a case has.
static inline uint32_t opcode_select_operands(char letter) {
  if (letter == SELECT_LETTER_DEFAULT) return 0;
  return letter == SELECT_LETTER_SEND ? 2 : 1;
}
#define SELECT_RESULTS 2 // the window's least width: value and ok

#endif
