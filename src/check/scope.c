// SPDX-License-Identifier: MIT
// scope.c - the names in scope while the resolver walks a program
#include "check/scope.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define SCOPE_FIRST_CAPACITY 256

void scope_table_init(ScopeTable *table, Arena *arena) {
  *table = (ScopeTable){.arena = arena, .capacity = SCOPE_FIRST_CAPACITY};
  table->slots = memory_require(NULL, SCOPE_FIRST_CAPACITY * sizeof(*table->slots));
  memset(table->slots, 0, SCOPE_FIRST_CAPACITY * sizeof(*table->slots));
}

void scope_table_free(ScopeTable *table) {
  free(table->slots);
  *table = (ScopeTable){0};
}

// The slot that leads to the name's entry, or the free one where it belongs.
static ScopeEntry **find_slot(const ScopeTable *table, const Name *name) {
  uint32_t at = name->hash & (table->capacity - 1);
  while (table->slots[at] && table->slots[at]->name != name) at = (at + 1) & (table->capacity - 1);
  return &table->slots[at];
}

static void grow(ScopeTable *table) {
  ScopeEntry **old = table->slots;
  uint32_t old_capacity = table->capacity;
  table->capacity *= 2;
  table->slots = memory_require(NULL, table->capacity * sizeof(*table->slots));
  memset(table->slots, 0, table->capacity * sizeof(*table->slots));
  for (uint32_t at = 0; at < old_capacity; at++)
    if (old[at]) *find_slot(table, old[at]->name) = old[at];
  free(old);
}

ScopeEntry *scope_entry(ScopeTable *table, const Name *name) {
  ScopeEntry **slot = find_slot(table, name);
  if (*slot) return *slot;
  if (table->count >= table->capacity / 2) {
    grow(table);
    slot = find_slot(table, name);
  }
  ScopeEntry *entry = ARENA_NEW(table->arena, ScopeEntry);
  entry->name = name;
  *slot = entry;
  table->count++;
  return entry;
}

void scope_open(ScopeTable *table, Scope *scope, uint32_t function_depth) {
  *scope = (Scope){.outer = table->innermost, .function_depth = function_depth};
  table->innermost = scope;
}

void scope_close(ScopeTable *table) {
  Scope *scope = table->innermost;
  for (Binding *binding = scope->bindings, *next; binding; binding = next) {
    next = binding->next_in_scope;
    binding->entry->innermost = binding->outer;
    binding->next_in_scope = table->free_bindings;
    table->free_bindings = binding;
  }
  if (scope->declared) {
    scope->last_declared->next_in_scope = table->free_declared;
    table->free_declared = scope->declared;
  }
  table->innermost = scope->outer;
}

static Binding *new_binding(ScopeTable *table) {
  Binding *binding = table->free_bindings;
  if (!binding) return ARENA_NEW(table->arena, Binding);
  table->free_bindings = binding->next_in_scope;
  return binding;
}

static Declared *new_declared(ScopeTable *table) {
  Declared *declared = table->free_declared;
  if (!declared) return ARENA_NEW(table->arena, Declared);
  table->free_declared = declared->next_in_scope;
  return declared;
}

static Binding *bind(ScopeTable *table, const Name *name) {
  ScopeEntry *entry = scope_entry(table, name);
  Scope *scope = table->innermost;
  if (entry->innermost && entry->innermost->scope == scope) return entry->innermost;
  Binding *binding = new_binding(table);
  *binding = (Binding){
      .entry = entry, .outer = entry->innermost, .next_in_scope = scope->bindings, .scope = scope};
  entry->innermost = binding;
  scope->bindings = binding;
  return binding;
}

Declared *scope_declare(ScopeTable *table, Symbol *symbol, bool is_hoistable) {
  Scope *scope = table->innermost;
  Binding *binding = bind(table, symbol->name);
  Declared *declared = new_declared(table);
  *declared = (Declared){.symbol = symbol, .scope = scope, .is_hoistable = is_hoistable};
  if (binding->last) binding->last->next = declared;
  binding->last = declared;
  if (!binding->next) binding->next = declared;
  if (scope->last_declared)
    scope->last_declared->next_in_scope = declared;
  else
    scope->declared = declared;
  scope->last_declared = declared;
  return declared;
}

static Binding *binding_here(const ScopeTable *table, const Name *name) {
  ScopeEntry *entry = *find_slot(table, name);
  Binding *binding = entry ? entry->innermost : NULL;
  return binding && binding->scope == table->innermost ? binding : NULL;
}

Declared *scope_next(ScopeTable *table, const Symbol *symbol) {
  if (!symbol) return NULL;
  Binding *binding = binding_here(table, symbol->name);
  return binding && binding->next && binding->next->symbol == symbol ? binding->next : NULL;
}

void scope_pass(ScopeTable *table, Declared *declared) {
  Binding *binding = binding_here(table, declared->symbol->name);
  declared->state = DECLARED_ABOVE;
  binding->current = declared;
  binding->next = declared->next;
}

Declared *scope_find_here(ScopeTable *table, const Name *name) {
  Binding *binding = binding_here(table, name);
  return binding ? binding->last : NULL;
}

// What a use means among the declarations of one name in one scope.
//
// Inside its own initialiser a function or table is found from the functions there, before any
// declaration above: recursion is what is meant. From a function, later names of the top level are
// found too: it may well run after they are set.
static Declared *choose(const Binding *binding, uint32_t function_depth, ScopeUse use) {
  Declared *next = binding->next;
  bool is_inner = function_depth > binding->scope->function_depth;
  if (next && next->state == DECLARED_OPEN && is_inner) return next;
  if (binding->current) return binding->current;
  if (!next) return NULL;
  bool sees_all = binding->scope->is_top && (is_inner || use == SCOPE_USE_TYPE);
  return sees_all || next->is_hoistable ? next : NULL;
}

Declared *scope_find(ScopeTable *table, const Name *name, uint32_t function_depth, ScopeUse use,
                     Declared **below) {
  *below = NULL;
  ScopeEntry *entry = *find_slot(table, name);
  if (!entry) return NULL;
  for (Binding *binding = entry->innermost; binding; binding = binding->outer) {
    Declared *chosen = choose(binding, function_depth, use);
    if (chosen) return chosen;
    if (!*below) *below = binding->next;
  }
  return NULL;
}
