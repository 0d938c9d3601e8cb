// SPDX-License-Identifier: MIT
// foreign.h - names that other languages have, and what they are called in Luma
//
// Who comes from elsewhere writes `nil`, `len(xs)`, `xs.append(x)` or `int`. No edit distance leads from
// there to the right name, so those that are met most stand in a table. It only words help lines.
#ifndef FOREIGN_H
#define FOREIGN_H

#include "base/common.h"

// A sentence about the variable that is not there, or NULL.
const char *foreign_name(const char *name);
// The member or method that is meant, if it is one of `names`; else NULL.
const char *foreign_member(const char *name, const char *const *names, uint32_t count);
// The type that is meant, or NULL.
const char *foreign_type(const char *name);

#endif
