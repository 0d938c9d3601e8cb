// SPDX-License-Identifier: MIT
// unit_types.h - the checker's types as data of the unit
//
// Each Type that the code mentions becomes one TypeData, with all that it consists of. Types may
// refer to themselves through user types, so an index is given before the content is filled in.
#ifndef UNIT_TYPES_H
#define UNIT_TYPES_H

#include "base/vec.h"
#include "check/types.h"
#include "code/unit.h"

typedef struct UnitTypes {
  Arena *arena; // the unit's
  Dialect dialect;
  VEC(TypeData) data;
  VEC(Type *) origins; // by index; NULL for those made here
  uint32_t filled;     // the content of so many is complete
} UnitTypes;

void unit_types_init(UnitTypes *types, Arena *arena, Dialect dialect);
void unit_types_free(UnitTypes *types);

uint32_t unit_types_index(UnitTypes *types, Type *type);
// A type without arguments, for checks that ask for the kind alone.
uint32_t unit_types_simple(UnitTypes *types, TypeTag tag, const char *name);
// `type` or null (Vint: arrays, dicts, functions … may be null). Kinds that may not: as they are.
uint32_t unit_types_nullable(UnitTypes *types, Type *type);
// `type` or a promise: what an async function may return, since a promise is adopted (C 2.5).
uint32_t unit_types_payload(UnitTypes *types, uint32_t index);

// The type of one package; each has its own.
uint32_t unit_types_package(UnitTypes *types, const char *name, const TypeFieldData *fields,
                            uint32_t count);

void unit_types_finish(UnitTypes *types, Unit *unit);

#endif
