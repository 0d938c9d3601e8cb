// SPDX-License-Identifier: MIT
// regs.c - which registers of a function are in use
#include "compile/regs.h"

uint32_t regs_take(Regs *regs, uint32_t count) {
  if (count > REGS_MAX - regs->next) {
    regs->is_overflowing = true;
    return 0;
  }
  uint32_t first = regs->next;
  regs->next += count;
  if (regs->next > regs->used) regs->used = regs->next;
  return first;
}

bool regs_is_top(const Regs *regs, uint32_t reg) {
  return reg + 1 == regs->next;
}
