// SPDX-License-Identifier: MIT
// disasm.h - a unit as a listing for people
#ifndef DISASM_H
#define DISASM_H

#include "base/buffer.h"
#include "code/unit.h"

void disasm_unit(Buffer *out, const Unit *unit);
void disasm_instruction(Buffer *out, const ProtoData *function, uint32_t pc);

#endif
