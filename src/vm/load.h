// SPDX-License-Identifier: MIT
// load.h - a unit becomes functions that can run
#ifndef LOAD_H
#define LOAD_H

#include "code/unit.h"
#include "vm/vm.h"

// Verifies and loads; takes ownership of `unit` (it lives as long as the VM). The result is the
// closure of the file's top level; NULL with the error on the VM.
Closure *load_unit(VM *vm, Unit *unit) MUST_USE;

// The same for a unit whose slots are in a module that others have begun (Unit.module_first_slot), which
// grows. NULL: a module of its own, as above.
Closure *load_unit_into(VM *vm, Unit *unit, Module *module) MUST_USE;

// The file that a place of the function is in.
const char *load_path(const Proto *proto, const LineEntry *line);

// Where an instruction pointer belongs: for traces and reports. False if it is in no loaded unit.
bool load_find_code(VM *vm, const Instr *ip, Proto **proto, uint32_t *pc);

// The variables of all files that live in slots, with their names. Does not allocate.
void load_each_slot(VM *vm, void (*visit)(void *context, const char *name, Value value),
                    void *context);

#endif
