// SPDX-License-Identifier: MIT
// moment.c - recognising the moment in which a fiber was interrupted
#include "vm/moment.h"

#include "vm/frame.h"
#include "vm/load.h"

#define HASHED_FRAMES 1000
#define HASHED_ITEMS  8

static uint64_t mix(uint64_t hash, uint64_t more) {
  return (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15) ^ hash >> 32;
}

// A link of a frame that has ended, in a stale register: it looks like a double.
static bool is_stale_link(VM *vm, Value value) {
  const Instr *ip = frame_link_ip(value);
  Proto *proto;
  uint32_t pc;
  return value_is_double(value) && (ip == &vm->resume_native ||
                                    load_find_code(vm, ip - 1, &proto, &pc));
}

// Of what an address or a hash seed has a part in, only what is the same in every run.
static uint64_t hash_value(VM *vm, uint64_t hash, Value value) {
  if (is_stale_link(vm, value)) return hash;
  if (!value_is_object(value)) return mix(hash, value);
  if (value_is_str(value)) return mix(mix(hash, KIND_STR), str_head(value)->len);
  const Obj *object = value_as_object(value);
  hash = mix(hash, object->kind);
  switch (object->kind) {
  case KIND_LIST: return mix(hash, ((const List *)object)->count);
  case KIND_TABLE: return mix(hash, ((const Table *)object)->count);
  case KIND_INTEGER: return mix(hash, (uint64_t)((const Integer *)object)->value);
  default: return hash;
  }
}

// Lists and tables that a variable holds change without it, so their first items count too.
static uint64_t hash_variable(VM *vm, uint64_t hash, Value value) {
  hash = hash_value(vm, hash, value);
  if (value_is_list(value)) {
    const List *list = value_as_list(value);
    for (uint32_t i = 0; i < list->count && i < HASHED_ITEMS; i++) {
      hash = hash_value(vm, hash, list->items[i]);
    }
  } else if (value_is_table(value)) {
    uint32_t position = 0;
    Value key, item;
    for (int i = 0; i < HASHED_ITEMS && table_next(value_as_table(value), &position, &key, &item);
         i++) {
      hash = hash_value(vm, hash, item);
    }
  }
  return hash;
}

// What the function can reach beside its registers.
static uint64_t hash_captured(VM *vm, uint64_t hash, const Closure *closure, bool with_module) {
  for (uint32_t i = 0; i < closure->proto->capture_count; i++) {
    Value captured = closure->captures[i];
    bool is_cell = value_is_kind(captured, KIND_CELL);
    hash = hash_variable(vm, hash, is_cell ? ((Cell *)value_as_object(captured))->value : captured);
  }
  const Module *module = closure->proto->module;
  for (uint32_t i = 0; with_module && module && i < module->slot_count; i++) {
    hash = hash_variable(vm, hash, module->slots[i]);
  }
  return hash;
}

// A frame's registers end where the next one begins, whose link is an address.
static uint64_t hash_frame(VM *vm, uint64_t hash, const Value *registers, const Value *end,
                           const Instr *ip) {
  if (!frame_is_native(registers)) {
    hash = mix(hash, (uint64_t)(ip - frame_closure(registers)->proto->code));
  }
  for (const Value *slot = registers; slot < end; slot++) hash = hash_value(vm, hash, *slot);
  return hash;
}

static const Value *frame_end(const Fiber *fiber) {
  return fiber->stack + fiber->base + frame_size(fiber->stack + fiber->base);
}

uint64_t moment_place_hash(VM *vm, const Fiber *fiber) {
  uint64_t hash = mix(fiber->obj.extra, fiber->base);
  if (fiber->base == 0 || !fiber->stack) return hash;
  return hash_frame(vm, hash, fiber->stack + fiber->base, frame_end(fiber), fiber->ip);
}

uint64_t moment_state_hash(VM *vm, const Fiber *fiber) {
  uint64_t hash = moment_place_hash(vm, fiber);
  if (fiber->base == 0 || !fiber->stack) return hash;
  uint32_t base = fiber->base;
  const Instr *ip = fiber->ip;
  const Value *end = frame_end(fiber);
  const Module *module = NULL;
  uint32_t count = 0;
  do {
    const Value *registers = fiber->stack + base;
    hash = hash_frame(vm, hash, registers, end, ip);
    if (!frame_is_native(registers)) {
      const Closure *closure = frame_closure(registers);
      hash = hash_captured(vm, hash, closure, closure->proto->module != module);
      module = closure->proto->module;
    }
    end = registers - 3;
  } while (++count < HASHED_FRAMES && frame_caller(&base, &ip, fiber->stack));
  return hash;
}
