// SPDX-License-Identifier: MIT
// type_apply.h - types applied to types: `List(String)`, at run time
#ifndef TYPE_APPLY_H
#define TYPE_APPLY_H

#include "vm/vm.h"

// `type`, a generic built-in TypeValue, of these types. VALUE_ABSENT: raised.
Value type_apply(VM *vm, Value type, const Value *args, uint32_t count) MUST_USE;

#endif
