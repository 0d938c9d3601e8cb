// SPDX-License-Identifier: MIT
// dump.h - the tree as text, for tests
//
// S-expressions, two spaces of indent a level: (binary + (name a) (number 1)).
#ifndef DUMP_H
#define DUMP_H

#include "base/buffer.h"
#include "tree/tree.h"

void dump_tree(Buffer *out, const Node *node);

#endif
