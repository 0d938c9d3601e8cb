// SPDX-License-Identifier: MIT
// heap_test.c - allocation and collection against a model
//
// The objects of these tests are Nodes: some edges, a raw block that must keep its bytes, and a
// number that tells the model who they are. Each node's finish counts, so that an object that dies
// too early, too late or twice is seen.
#include "heap/heap_private.h"
#include "base/rng.h"
#include "check.h"
#include <stdlib.h>

#define EDGES     4
#define NODES_MAX 4000
#define NODE_CELL ((sizeof(Node) + 15) / 16 * 16) // what a node costs

enum { KIND_NODE, KIND_LEAF, KIND_LINK };

typedef struct Node {
  Obj obj; // extra: its number in the model
  Value edges[EDGES];
  uint8_t *bytes;
  uint32_t size;
  uint32_t check;
} Node;

typedef struct Link {
  Obj obj;
  Value next;
} Link;

// What should be alive.
typedef struct World {
  Heap *heap;
  Rng rng;
  Node *nodes[NODES_MAX]; // by number; NULL: not made
  uint8_t finished[NODES_MAX];
  int32_t edges[NODES_MAX][EDGES]; // -1: none
  uint32_t count;
  int32_t roots[8];
} World;

static World *world; // finish has no context of its own

static void trace_node(Heap *heap, Obj *object) {
  heap_mark_values(heap, ((Node *)object)->edges, EDGES);
}

static void finish_node(Heap *heap, Obj *object) {
  Node *node = (Node *)object;
  heap_release(heap, node->bytes, node->size);
  if (world) world->finished[object->extra]++;
}

static void trace_link(Heap *heap, Obj *object) {
  heap_mark_value(heap, ((Link *)object)->next);
}

static void mark_world(Heap *heap, void *owner, bool minor) {
  (void)minor;
  World *w = owner;
  for (size_t i = 0; i < ARRAY_LEN(w->roots); i++) {
    if (w->roots[i] >= 0) heap_mark(heap, &w->nodes[w->roots[i]]->obj);
  }
}

static void register_kinds(Heap *heap) {
  heap_register(heap, KIND_NODE, &(KindDescriptor){"node", trace_node, finish_node});
  heap_register(heap, KIND_LEAF, &(KindDescriptor){.name = "leaf"});
  heap_register(heap, KIND_LINK, &(KindDescriptor){"link", trace_link, NULL});
}

static Heap *make_heap(size_t limit, bool stress, uint64_t fail_after) {
  Heap *heap = heap_create(&(HeapOptions){limit, stress, fail_after});
  register_kinds(heap);
  return heap;
}

// --- Random graphs -------------------------------------------------------------------------------

static size_t random_size(Rng *rng) {
  uint64_t scale = rng_below(rng, 10);
  return 1 + rng_below(rng, scale == 0 ? 5000 : scale < 3 ? 1000 : 120);
}

static void fill(Node *node, uint32_t from) {
  for (uint32_t i = from; i < node->size; i++) node->bytes[i] = (uint8_t)(node->obj.extra + i);
}

static bool is_filled(const Node *node) {
  for (uint32_t i = 0; i < node->size; i++) {
    if (node->bytes[i] != (uint8_t)(node->obj.extra + i)) return false;
  }
  return true;
}

static void resize_bytes(World *w, Node *node) {
  uint32_t size = (uint32_t)random_size(&w->rng);
  uint8_t *bytes = heap_grow(w->heap, node->bytes, node->size, size);
  if (!bytes) return;
  uint32_t old = node->size;
  node->bytes = bytes;
  node->size = size;
  fill(node, old < size ? old : size);
}

static void make_node(World *w) {
  uint32_t number = w->count;
  if (number == NODES_MAX) return;
  // Some are large: nodes may be of any size.
  size_t size = sizeof(Node) + (rng_below(&w->rng, 4) == 0 ? rng_below(&w->rng, 3000) : 0);
  Node *node = heap_new(w->heap, KIND_NODE, size);
  if (!node) return;
  for (size_t i = sizeof(Obj); i < size; i++) {
    if (((char *)node)[i]) CHECK(!"a new object is zeroed");
  }
  for (int i = 0; i < EDGES; i++) {
    node->edges[i] = VALUE_NULL;
    w->edges[number][i] = -1;
  }
  node->obj.extra = number;
  w->nodes[number] = node;
  w->count++;
  w->roots[rng_below(&w->rng, ARRAY_LEN(w->roots))] = (int32_t)number;
  resize_bytes(w, node);
}

static void find_reachable(const World *w, bool *reachable) {
  static int32_t stack[NODES_MAX * EDGES + 8];
  size_t count = 0;
  memset(reachable, 0, NODES_MAX);
  for (size_t i = 0; i < ARRAY_LEN(w->roots); i++) stack[count++] = w->roots[i];
  while (count) {
    int32_t number = stack[--count];
    if (number < 0 || reachable[number]) continue;
    reachable[number] = true;
    for (int i = 0; i < EDGES; i++) stack[count++] = w->edges[number][i];
  }
}

// A random reachable node, found by walking from a root; -1 if there is none.
static int32_t pick(World *w) {
  int32_t number = w->roots[rng_below(&w->rng, ARRAY_LEN(w->roots))];
  for (uint64_t steps = rng_below(&w->rng, 6); number >= 0 && steps > 0; steps--) {
    int32_t next = w->edges[number][rng_below(&w->rng, EDGES)];
    if (next >= 0) number = next;
  }
  return number;
}

static void connect(World *w) {
  int32_t from = pick(w);
  int32_t to = pick(w);
  if (from < 0 || to < 0) return;
  uint32_t i = (uint32_t)rng_below(&w->rng, EDGES);
  Node *node = w->nodes[from];
  heap_store(w->heap, node, &node->edges[i], value_object(w->nodes[to]));
  w->edges[from][i] = to;
}

static void disconnect(World *w) {
  int32_t from = pick(w);
  if (from < 0) return;
  uint32_t i = (uint32_t)rng_below(&w->rng, EDGES);
  w->nodes[from]->edges[i] = VALUE_NULL;
  w->edges[from][i] = -1;
}

// Reachable nodes are whole; after a prompt major collection the others are finished.
static void verify_world(World *w, bool exact) {
  static bool reachable[NODES_MAX];
  find_reachable(w, reachable);
  uint32_t wrong = 0;
  for (uint32_t n = 0; n < w->count; n++) {
    if (!reachable[n]) {
      wrong += w->finished[n] > 1 || (exact && w->finished[n] != 1);
      continue;
    }
    Node *node = w->nodes[n];
    wrong += w->finished[n] != 0 || node->obj.extra != n || !is_filled(node);
    for (int i = 0; i < EDGES; i++) {
      int32_t to = w->edges[n][i];
      Value value = node->edges[i];
      wrong += to < 0 ? value != VALUE_NULL : value != value_object(w->nodes[to]);
    }
  }
  CHECK(wrong == 0);
}

static void count_objects(Obj *object, void *context) {
  (void)object;
  ++*(uint32_t *)context;
}

static void step_world(World *w) {
  uint64_t dice = rng_below(&w->rng, 100);
  if (dice < 40)
    make_node(w);
  else if (dice < 70)
    connect(w);
  else if (dice < 85)
    disconnect(w);
  else if (dice < 90)
    w->roots[rng_below(&w->rng, ARRAY_LEN(w->roots))] = pick(w);
  else if (dice < 98 && pick(w) >= 0) {
    int32_t number = pick(w);
    if (number >= 0) resize_bytes(w, w->nodes[number]);
  } else
    heap_collect(w->heap, dice == 99);
}

static void test_random_graph(uint64_t seed, bool stress, size_t limit, size_t mark_limit) {
  World *w = world = calloc(1, sizeof(World));
  rng_init(&w->rng, seed);
  w->heap = make_heap(limit, stress, 0);
  if (mark_limit) {
    w->heap->mark.limit = mark_limit;
    w->heap->mark.capacity = mark_limit;
  }
  memset(w->roots, -1, sizeof w->roots);
  heap_add_root(w->heap, mark_world, w);
  for (int i = 0; w->count < NODES_MAX && i < 4 * NODES_MAX; i++) {
    step_world(w);
    if (i % 500 == 0) verify_world(w, false);
  }
  heap_collect(w->heap, true);
  verify_world(w, true);
  uint32_t alive = 0, expected = 0;
  heap_each(w->heap, KIND_NODE, count_objects, &alive);
  static bool reachable[NODES_MAX];
  find_reachable(w, reachable);
  for (uint32_t n = 0; n < w->count; n++) expected += reachable[n];
  CHECK(alive == expected);
  HeapStats stats;
  heap_stats(w->heap, &stats);
  CHECK(!limit || stats.peak <= limit);
  memset(w->roots, -1, sizeof w->roots);
  heap_collect(w->heap, true);
  heap_stats(w->heap, &stats);
  CHECK(stats.used == 0);
  heap_destroy(w->heap);
  for (uint32_t n = 0; n < w->count; n++) CHECK(w->finished[n] == 1);
  world = NULL;
  free(w);
}

// --- Single matters ------------------------------------------------------------------------------

static Node *new_node(Heap *heap, Value edge) {
  Node *node = heap_new(heap, KIND_NODE, sizeof(Node));
  for (int i = 0; node && i < EDGES; i++) node->edges[i] = edge;
  return node;
}

// Marked and not written to since.
static bool is_old(const Heap *heap, const Node *node) {
  return heap_is_marked(heap, &node->obj) && !(node->obj.colour & HEAP_DIRTY);
}

static void test_barrier(void) {
  Heap *heap = make_heap(0, false, 0);
  Node *old = new_node(heap, VALUE_NULL);
  heap_push_root(heap, value_object(old));
  heap_collect(heap, false);
  CHECK(is_old(heap, old));
  Node *young = new_node(heap, VALUE_NULL);
  heap_store(heap, old, &old->edges[0], value_object(young));
  CHECK(heap_is_marked(heap, &old->obj) && (old->obj.colour & HEAP_DIRTY));
  heap_collect(heap, false);
  CHECK(is_old(heap, old) && is_old(heap, young));
  // An old object dies in a major collection only.
  old->edges[0] = VALUE_NULL;
  HeapStats before, after;
  heap_stats(heap, &before);
  heap_collect(heap, false);
  heap_stats(heap, &after);
  CHECK(before.used == after.used);
  heap_collect(heap, true);
  heap_stats(heap, &after);
  CHECK(after.used == before.used - NODE_CELL);
  heap_pop_roots(heap, 1);
  heap_destroy(heap);
}

static void test_remembered_overflow(void) {
  Heap *heap = make_heap(0, false, 0);
  Node *old = new_node(heap, VALUE_NULL);
  heap_push_root(heap, value_object(old));
  heap_collect(heap, false);
  Node *young = new_node(heap, VALUE_NULL);
  old->edges[1] = value_object(young);
  old->obj.colour |= HEAP_DIRTY; // as heap_remember does without memory
  heap->must_be_major = true;
  heap_collect(heap, false);
  CHECK(is_old(heap, young) && heap->major_count == 1);
  heap_destroy(heap);
}

static void test_limit(void) {
  Heap *heap = make_heap(100000, false, 0);
  // Garbage never reaches the limit.
  for (int i = 0; i < 20000; i++) CHECK(heap_new(heap, KIND_LEAF, 40 + i % 100) != NULL);
  Value list = VALUE_NULL;
  heap_push_root(heap, list);
  uint32_t made = 0;
  for (;; made++) {
    Node *node = new_node(heap, list);
    if (!node) break;
    list = value_object(node);
    heap_pop_roots(heap, 1);
    heap_push_root(heap, list);
  }
  CHECK(made == 100000 / NODE_CELL);
  HeapStats stats;
  heap_stats(heap, &stats);
  CHECK(stats.used <= 100000 && stats.peak <= 100000);
  CHECK(heap_grow(heap, NULL, 0, 64) == NULL);
  CHECK(heap_new(heap, KIND_LEAF, 200000) == NULL);
  CHECK(heap_new(heap, KIND_LEAF, SIZE_MAX / 2) == NULL);
  heap_pop_roots(heap, 1);
  void *block = heap_grow(heap, NULL, 0, 90000);
  CHECK(block != NULL);
  CHECK(heap_grow(heap, block, 90000, 110000) == NULL);
  block = heap_grow(heap, block, 90000, 500);
  CHECK(block != NULL);
  heap_release(heap, block, 500);
  heap_stats(heap, &stats);
  CHECK(stats.used == 0);
  heap_destroy(heap);
}

static void test_fail_after(void) {
  for (uint64_t n = 1; n < 40; n++) {
    Heap *heap = make_heap(0, false, n);
    uint64_t failed = 0;
    uint8_t *block = NULL;
    uint32_t size = 0;
    for (uint64_t i = 1; i <= 40; i++) {
      if (i % 2) {
        if (!heap_new(heap, KIND_LEAF, 16 * i)) failed = failed ? UINT64_MAX : i;
        continue;
      }
      uint8_t *grown = heap_grow(heap, block, size, size + 3);
      if (!grown) {
        failed = failed ? UINT64_MAX : i;
        continue;
      }
      block = grown;
      size += 3;
      memset(block, 1, size);
    }
    CHECK(failed == n);
    heap_release(heap, block, size);
    heap_destroy(heap);
  }
}

static void visit_weak(Heap *heap, void *owner) {
  Node **slots = owner;
  // The first is let go, the second brought back with what it points to.
  if (slots[0] && !heap_is_marked(heap, &slots[0]->obj)) slots[0] = NULL;
  heap_mark(heap, (Obj *)slots[1]);
}

static void test_weak(bool stress) {
  Heap *heap = make_heap(0, stress, 0);
  Node *slots[2] = {0};
  heap_add_weak(heap, visit_weak, slots);
  slots[1] = new_node(heap, VALUE_NULL);
  slots[0] = new_node(heap, VALUE_NULL);
  Value kept = value_object(new_node(heap, VALUE_NULL));
  for (int i = 0; i < EDGES; i++) heap_store(heap, slots[1], &slots[1]->edges[i], kept);
  heap_collect(heap, false);
  CHECK(slots[0] == NULL && heap_is_marked(heap, &slots[1]->obj));
  CHECK(heap_is_marked(heap, value_as_object(kept)));
  heap_collect(heap, true);
  CHECK(slots[1]->edges[0] == kept && heap_is_marked(heap, value_as_object(kept)));
  heap_destroy(heap);
}

static Value make_chain(Heap *heap, int length) {
  Value chain = VALUE_NULL;
  heap_push_root(heap, chain);
  for (int i = 0; i < length; i++) {
    Link *link = heap_new(heap, KIND_LINK, sizeof(Link));
    link->next = chain;
    chain = value_object(link);
    heap_pop_roots(heap, 1);
    heap_push_root(heap, chain);
  }
  return chain; // rooted
}

static void test_deep_chain(size_t mark_limit) {
  Heap *heap = make_heap(0, false, 0);
  if (mark_limit) heap->mark.limit = heap->mark.capacity = mark_limit;
  int length = 1000000;
  Value chain = make_chain(heap, length);
  heap_collect(heap, true);
  int count = 0;
  for (Value at = chain; at != VALUE_NULL; at = ((Link *)value_as_object(at))->next) count++;
  CHECK(count == length);
  uint32_t alive = 0;
  heap_each(heap, KIND_LINK, count_objects, &alive);
  CHECK(alive == (uint32_t)length);
  heap_pop_roots(heap, 1);
  heap_collect(heap, true);
  HeapStats stats;
  heap_stats(heap, &stats);
  CHECK(stats.used == 0);
  heap_destroy(heap);
}

static void check_order(Obj *object, void *context) {
  Obj **last = context;
  CHECK(*last < object);
  *last = object;
}

static void test_each_order(void) {
  Heap *heap = make_heap(0, false, 0);
  for (int i = 0; i < 50000; i++) {
    Node *node = new_node(heap, VALUE_NULL);
    node->edges[0] = VALUE_TRUE;
    if (i % 3 == 0) heap_push_root(heap, value_object(node));
    if (!heap_new(heap, KIND_LEAF, 16 + i % 900)) CHECK(!"memory");
  }
  heap_collect(heap, true);
  Obj *last = NULL;
  heap_each(heap, KIND_NODE, check_order, &last);
  uint32_t alive = 0;
  heap_each(heap, KIND_NODE, count_objects, &alive);
  CHECK(alive == 16667);
  heap_destroy(heap);
}

// --- Slices --------------------------------------------------------------------------------------

// An array that is traced in pieces.
enum { KIND_ARRAY = KIND_LINK + 1, ARRAY_COUNT = 200000 };

typedef struct Array {
  Obj obj;
  Value *items; // not the heap's
  size_t count;
} Array;

static bool trace_array_more(Heap *heap, Obj *object, uintptr_t *cursor) {
  return heap_mark_piece(heap, object, ((Array *)object)->items, ((Array *)object)->count, cursor);
}

static void trace_array(Heap *heap, Obj *object) {
  uintptr_t cursor = HEAP_FROM_START;
  if (!trace_array_more(heap, object, &cursor)) heap_defer(heap, object, cursor);
}

// Allocates until marking begins, then until so many slices are over.
static void mark_for(Heap *heap, uint64_t slices) {
  while (!heap->is_cycling) CHECK(heap_new(heap, KIND_LEAF, 64) != NULL);
  uint64_t until = heap->slice_count + slices;
  while (heap->is_cycling && heap->slice_count < until) {
    CHECK(heap_new(heap, KIND_LEAF, 64) != NULL);
  }
}

// While an array is marked in pieces its elements are moved from the part that is still to be marked
// into the part that is done, and new ones are put there; the program drops its own references.
static void test_array_while_marking(bool moves_within) {
  Heap *heap = make_heap(0, false, 0);
  heap_register(heap, KIND_ARRAY,
                &(KindDescriptor){"array", trace_array, NULL, trace_array_more});
  Array *array = heap_new(heap, KIND_ARRAY, sizeof(Array));
  Value *items = array->items = malloc(ARRAY_COUNT * sizeof(Value));
  array->count = ARRAY_COUNT;
  for (uint32_t i = 0; i < ARRAY_COUNT; i++) array->items[i] = VALUE_NULL;
  heap_push_root(heap, value_object(array));
  for (uint32_t i = 0; i < ARRAY_COUNT; i++) {
    heap_store(heap, array, &array->items[i], value_object(new_node(heap, VALUE_NULL)));
    ((Node *)value_as_object(array->items[i]))->obj.extra = i;
  }
  heap_collect(heap, true);
  heap->must_be_major = true;
  mark_for(heap, 3);
  CHECK(heap->is_cycling && heap->deferred.count == 1);
  for (uint32_t i = 0; i < 1000; i++) {
    Value low = array->items[i];
    array->items[i] = VALUE_NULL;
    if (!moves_within) low = value_object(new_node(heap, VALUE_NULL));
    heap_store(heap, array, &array->items[ARRAY_COUNT - 1 - i], low);
    ((Node *)value_as_object(low))->obj.extra = i + 7;
  }
  CHECK(!(array->obj.colour & HEAP_DIRTY)); // it will not be marked all over again
  while (heap->is_cycling) mark_for(heap, 1);
  uint32_t wrong = 0;
  for (uint32_t i = 0; i < 1000; i++) {
    const Obj *moved = value_as_object(array->items[ARRAY_COUNT - 1 - i]);
    wrong += !heap_is_marked(heap, moved) || moved->extra != i + 7;
  }
  CHECK(wrong == 0);
  heap_destroy(heap);
  free(items);
}

// An array that is stored to all the time is marked again and again, which must not use up all slices.
static void test_array_that_grows(void) {
  Heap *heap = make_heap(0, false, 0);
  heap_register(heap, KIND_ARRAY,
                &(KindDescriptor){"array", trace_array, NULL, trace_array_more});
  Array *array = heap_new(heap, KIND_ARRAY, sizeof(Array));
  Value *items = array->items = malloc(ARRAY_COUNT * sizeof(Value));
  heap_push_root(heap, value_object(array));
  for (uint32_t i = 0; i < 50000; i++) {
    void *leaf = heap_new(heap, KIND_LEAF, 256);
    heap_store(heap, array, &array->items[array->count++], value_object(leaf));
  }
  CHECK(heap->minor_count >= 2 && heap->slice_count < 40);
  heap_destroy(heap);
  free(items);
}

// No slice marks more than its share, whatever is live.
static void test_slices_are_bounded(void) {
  Heap *heap = make_heap(0, false, 0);
  Value chain = make_chain(heap, 400000);
  CHECK(chain != VALUE_NULL);
  heap_collect(heap, true);
  heap->must_be_major = true;
  uint64_t before = heap->slice_count;
  mark_for(heap, 1);
  uint64_t majors = heap->major_count;
  while (heap->is_cycling) mark_for(heap, 1);
  CHECK(heap->major_count == majors + 1);
  CHECK(heap->slice_count - before >= 400000 / 32768);
  heap_destroy(heap);
}

// What is made while marking goes on and then dropped is reclaimed with the rest; what is kept is not.
static void test_new_while_marking(void) {
  Heap *heap = make_heap(0, false, 0);
  Value chain = make_chain(heap, 200000);
  CHECK(chain != VALUE_NULL);
  heap_collect(heap, true);
  heap->must_be_major = true;
  mark_for(heap, 2);
  CHECK(heap->is_cycling);
  Node *kept = new_node(heap, VALUE_NULL);
  heap_push_root(heap, value_object(kept));
  Node *inner = new_node(heap, VALUE_NULL);
  heap_store(heap, kept, &kept->edges[0], value_object(inner));
  CHECK(heap_new(heap, KIND_NODE, sizeof(Node)) != NULL);
  while (heap->is_cycling) mark_for(heap, 1);
  uint32_t alive = 0;
  heap_each(heap, KIND_NODE, count_objects, &alive);
  CHECK(alive == 2 && heap_is_marked(heap, &inner->obj));
  heap_destroy(heap);
}

// A long run with the default pacing: garbage does not pile up, both kinds of collection happen.
static void test_pacing(void) {
  Heap *heap = make_heap(0, false, 0);
  Value kept = make_chain(heap, 300000);
  CHECK(kept != VALUE_NULL);
  for (int round = 0; round < 40; round++) {
    Value next = VALUE_NULL;
    heap_push_root(heap, next);
    for (int i = 0; i < 50000; i++) {
      Node *node = new_node(heap, VALUE_NULL);
      heap_pop_roots(heap, 1);
      heap_push_root(heap, value_object(node));
      node->size = 100;
      uint8_t *bytes = heap_grow(heap, NULL, 0, 100);
      node->bytes = bytes;
      fill(node, 0);
      if (i % 100 == 0) heap_store(heap, node, &node->edges[0], next);
      if (i % 100 == 0) next = value_object(node);
      heap_pop_roots(heap, 1);
      heap_push_root(heap, next);
    }
    heap_pop_roots(heap, 1);
  }
  HeapStats stats;
  heap_stats(heap, &stats);
  CHECK(stats.minor_count > 10);
  CHECK(stats.peak < 48u << 20);
  CHECK(stats.pause_total_ns >= stats.pause_max_ns);
  heap_destroy(heap);
}

static void test_pauses(void) {
  Pauses pauses = {0};
  CHECK(pauses_percentile(&pauses, 0.5) == 0);
  for (uint64_t ns = 1; ns <= 1000; ns++) pauses_note(&pauses, ns * 1000);
  CHECK(pauses.count == 1000 && pauses.max_ns == 1000000);
  uint64_t median = pauses_percentile(&pauses, 0.5), high = pauses_percentile(&pauses, 0.99);
  CHECK(median >= 500000 && median <= 500000 * 9 / 8);
  CHECK(high >= 990000 && high <= 1000000);
  CHECK(pauses_percentile(&pauses, 1) == 1000000);
  pauses_note(&pauses, UINT64_MAX);
  CHECK(pauses.max_ns == UINT64_MAX);
}

int main(void) {
  test_barrier();
  test_remembered_overflow();
  test_limit();
  test_fail_after();
  test_weak(false);
  test_weak(true);
  test_deep_chain(0);
  test_deep_chain(1);
  test_each_order();
  test_array_while_marking(true);
  test_array_while_marking(false);
  test_array_that_grows();
  test_slices_are_bounded();
  test_new_while_marking();
  test_pauses();
  test_pacing();
  for (uint64_t seed = 1; seed <= 6; seed++) {
    test_random_graph(seed, false, 0, 0);
    test_random_graph(seed, false, 60000, 0);
    test_random_graph(seed, false, 0, seed);
    if (seed <= 3) test_random_graph(seed, true, seed == 2 ? 60000 : 0, seed == 3 ? 2 : 0);
  }
  return check_done("heap");
}
