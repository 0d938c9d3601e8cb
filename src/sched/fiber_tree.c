// SPDX-License-Identifier: MIT
// fiber_tree.c - all fibers of a running program, for whoever looks at it from outside
#include "sched/fiber_tree.h"

#include "sched/alike.h"
#include "sched/sched_private.h"
#include "vm/frame.h"

#include <stdlib.h>

#define LINES_MAX  1000
#define INDENT_MAX 20
#define NONE       UINT32_MAX

// The fibers by number, and for each the first that it has started and the next that its own starter
// has.
typedef struct Tree {
  Report report;
  const Fiber *running;
  AlikeSet alike;
  uint32_t *first_child;
  uint32_t *last_child;
  uint32_t *next_sibling;
  uint32_t lines;
  uint32_t left_out;
  int64_t now_ns;
} Tree;

// --- Building ------------------------------------------------------------------------------------

// The place of the fiber with that number; NONE: it has ended.
static uint32_t find_number(const FiberVec *fibers, uint32_t number) {
  uint32_t low = 0, high = fibers->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (fibers->items[middle]->obj.extra < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low < fibers->count && fibers->items[low]->obj.extra == number ? low : NONE;
}

static uint32_t *make_links(uint32_t count) {
  uint32_t *links = memory_require(NULL, (count + 1) * sizeof(uint32_t));
  for (uint32_t i = 0; i <= count; i++) links[i] = NONE;
  return links;
}

// Those whose starter has ended hang on the place behind the last.
static void link_fibers(Tree *tree) {
  const FiberVec *fibers = &tree->report.fibers;
  tree->first_child = make_links(fibers->count);
  tree->last_child = make_links(fibers->count);
  tree->next_sibling = make_links(fibers->count);
  for (uint32_t i = 0; i < fibers->count; i++) {
    uint32_t parent = find_number(fibers, fibers->items[i]->parent);
    if (parent == NONE) parent = fibers->count;
    if (tree->first_child[parent] == NONE)
      tree->first_child[parent] = i;
    else
      tree->next_sibling[tree->last_child[parent]] = i;
    tree->last_child[parent] = i;
  }
}

// --- One fiber -----------------------------------------------------------------------------------

// The function that it was started for.
static const char *function_name(const Fiber *fiber) {
  if (!fiber->stack || !value_is_object(fiber->stack[0])) return NULL;
  const Obj *callee = value_as_object(fiber->stack[0]);
  if (callee->kind == KIND_CLOSURE) return ((const Closure *)callee)->proto->name->bytes;
  return callee->kind == KIND_NATIVE ? ((const Native *)callee)->name->bytes : NULL;
}

static void print_duration(Buffer *out, int64_t ns) {
  double seconds = (double)ns / 1e9;
  if (seconds < 0.9995)
    buffer_printf(out, "%.0f ms", seconds * 1e3);
  else if (seconds < 9.95)
    buffer_printf(out, "%.1f s", seconds);
  else if (seconds < 119.5)
    buffer_printf(out, "%.0f s", seconds);
  else if (seconds < 7170)
    buffer_printf(out, "%.0f min", seconds / 60);
  else
    buffer_printf(out, "%.1f h", seconds / 3600);
}

static void print_sleep(Tree *tree, const Fiber *fiber) {
  int64_t left_ns = fiber->wait.due_ns - tree->now_ns;
  buffer_text(tree->report.out, "sleeps for another ");
  print_duration(tree->report.out, left_ns > 0 ? left_ns : 0);
}

static void print_state(Tree *tree, const Fiber *fiber) {
  Buffer *out = tree->report.out;
  if (fiber == tree->running) {
    buffer_text(out, "computes");
  } else if (fiber->wait.kind == WAIT_READY) {
    buffer_text(out, fiber_state(fiber) == FIBER_NEW ? "is ready to begin" : "is ready");
  } else if (fiber->wait.kind == WAIT_STARTER) {
    buffer_text(out, "goes on as soon as what it has started waits");
  } else if (fiber->wait.kind == WAIT_TIMER) {
    print_sleep(tree, fiber);
  } else {
    report_need_words(&tree->report, report_need(&tree->report, fiber), true);
  }
}

static bool waits(const Tree *tree, const Fiber *fiber) {
  return fiber != tree->running && fiber->wait.kind != WAIT_READY &&
         fiber->wait.kind != WAIT_STARTER;
}

// How long it has been in this wait, as exactly as is known (epoch.h).
static void print_since(Tree *tree, const Fiber *fiber) {
  if (!waits(tree, fiber)) return;
  Buffer *out = tree->report.out;
  EpochAge age = epoch_age(&tree->report.sched->epochs, fiber->wait.epoch, tree->now_ns);
  int64_t doubt_ns = age.most - age.least;
  if (doubt_ns > age.most / 2) {
    buffer_text(out, ", for at most ");
    print_duration(out, age.most);
  } else if (doubt_ns > age.most / 8) {
    buffer_text(out, ", for ");
    print_duration(out, age.least);
    buffer_text(out, " to ");
    print_duration(out, age.most);
  } else {
    buffer_text(out, doubt_ns > age.most / 20 ? ", for about " : ", for ");
    print_duration(out, age.least + doubt_ns / 2);
  }
  buffer_text(out, " so far");
}

static void indent(Tree *tree, uint32_t depth) {
  buffer_fill(tree->report.out, ' ', 2 * (size_t)(depth < INDENT_MAX ? depth : INDENT_MAX));
}

static void print_line(Tree *tree, Fiber *fiber, uint32_t depth, bool is_orphan) {
  Buffer *out = tree->report.out;
  const char *name = function_name(fiber);
  TracePlace place;
  indent(tree, depth);
  report_fiber(out, fiber);
  if (name && !(fiber->obj.flags & FIBER_MAIN)) buffer_printf(out, " (%s)", name);
  if (trace_start_place(tree->report.vm, fiber, &place)) {
    buffer_text(out, ", started at ");
    report_place(out, &place);
  }
  if (is_orphan && fiber->parent != 0)
    buffer_printf(out, " by fiber %u, which has ended", fiber->parent);
  if (fiber->base != 0 && trace_fiber_place(tree->report.vm, fiber, &place)) {
    buffer_text(out, ", at ");
    report_place(out, &place);
  }
  buffer_text(out, ", ");
  print_state(tree, fiber);
  print_since(tree, fiber);
  buffer_byte(out, '\n');
  tree->lines++;
}

// A fiber that has started others is like no other.
static void print_one(Tree *tree, uint32_t i, uint32_t depth, bool is_orphan) {
  Fiber *fiber = tree->report.fibers.items[i];
  uint32_t more = 0;
  bool is_plain = tree->first_child[i] == NONE;
  if (tree->lines >= LINES_MAX) {
    tree->left_out++;
  } else if (!is_plain || alike_show(&tree->alike, &tree->report, fiber, &more)) {
    print_line(tree, fiber, depth, is_orphan);
    if (more == 0) return;
    indent(tree, depth);
    alike_print_more(tree->report.out, more);
  }
}

// --- All -----------------------------------------------------------------------------------------

// Depth first, without recursion: a chain of fibers may be as long as memory allows.
static void print_all(Tree *tree) {
  typedef struct Level {
    uint32_t next;
    bool is_orphan;
  } Level;
  VEC(Level) levels = {0};
  Level roots = {tree->first_child[tree->report.fibers.count], true};
  vec_push(&levels, roots);
  while (levels.count > 0) {
    Level *level = &vec_last(&levels);
    if (level->next == NONE) {
      levels.count--;
      continue;
    }
    uint32_t i = level->next;
    level->next = tree->next_sibling[i];
    print_one(tree, i, levels.count, level->is_orphan);
    Level children = {tree->first_child[i], false};
    if (children.next != NONE) vec_push(&levels, children);
  }
  vec_free(&levels);
}

static void print_head(Tree *tree) {
  const FiberVec *fibers = &tree->report.fibers;
  uint32_t ready = 0;
  for (uint32_t i = 0; i < fibers->count; i++)
    ready += fibers->items[i]->wait.kind == WAIT_READY && fibers->items[i] != tree->running;
  buffer_printf(tree->report.out, "fibers: %u, of which %u compute%s and %u %s ready\n", fibers->count,
                tree->running ? 1 : 0, tree->running ? "s" : "", ready, ready == 1 ? "is" : "are");
}

void fiber_tree_print(Sched *sched, Buffer *out, const Fiber *running) {
  Tree tree = {.running = running, .now_ns = clock_peek_ns(&sched->clock)};
  report_open(&tree.report, sched, out, REPORT_ALL);
  link_fibers(&tree);
  for (uint32_t i = 0; i < tree.report.fibers.count; i++) {
    if (tree.first_child[i] == NONE) alike_add(&tree.alike, &tree.report, tree.report.fibers.items[i]);
  }
  print_head(&tree);
  print_all(&tree);
  if (tree.left_out > 0) buffer_printf(out, "  … and %u others\n", tree.left_out);
  alike_print_skipped(out, &tree.alike);
  alike_free(&tree.alike);
  free(tree.first_child);
  free(tree.last_child);
  free(tree.next_sibling);
  report_close(&tree.report);
}
