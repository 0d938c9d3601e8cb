// SPDX-License-Identifier: MIT
// quicken.h - instructions exchanged for quicker ones
//
// A unit says what is to be done; what is the quickest way to do it is the runtime's affair. When a function
// is loaded, instructions get the place of others that mean the same: a check for a type of numbers one that
// looks at nothing else, two that often follow each other one that does both (pairs.def). While a program runs,
// Vint's operators are exchanged for their twins (twins.def). No instruction moves, so places of jumps, lines and
// handlers stay what they are.
#ifndef QUICKEN_H
#define QUICKEN_H

#include "code/unit.h"
#include "object/closure.h"

// Calls of a function by itself, in place; the code has been verified. To be done before quicken_code, whose pairs
// go on with what this makes.
void quicken_self_calls(const ProtoData *function);

// In place. `types` are the unit's, as objects; the code has been verified.
void quicken_code(Instr *code, uint32_t count, const Value *types);

// Exchanges an operator of Vint for its twin if it is not the one for such operands.
void quicken_operator(const Instr *at, bool for_doubles);

#endif
