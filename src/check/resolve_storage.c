// SPDX-License-Identifier: MIT
// resolve_storage.c - where variables live, and what functions capture
//
// A variable lives in a register as long as nobody can tell. Three things can be told:
//   - A top-level variable that functions use lives in a slot of the module, so that it is nobody's
//     capture: most functions of most programs are declared there and need no closure for each
//     other. So does every top-level variable of an input, for those that come later.
//   - A variable that is captured and changes afterwards lives in a cell that all its users share.
//     So does one that is captured by a closure made before it is set (see order.h).
//   - Everything else that is captured is copied into the closure.
//
// A function's own name, inside it, is the running closure itself. It is no capture, so recursion
// costs no cell; functions nested in it get it from there. Whether the name is ever assigned is
// only known at the end of its block; until then we assume not, and correct it there.
#include "check/resolve_private.h"

#include "base/hash.h"

#include <string.h>

// More than any program needs; it bounds what a thousand nested functions can make us list.
#define CAPTURES_MAX           4096
#define CAPTURE_FIRST_CAPACITY 64

// --- Captures ------------------------------------------------------------------------------------

static CaptureSlot *find_slot(const Resolver *r, const FunctionNode *function,
                              const Symbol *symbol) {
  uint64_t key = (uint64_t)(uintptr_t)function * 31 + (uint64_t)(uintptr_t)symbol;
  uint32_t at = hash_u64(key) & (r->captured_capacity - 1);
  while (r->captured[at].function &&
         (r->captured[at].function != function || r->captured[at].symbol != symbol))
    at = (at + 1) & (r->captured_capacity - 1);
  return &r->captured[at];
}

static void grow_captured(Resolver *r) {
  CaptureSlot *old = r->captured;
  uint32_t old_capacity = r->captured_capacity;
  r->captured_capacity = old_capacity ? old_capacity * 2 : CAPTURE_FIRST_CAPACITY;
  r->captured = memory_require(NULL, r->captured_capacity * sizeof(*r->captured));
  memset(r->captured, 0, r->captured_capacity * sizeof(*r->captured));
  for (uint32_t at = 0; at < old_capacity; at++)
    if (old[at].function) *find_slot(r, old[at].function, old[at].symbol) = old[at];
  free(old);
}

// False if the function has it already.
static bool add_capture(Resolver *r, FunctionState *state, Symbol *symbol) {
  if (r->captured_count >= r->captured_capacity / 2) grow_captured(r);
  CaptureSlot *slot = find_slot(r, state->function, symbol);
  if (slot->function) return false;
  if (state->captures.count == CAPTURES_MAX) {
    diag_error(r->diags, DIAG_TOO_MANY_CAPTURES, state->function->node.span, CAPTURES_MAX);
    return false;
  }
  *slot = (CaptureSlot){state->function, symbol};
  r->captured_count++;
  vec_push(&state->captures, (Capture){symbol});
  return true;
}

// Every function from the innermost out to depth `first` needs it to hand it on inwards. One that
// has it got it from functions further out, which then have it too.
static void capture(Resolver *r, Symbol *symbol, uint32_t first) {
  for (uint32_t depth = resolve_depth(r); depth >= first; depth--)
    if (!add_capture(r, &r->functions.items[depth], symbol)) return;
}

void resolve_storage_use(Resolver *r, Declared *declared) {
  declared->symbol->is_used = true;
  if (declared->scope->package) declared = declared->scope->package;
  Symbol *symbol = declared->symbol;
  symbol->is_used = true;
  uint32_t home = declared->scope->function_depth;
  if (resolve_depth(r) == home) {
    order_add_use(&r->work, declared, false);
    return;
  }
  bool is_own = symbol->self && symbol->self == r->functions.items[home + 1].function;
  if (is_own) {
    declared->is_self_used = true;
    if (resolve_depth(r) == home + 1) return;
  }
  symbol->is_captured = true;
  if (!declared->scope->is_top) capture(r, symbol, is_own ? home + 2 : home + 1);
  if (!is_own) order_add_use(&r->work, declared, true);
}

// --- Functions and scopes
// --------------------------------------------------------------------------

void resolve_storage_enter(Resolver *r, FunctionNode *function, Scope *scope) {
  function->parent = r->functions.count > 0 ? resolve_function(r)->function : NULL;
  vec_push(&r->functions, (FunctionState){.function = function});
  resolve_storage_open(r, scope);
}

void resolve_storage_leave(Resolver *r) {
  resolve_storage_close(r);
  FunctionState *state = resolve_function(r);
  state->function->capture_count = state->captures.count;
  state->function->captures =
      arena_copy(r->program->arena, state->captures.items, state->captures.count * sizeof(Capture));
  vec_free(&state->captures);
  (void)vec_pop(&r->functions);
}

void resolve_storage_open(Resolver *r, Scope *scope) {
  scope_open(&r->names, scope, resolve_depth(r));
}

// The name of a function is assigned after all: inside the function it is a variable like others,
// captured while the function is being made.
static void give_up_self(Resolver *r, Declared *declared) {
  Symbol *symbol = declared->symbol;
  FunctionNode *function = symbol->self;
  symbol->self = NULL;
  if (!declared->is_self_used) return;
  symbol->is_captured = true;
  if (declared->scope->is_top) return;
  declared->is_captured_early = true;
  Capture *captures =
      arena_alloc(r->program->arena, (function->capture_count + 1) * sizeof(Capture));
  if (function->capture_count > 0)
    memcpy(captures, function->captures, function->capture_count * sizeof(Capture));
  captures[function->capture_count++] = (Capture){symbol};
  function->captures = captures;
}

static void store_in_module(Resolver *r, Symbol *symbol) {
  symbol->storage = STORAGE_MODULE;
  symbol->slot = r->program->module_first_slot + r->modules.count;
  vec_push(&r->modules, symbol);
}

static void settle_member(Symbol *symbol, PackageNode *package) {
  symbol->storage = STORAGE_MEMBER;
  symbol->package = package;
  symbol->self = NULL;
  symbol->is_hoisted = symbol->kind == SYMBOL_FUNCTION;
}

static void settle(Resolver *r, Declared *declared) {
  Symbol *symbol = declared->symbol;
  if (declared->scope->package) {
    settle_member(symbol, (PackageNode *)declared->scope->package->symbol->declaration);
    return;
  }
  if (symbol->self && symbol->is_reassigned) give_up_self(r, declared);
  if (declared->scope->is_top) {
    if (symbol->is_captured || r->program->is_input)
      store_in_module(r, symbol);
    else if (symbol->is_addressed)
      symbol->storage = STORAGE_CELL;
    return;
  }
  // The cell must be there before the closure is made, so it is empty for a while.
  if (declared->is_captured_early) symbol->may_be_unset = true;
  bool is_shared = symbol->is_captured && (symbol->is_reassigned || declared->is_captured_early);
  if (is_shared || symbol->is_addressed) symbol->storage = STORAGE_CELL;
}

void resolve_storage_close(Resolver *r) {
  Scope *scope = r->names.innermost;
  order_settle(scope);
  for (Declared *declared = scope->declared; declared; declared = declared->next_in_scope)
    settle(r, declared);
  scope_close(&r->names);
}
