// SPDX-License-Identifier: MIT
// fold.h - expressions whose value is known now
//
// Only what the runtime would compute to exactly the same value, and what cannot fail: integer
// arithmetic that overflows, divisions and the like are left to raise their error when (and if)
// they run.
#ifndef FOLD_H
#define FOLD_H

#include "tree/tree.h"

typedef enum FoldKind { FOLD_NOTHING, FOLD_NUMBER, FOLD_INTEGER } FoldKind;

typedef struct Fold {
  FoldKind kind;
  double number;
  int64_t integer;
} Fold;

// FOLD_NOTHING if the value is not known, or not worth finding: large expressions are not looked
// through.
Fold fold_node(const Node *node);

#endif
