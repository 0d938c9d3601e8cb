// SPDX-License-Identifier: MIT
// relate.c - does a type fit another
//
// Recursion follows the types' structure. Types may be recursive and may share parts in a way that
// makes them exponentially large when written out, so pairs of table-like types are remembered
// while they are being compared and after they were found to fit: each pair is walked once.
#include "check/relate.h"

#include <string.h>

// Types nest about as deep as the source does; past this nobody can tell, so it counts as Any.
#define DEPTH_MAX 200
// Types that share parts can be exponentially larger than their text. After so many steps the rest
// counts as fitting: nobody wrote a program in which that matters.
#define STEPS_MAX 100000

void relate_init(Relate *relate, Types *types) {
  *relate = (Relate){.types = types};
}

void relate_free(Relate *relate) {
  strmap_free(&relate->pairs);
  *relate = (Relate){0};
}

bool relate_is_open(const Type *type) {
  type = types_prune((Type *)type);
  return types_is_any(type) || type->kind == TYPE_INFER || type->kind == TYPE_VARIABLE;
}

bool relate_is_table(const Type *type) {
  switch (type->kind) {
  case TYPE_TABLE:
  case TYPE_RECORD:
  case TYPE_USER:
  case TYPE_RESULT:
  case TYPE_OPTION:
  case TYPE_ERROR:
  case TYPE_RESPONSE:
  case TYPE_MODULE: return true;
  case TYPE_TYPE: return true; // a user type is a table; the built-in ones have helpers
  default: return false;
  }
}

static bool fits(Relate *r, const Type *src, const Type *dst, Misfit *why);

static bool misfit(Misfit *why, const Type *src, const Type *dst) {
  if (why && !why->expected && !why->is_missing) {
    why->expected = dst;
    why->got = src;
  }
  return false;
}

// --- Tables --------------------------------------------------------------------------------------

typedef struct PairKey {
  const Type *src;
  const Type *dst;
} PairKey;

// On the way out of a field that does not fit its name is put in front of the path.
static bool misfit_field(Misfit *why, const Name *name) {
  if (!why) return false;
  uint32_t room = ARRAY_LEN(why->path);
  uint32_t moved = why->depth < room ? why->depth : room - 1;
  memmove(&why->path[1], &why->path[0], moved * sizeof(why->path[0]));
  if (moved < why->depth) why->is_cut = true;
  why->path[0] = name;
  why->depth = moved + 1;
  return false;
}

static bool misfit_missing(Misfit *why, const TypeField *field) {
  if (!why) return false;
  why->is_missing = true;
  why->expected = field->type;
  return misfit_field(why, field->name);
}

// A trait's signature may leave out the object that a method gets first.
static bool fit_method(Relate *r, const TypeField *own, const Type *wanted) {
  const Type *method = types_prune(own->type);
  wanted = types_prune((Type *)wanted);
  bool is_method = own->is_method && method->kind == TYPE_FUNCTION && wanted->kind == TYPE_FUNCTION &&
                   method->arg_count == wanted->arg_count + 1 && !method->has_rest;
  if (!is_method) return false;
  Type bound = *method;
  bound.args = method->args + 1;
  bound.arg_count = method->arg_count - 1;
  bound.required_count = method->required_count > 0 ? method->required_count - 1 : 0;
  return fits(r, &bound, wanted, NULL);
}

bool relate_fits_method(Relate *r, const TypeField *own, const Type *wanted) {
  return fit_method(r, own, wanted) || fits(r, own->type, wanted, NULL);
}

static bool fit_field(Relate *r, const Type *src, const TypeField *wanted, Misfit *why) {
  const TypeField *own = types_find_field(src, wanted->name);
  if (!own) {
    bool may_lack = wanted->is_optional || wanted->is_method;
    return may_lack || misfit_missing(why, wanted);
  }
  if (fit_method(r, own, wanted->type) || fits(r, own->type, wanted->type, why)) return true;
  return misfit_field(why, wanted->name);
}

// Each field that `dst` and its parents require must be there and fit. What a child overrides, a
// signature by a method or a field by a default, its parents do not ask for.
static bool fit_fields(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  const Type *level = dst;
  for (uint32_t steps = 0; level && steps < 64; level = level->parent, steps++) {
    for (uint32_t i = 0; i < level->field_count; i++) {
      const TypeField *field = &level->fields[i];
      if (level != dst && types_find_field(dst, field->name) != field) continue;
      if (!fit_field(r, src, field, why)) return false;
    }
  }
  return true;
}

static bool has_parent(const Type *type, const Type *wanted) {
  for (uint32_t steps = 0; type && steps < 64; type = type->parent, steps++) {
    if (type == wanted) return true;
  }
  return false;
}

static bool fit_structure(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  if (has_parent(src, dst) || types_has_unknown_parent(src)) return true;
  PairKey key = {src, dst};
  if (strmap_get(&r->pairs, (const char *)&key, sizeof(key))) return true;
  strmap_set(&r->pairs, (const char *)&key, sizeof(key), r);
  if (fit_fields(r, src, dst, why)) return true;
  strmap_set(&r->pairs, (const char *)&key, sizeof(key), NULL);
  return false;
}

// The field of a Result or Option: null stands for "not this side".
static bool fit_side(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  return types_prune((Type *)src)->kind == TYPE_NULL || fits(r, src, dst, why);
}

// A literal has one side or both; anything else in it is not looked at.
static bool fit_sides(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < dst->field_count; i++) {
    const TypeField *own = types_find_field(src, dst->fields[i].name);
    if (!own) continue;
    found++;
    if (!fit_side(r, own->type, dst->fields[i].type, why)) {
      return misfit_field(why, own->name);
    }
  }
  return found > 0 || misfit_missing(why, &dst->fields[0]);
}

static bool fit_args(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  for (uint32_t i = 0; i < dst->arg_count && i < src->arg_count; i++) {
    if (!fits(r, src->args[i], dst->args[i], NULL)) return misfit(why, src, dst);
  }
  return true;
}

static bool fit_result(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  for (uint32_t i = 0; i < dst->arg_count; i++) {
    if (!fit_side(r, src->args[i], dst->args[i], NULL)) return misfit(why, src, dst);
  }
  return true;
}

// dst is Table(K, V): every field must fit V.
static bool fit_table(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  if (src->kind == TYPE_TABLE) return fit_args(r, src, dst, why);
  if (relate_is_open(dst->args[1])) return true;
  for (uint32_t i = 0; i < src->field_count; i++) {
    if (!fits(r, src->fields[i].type, dst->args[1], why)) {
      return misfit_field(why, src->fields[i].name);
    }
  }
  return true;
}

static bool fit_to_tables(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  if (!relate_is_table(src)) return misfit(why, src, dst);
  if (dst->kind == TYPE_TABLE) return fit_table(r, src, dst, why);
  if (src->kind == TYPE_TABLE) {
    return relate_is_open(src->args[1]) || misfit(why, src, dst);
  }
  if (src->kind == TYPE_TYPE) return dst->kind == TYPE_TYPE || misfit(why, src, dst);
  if (src->kind == TYPE_MODULE || dst->kind == TYPE_MODULE) return true;
  if (dst->kind == TYPE_RESULT || dst->kind == TYPE_OPTION) {
    if (src->kind == dst->kind) return fit_result(r, src, dst, why);
    return src->kind == TYPE_RECORD ? fit_sides(r, src, dst, why) : misfit(why, src, dst);
  }
  return fit_structure(r, src, dst, why);
}

// --- Functions -----------------------------------------------------------------------------------

static const Type *param_at(const Type *function, uint32_t index) {
  if (index < function->arg_count) return function->args[index];
  return function->has_rest ? function->args[function->arg_count - 1] : NULL;
}

// Whoever has a dst calls it with dst's parameters: src must accept that many, and each of them.
static bool fit_function(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  bool is_luma = r->types->dialect == DIALECT_LUMA;
  bool takes =
      src->required_count <= dst->arg_count && (src->has_rest || src->arg_count >= dst->arg_count);
  if (is_luma && !takes) return misfit(why, src, dst);
  for (uint32_t i = 0; i < dst->arg_count; i++) {
    const Type *param = param_at(src, i);
    if (param && !fits(r, dst->args[i], param, NULL)) return misfit(why, src, dst);
  }
  bool is_answer_wanted = !relate_is_open(dst->result);
  if (!is_answer_wanted || fits(r, src->result, dst->result, NULL)) return true;
  return misfit(why, src, dst);
}

static bool fit_to_function(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  bool is_any_function = dst->kind == TYPE_ANY_FUNCTION;
  switch (src->kind) {
  case TYPE_ANY_FUNCTION: return true;
  case TYPE_FUNCTION: return is_any_function || fit_function(r, src, dst, why);
  case TYPE_NULL: return r->types->dialect == DIALECT_VINT || misfit(why, src, dst);
  case TYPE_TYPE: return r->types->dialect == DIALECT_VINT || misfit(why, src, dst);
  default: return misfit(why, src, dst);
  }
}

// --- Unions and the rest -------------------------------------------------------------------------

static bool fit_union(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  if (src->kind == TYPE_UNION) {
    for (uint32_t i = 0; i < src->arg_count; i++) {
      if (!fits(r, src->args[i], dst, NULL)) return misfit(why, src, dst);
    }
    return true;
  }
  for (uint32_t i = 0; i < dst->arg_count; i++) {
    if (fits(r, src, dst->args[i], NULL)) return true;
  }
  return misfit(why, src, dst);
}

// An enum's members are plain values: one of their types will do.
static bool fits_member(Relate *r, const Type *src, const Type *dst) {
  for (uint32_t i = 0; i < dst->field_count; i++)
    if (fits(r, src, dst->fields[i].type, NULL)) return true;
  return dst->field_count == 0;
}

// The value of an enum's variable is one of its members.
static bool fits_from_enum(Relate *r, const Type *src, const Type *dst) {
  for (uint32_t i = 0; i < src->field_count; i++)
    if (fits(r, src->fields[i].type, dst, NULL)) return true;
  return src->field_count == 0;
}

// What is not structured: the same kind, and the same declaration if it has one.
static bool fit_plain(Relate *r, const Type *src, const Type *dst) {
  bool is_vint = r->types->dialect == DIALECT_VINT;
  if (is_vint && src->kind == TYPE_NULL) return relate_admits_null(r, dst);
  if (src->kind == TYPE_ENUM && src != dst) return fits_from_enum(r, src, dst);
  switch (dst->kind) {
  case TYPE_FLOAT:
    return src->kind == TYPE_FLOAT || src->kind == TYPE_INTEGER || src->kind == TYPE_NUMBER;
  case TYPE_NUMBER:
    return src->kind == TYPE_NUMBER ||
           (is_vint && (src->kind == TYPE_INTEGER || src->kind == TYPE_FLOAT));
  case TYPE_ENUM: return src == dst || fits_member(r, src, dst);
  case TYPE_ERROR: return src->kind == TYPE_ERROR || src->kind == TYPE_CUSTOM_ERROR;
  case TYPE_STRUCT:
  case TYPE_CUSTOM_ERROR: return src == dst || src->kind == TYPE_ERROR;
  default: return src->kind == dst->kind;
  }
}

static bool fit_kinds(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  switch (dst->kind) {
  case TYPE_LIST:
  case TYPE_PROMISE:
  case TYPE_CHANNEL:
  case TYPE_CASE:
  case TYPE_BROADCAST:
  case TYPE_FIBER_LOCAL:
  case TYPE_POINTER:
    if (src->kind == dst->kind) return fit_args(r, src, dst, why);
    return fit_plain(r, src, dst) || misfit(why, src, dst);
  case TYPE_FUNCTION:
  case TYPE_ANY_FUNCTION: return fit_to_function(r, src, dst, why);
  case TYPE_TABLE:
  case TYPE_RECORD:
  case TYPE_USER:
  case TYPE_RESULT:
  case TYPE_OPTION:
  case TYPE_RESPONSE:
  case TYPE_MODULE:
  case TYPE_TYPE:
    if (r->types->dialect == DIALECT_VINT && src->kind == TYPE_NULL) return true;
    return fit_to_tables(r, src, dst, why);
  case TYPE_ERROR:
    if (relate_is_table(src)) return fit_to_tables(r, src, dst, why);
    return fit_plain(r, src, dst) || misfit(why, src, dst);
  default: return fit_plain(r, src, dst) || misfit(why, src, dst);
  }
}

static bool fits(Relate *r, const Type *src, const Type *dst, Misfit *why) {
  src = types_prune((Type *)src);
  dst = types_prune((Type *)dst);
  if (src == dst || relate_is_open(src) || relate_is_open(dst)) return true;
  if (src->kind == TYPE_NEVER || r->depth >= DEPTH_MAX) return true;
  if (r->fit_steps++ > STEPS_MAX) return true;
  r->depth++;
  bool is_union = dst->kind == TYPE_UNION || src->kind == TYPE_UNION;
  bool does = is_union ? fit_union(r, src, dst, why) : fit_kinds(r, src, dst, why);
  r->depth--;
  return does;
}

bool relate_fits(Relate *relate, const Type *src, const Type *dst, Misfit *why) {
  if (why) *why = (Misfit){0};
  relate->fit_steps = 0;
  return fits(relate, src, dst, why);
}

bool relate_admits_null(Relate *relate, const Type *type) {
  type = types_prune((Type *)type);
  if (relate_is_open(type) || type->kind == TYPE_NULL) return true;
  if (type->kind == TYPE_UNION) {
    for (uint32_t i = 0; i < type->arg_count; i++) {
      if (types_prune(type->args[i])->kind == TYPE_NULL) return true;
    }
    return false;
  }
  if (relate->types->dialect == DIALECT_LUMA) return false;
  switch (type->kind) {
  case TYPE_INTEGER:
  case TYPE_FLOAT:
  case TYPE_NUMBER:
  case TYPE_BOOLEAN:
  case TYPE_STRING:
  case TYPE_ENUM: return false;
  default: return true;
  }
}
