// SPDX-License-Identifier: MIT
// natural_sort.h - sorting by values that have an order of their own: numbers, strings
#ifndef NATURAL_SORT_H
#define NATURAL_SORT_H

#include "vm/vm.h"

// Sorts the items of `list`, each by the value in `keys` that stands at its place (`list`'s own
// items, or as many others), smallest or largest first; stable. All keys must be numbers, or all
// strings, which order by code points; NaN comes behind all other numbers. `list` and what holds
// `keys` must be rooted. False: they are not, or memory is out; raised, and the list is as it was.
bool natural_sort(VM *vm, List *list, const Value *keys, bool is_descending) MUST_USE;

#endif
