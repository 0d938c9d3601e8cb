// SPDX-License-Identifier: MIT
// frame.h - how frames lie on a fiber's stack
//
// A function's frame (see also fiber.h):
//
//   base[-2] its closure   base[-1] the link   base[0] … base[register_count − 1] its registers
//
// The link is the caller's next instruction and the distance of the two bases. Distance 0 says that
// the caller is no function: it is a native, the instruction RESUME_NATIVE and the distance in base[-3];
// or this is the fiber's first frame, whose base is 2, and the instruction says where the fiber was
// started (fiber_started_at).
//
// The frame of a native that keeps something while others run:
//
//   nb[-2] Native   nb[-1] link   nb[0] argument count n   nb[1] … its S slots   then n arguments
//   then the callback's:  distance   callee   link   up to 4 arguments
//
// The slots stand in front of the arguments so that they are found without knowing n's origin.
//
// Stale registers. A new frame's registers are not cleared: they hold whatever an earlier frame
// left there. This is sound because the collector marks everything from stack[0] up to the top
// frame's end, stale or not, and overwrites the dead part above it with null. So at any moment a
// slot either was marked at the last collection, or is null, or was written since; in no case does
// it refer to something that was freed. (Lua clears the dead part for the same reason.)
#ifndef FRAME_H
#define FRAME_H

#include "vm/vm_private.h"

#define FRAME_CALLBACK_ARGS 4
#define FRAME_FIRST         2u // base of a fiber's first frame
#define FRAME_DISTANCE_MAX  0xFFF7u // so that a link looks like a double

static inline Value frame_link(const Instr *ip, uint32_t distance) {
  return (Value)(uintptr_t)ip | (Value)distance << 48;
}
static inline const Instr *frame_link_ip(Value link) {
  return (const Instr *)(uintptr_t)(link & VALUE_PAYLOAD);
}
static inline uint32_t frame_link_distance(Value link) {
  return (uint32_t)(link >> 48);
}

static inline Obj *frame_callee(const Value *base) {
  return value_as_object(base[-2]);
}
static inline Closure *frame_closure(const Value *base) {
  return (Closure *)value_as_object(base[-2]);
}
static inline bool frame_is_native(const Value *base) {
  return value_is_kind(base[-2], KIND_NATIVE);
}

// --- A native's frame ---------------------------------------------------------------------------

static inline uint32_t frame_native_count(const Value *base) {
  return (uint32_t)value_as_int(base[0]);
}
static inline const NativeRow *frame_native_row(const Value *base) {
  return ((Native *)frame_callee(base))->row;
}
static inline Value *frame_native_args(Value *base) {
  return base + 1 + frame_native_row(base)->slot_count;
}
// The callback's window: callee, link, arguments. The slot in front of it is the distance.
static inline uint32_t frame_native_window(const Value *base) {
  return 1u + frame_native_row(base)->slot_count + frame_native_count(base) + 1u;
}
static inline uint32_t frame_native_size(uint32_t slot_count, uint32_t arg_count) {
  return 1 + slot_count + arg_count + 3 + FRAME_CALLBACK_ARGS;
}

// Slots that the frame at `base` uses.
static inline uint32_t frame_size(const Value *base) {
  if (!frame_is_native(base)) return frame_closure(base)->proto->register_count;
  return frame_native_size(frame_native_row(base)->slot_count, frame_native_count(base));
}

// Steps from the frame at `base` to its caller's. False: there is none.
static inline bool frame_caller(uint32_t *base, const Instr **ip, const Value *stack) {
  Value link = stack[*base - 1];
  *ip = frame_link_ip(link);
  uint32_t distance = frame_link_distance(link);
  if (distance == 0) {
    if (*base == FRAME_FIRST) return false;
    distance = (uint32_t)value_as_int(stack[*base - 3]);
  }
  *base -= distance;
  return true;
}

#endif
