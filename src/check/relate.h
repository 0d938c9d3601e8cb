// SPDX-License-Identifier: MIT
// relate.h - how two types relate: does one fit the other, what do they join to
//
// fits(src, dst) answers "may a value of src stand where dst is wanted", luma.md 3.4. It is
// gradual: Any fits in both directions. Table-like types relate by structure, user types also by
// __parent. Vint's rules (vint.md D8: an int where a float is wanted, where null may stand) are a
// few lines of their own.
//
// An INFER (the element type of `[]`, of a channel without annotation) acts as Any until somebody
// binds it (relate_bind), and for good as what it was bound to from then on.
//
// Generic signatures: relate_infer reads what T and U stand for out of an argument, and
// relate_substitute puts that in their place. `bindings` has one entry for each letter.
#ifndef RELATE_H
#define RELATE_H

#include "base/strmap.h"
#include "check/types.h"

#define RELATE_LETTERS 26

// Why a type does not fit, as deep inside as can be said: the field's path and its two types.
typedef struct Misfit {
  const Name *path[4]; // names from outside in; only the first `depth`
  uint32_t depth;
  bool is_cut;     // the path goes on
  bool is_missing; // the field is not there at all
  const Type *expected;
  const Type *got;
} Misfit;

typedef struct Relate {
  Types *types;
  StrMap pairs; // pairs of table-like types that fit, or are being compared further out
  uint32_t depth;
  uint32_t fit_steps, join_steps; // of the question that is being answered
} Relate;

void relate_init(Relate *relate, Types *types);
void relate_free(Relate *relate);

// `why` may be NULL; filled only when the answer is false.
bool relate_fits(Relate *relate, const Type *src, const Type *dst, Misfit *why);
// Whether a type's method is what a trait's signature asks for; that may leave out the object.
bool relate_fits_method(Relate *relate, const TypeField *own, const Type *wanted);
// The type of a value that has one or the other; NULL if that makes no sense.
Type *relate_join(Relate *relate, Type *a, Type *b);
// May null stand where `type` is wanted?
bool relate_admits_null(Relate *relate, const Type *type);
// Any, open, or not known yet: nothing can be said about it.
bool relate_is_open(const Type *type);
// Tables of any kind: records, user types, results …
bool relate_is_table(const Type *type);

// `open` (an INFER) becomes `type`, or Any where that would make a type that contains itself.
void relate_bind(Relate *relate, Type *open, Type *type);
// A value of `type` goes into a container of `open` ones: the first decides. Tables of another
// shape that come later widen it, because no literal can say what its list will hold. False:
// nothing was settled here, whether it fits is still to be seen.
bool relate_settle(Relate *relate, Type *open, Type *type);

void relate_infer(Relate *relate, const Type *pattern, Type *actual, Type **bindings);
// Letters without a binding stay.
Type *relate_substitute(Relate *relate, Type *pattern, Type **bindings);
// Letters without a binding become Any: what an argument is checked against from outside.
Type *relate_expect(Relate *relate, Type *pattern, Type **bindings);
// Letters without a binding become Any, or an INFER directly inside a List or Channel.
Type *relate_close(Relate *relate, Type *pattern, Type **bindings);

#endif
