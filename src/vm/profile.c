// SPDX-License-Identifier: MIT
// profile.c - where a program's time goes: samples of stacks, as a tree
//
// Siblings are searched one by one: a function calls few others, and samples come a thousand times a
// second.
#include "vm/profile.h"

#include "vm/frame.h"
#include "vm/load.h"
#include "vm/trace.h"
#include <string.h>

Profile *profile_new(void) {
  Profile *profile = calloc(1, sizeof(Profile));
  if (profile) vec_push(&profile->nodes, (ProfileNode){.kind = PROFILE_ALL});
  return profile;
}

void profile_free(Profile *profile) {
  if (!profile) return;
  vec_free(&profile->nodes);
  free(profile);
}

// --- The sampler's side --------------------------------------------------------------------------

static void add_time(uint64_t *counter, uint64_t ns) {
  __atomic_fetch_add(counter, ns, __ATOMIC_RELAXED);
}

static uint64_t take_time(uint64_t *counter) {
  return __atomic_exchange_n(counter, 0, __ATOMIC_RELAXED);
}

void profile_tick(VM *vm, uint64_t ns) {
  Profile *profile = vm->profile;
  uint32_t budget;
  if (!vm_peek(vm, &budget)) {
    add_time(&profile->loop_ns, ns);
    return;
  }
  const NativeRow *running = __atomic_load_n(&profile->running, __ATOMIC_RELAXED);
  if (heap_is_collecting(vm->heap)) {
    add_time(&profile->collector_ns, ns);
  } else if (running) {
    __atomic_store_n(&profile->native, running, __ATOMIC_RELAXED);
    add_time(&profile->native_ns, ns);
  } else {
    add_time(&profile->script_ns, ns);
  }
  __atomic_store_n(&vm->profile_is_due, true, __ATOMIC_RELEASE);
}

NativeStatus profile_run_native(VM *vm, NativeFn run, NativeCall *call) {
  Profile *profile = vm->profile;
  __atomic_store_n(&profile->running, call->row, __ATOMIC_RELAXED);
  NativeStatus status = run(call);
  __atomic_store_n(&profile->running, NULL, __ATOMIC_RELAXED);
  return status;
}

// --- Adding a sample -----------------------------------------------------------------------------

// The child of `parent` that is as `wanted`.
static uint32_t enter(Profile *profile, uint32_t parent, ProfileNode wanted) {
  uint32_t *link = &profile->nodes.items[parent].children;
  while (*link) {
    const ProfileNode *node = &profile->nodes.items[*link];
    if (node->kind == wanted.kind && node->what == wanted.what && node->line == wanted.line)
      return *link;
    link = &profile->nodes.items[*link].next;
  }
  uint32_t index = profile->nodes.count;
  *link = index;
  vec_push(&profile->nodes, wanted);
  return index;
}

static ProfileNode node_of_frame(const Value *registers, const Instr *ip) {
  if (frame_is_native(registers))
    return (ProfileNode){.kind = PROFILE_NATIVE, .what = frame_native_row(registers)};
  const Proto *proto = frame_closure(registers)->proto;
  const LineEntry *line = unit_find_line(proto->data, (uint32_t)(ip - proto->code) - 1);
  return (ProfileNode){.kind = PROFILE_FUNCTION,
                       .what = proto,
                       .line = line ? line->line : 0,
                       .path = load_path(proto, line)};
}

static ProfileNode node_of_start(const Fiber *fiber) {
  if (fiber->obj.flags & FIBER_MAIN) return (ProfileNode){.kind = PROFILE_MAIN};
  return (ProfileNode){.kind = PROFILE_START, .what = fiber_started_at(fiber)};
}

// The frames from the top down, at most PROFILE_DEPTH. *is_whole: these are all.
static uint32_t read_frames(const VM *vm, const Fiber *fiber, ProfileNode *frames, bool *is_whole) {
  uint32_t count = 0, base = fiber->base;
  const Instr *ip = fiber->ip;
  *is_whole = true;
  if (base == 0) return 0;
  do {
    if (count == PROFILE_DEPTH) {
      *is_whole = false;
      break;
    }
    const Value *registers = fiber->stack + base;
    bool is_hidden = frame_is_native(registers) &&
                     (frame_native_row(registers)->languages & NATIVE_HIDDEN);
    if (!is_hidden) frames[count++] = node_of_frame(registers, ip);
  } while (frame_caller(&base, &ip, fiber->stack));
  return count;
}

// A native that has called back stands on the stack itself; its time is charged there.
static uint32_t node_of_native(Profile *profile, const uint32_t *path, uint32_t depth,
                               const NativeRow *row) {
  for (uint32_t i = depth; i > 0; i--) {
    const ProfileNode *node = &profile->nodes.items[path[i - 1]];
    if (node->kind == PROFILE_NATIVE && node->what == row) return path[i - 1];
  }
  return enter(profile, path[depth - 1], (ProfileNode){.kind = PROFILE_NATIVE, .what = row});
}

static void charge(Profile *profile, uint32_t index, uint64_t ns) {
  profile->nodes.items[index].self_ns += ns;
}

void profile_take(VM *vm, Fiber *fiber) {
  Profile *profile = vm->profile;
  ProfileNode frames[PROFILE_DEPTH];
  uint32_t path[PROFILE_DEPTH + 2], depth = 0;
  bool is_whole;
  __atomic_store_n(&vm->profile_is_due, false, __ATOMIC_RELEASE);
  uint32_t count = read_frames(vm, fiber, frames, &is_whole);
  path[depth++] = enter(profile, 0, node_of_start(fiber));
  if (!is_whole) {
    path[depth] = enter(profile, path[depth - 1], (ProfileNode){.kind = PROFILE_DEEPER});
    depth++;
  }
  for (uint32_t i = count; i > 0; i--, depth++)
    path[depth] = enter(profile, path[depth - 1], frames[i - 1]);
  uint32_t top = path[depth - 1];
  uint64_t native_ns = take_time(&profile->native_ns);
  uint64_t collector_ns = take_time(&profile->collector_ns);
  charge(profile, top, take_time(&profile->script_ns));
  if (native_ns) charge(profile, node_of_native(profile, path, depth, profile->native), native_ns);
  if (collector_ns)
    charge(profile, enter(profile, top, (ProfileNode){.kind = PROFILE_COLLECTOR}), collector_ns);
  profile->sample_count++;
}

void profile_end(VM *vm) {
  Profile *profile = vm->profile;
  uint64_t loop_ns = take_time(&profile->loop_ns);
  uint64_t rest_ns = take_time(&profile->script_ns) + take_time(&profile->native_ns);
  uint64_t collector_ns = take_time(&profile->collector_ns);
  if (loop_ns) charge(profile, enter(profile, 0, (ProfileNode){.kind = PROFILE_LOOP}), loop_ns);
  if (collector_ns)
    charge(profile, enter(profile, 0, (ProfileNode){.kind = PROFILE_COLLECTOR}), collector_ns);
  charge(profile, 0, rest_ns);
}

// --- Names ---------------------------------------------------------------------------------------

static void print_native(const NativeRow *row, Buffer *out) {
  int owner_len = (int)strcspn(row->owner, "(");
  buffer_printf(out, "%.*s%s%s", owner_len, row->owner, owner_len ? "." : "", row->name);
}

void profile_print_name(VM *vm, const ProfileNode *node, Buffer *out) {
  TracePlace place;
  switch (node->kind) {
  case PROFILE_ALL: buffer_text(out, "all"); return;
  case PROFILE_MAIN: buffer_text(out, "main fiber"); return;
  case PROFILE_DEEPER: buffer_text(out, "(deeper)"); return;
  case PROFILE_FUNCTION: buffer_text(out, ((const Proto *)node->what)->name->bytes); return;
  case PROFILE_NATIVE: print_native(node->what, out); return;
  case PROFILE_COLLECTOR: buffer_text(out, "(collector)"); return;
  case PROFILE_LOOP: buffer_text(out, "(scheduler and I/O)"); return;
  case PROFILE_START: break;
  }
  if (trace_code_place(vm, node->what, &place) && place.line)
    buffer_printf(out, "fibers started at %s:%u", place.path, place.line->line);
  else
    buffer_text(out, "fibers");
}
