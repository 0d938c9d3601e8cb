// SPDX-License-Identifier: MIT
// equal.h - equality, hash and order of values
//
// Numbers by numeric value whatever their representation (1 == 1.0), strings by content, the rest
// by identity; equal_deep compares lists, tables and ranges by content, without recursion and safe
// on cycles (a pair of objects that is being compared counts as equal).
#ifndef EQUAL_H
#define EQUAL_H

#include "object/table.h"

bool equal_same(Value a, Value b);
bool equal_deep(Value a, Value b);
// Of keys: equal_same(a, b) implies the same hash. Strings, numbers, booleans, null; others by
// identity number (never by address: 1.8) are refused by the callers.
uint32_t equal_hash(Value v);

#endif
