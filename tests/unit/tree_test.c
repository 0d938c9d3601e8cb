// SPDX-License-Identifier: MIT
// tree_test.c - making, visiting and printing nodes
#include "tree/build.h"
#include "base/buffer.h"
#include "tree/dump.h"
#include "tree/walk.h"

#include "check.h"

typedef struct Fixture {
  Arena arena;
  NameTable names;
} Fixture;

static void set_up(Fixture *fixture) {
  arena_init(&fixture->arena);
  name_table_init(&fixture->names, &fixture->arena);
}

static void tear_down(Fixture *fixture) {
  name_table_free(&fixture->names);
  arena_free(&fixture->arena);
}

static Node *make_name(Fixture *fixture, const char *text) {
  NameNode *node = BUILD(&fixture->arena, Name, NAME, ((Span){1, 2}));
  node->name = name_of(&fixture->names, text);
  return &node->node;
}

static Node *make_list(Fixture *fixture, uint32_t count) {
  NodeVec items = {0};
  for (uint32_t i = 0; i < count; i++) vec_push(&items, make_name(fixture, "element"));
  ListNode *node = BUILD(&fixture->arena, List, LIST, ((Span){0, 9}));
  node->items = build_list(&fixture->arena, &items);
  CHECK(items.items == NULL && items.count == 0);
  return &node->node;
}

static void check_build(Fixture *fixture) {
  Node *node = make_list(fixture, 3);
  CHECK(node->kind == NODE_LIST && node->span.start == 0 && node->span.end == 9);
  CHECK(node->type == NULL);
  CHECK(((ListNode *)node)->items.count == 3);
  CHECK(((ListNode *)make_list(fixture, 0))->items.items == NULL);
}

static void check_dump_of(const Node *node, const char *want) {
  Buffer got = {0};
  dump_tree(&got, node);
  CHECK_STR(got.bytes, want);
  buffer_free(&got);
}

// What fits stays on one line; what does not has each part on a line of its own.
static void check_dump(Fixture *fixture) {
  check_dump_of(build_plain(&fixture->arena, NODE_NULL, (Span){0, 0}), "(null)\n");
  check_dump_of(make_list(fixture, 2), "(list (name element) (name element))\n");
  check_dump_of(make_list(fixture, 5), "(list\n  (name element)\n  (name element)\n"
                                       "  (name element)\n  (name element)\n  (name element))\n");
  check_dump_of(make_name(fixture, "a (b"), "(name \"a (b\")\n");
  StringNode *string = BUILD(&fixture->arena, String, STRING, ((Span){0, 0}));
  string->bytes = "a\0\"\\\n(";
  string->len = 6;
  check_dump_of(&string->node, "(string \"a\\x00\\\"\\\\\\n(\")\n");
}

static void add_kind(void *context, Node *child) {
  Buffer *out = context;
  buffer_printf(out, "%d ", (int)child->kind);
}

static void check_walk_of(const Node *node, const char *want) {
  Buffer got = {0};
  buffer_text(&got, "");
  walk_children(node, add_kind, &got);
  CHECK_STR(got.bytes, want);
  buffer_free(&got);
}

// Direct children only, in source order; what is absent is left out.
static void check_walk(Fixture *fixture) {
  Arena *arena = &fixture->arena;
  Span span = {0, 0};
  char want[80];
  FunctionNode *function = BUILD(arena, Function, FUNCTION, span);
  Param params[] = {
      {.type = build_plain(arena, NODE_TYPE_NAME, span)},
      {.default_value = build_plain(arena, NODE_NULL, span)},
  };
  function->params = params;
  function->param_count = 2;
  function->body = BUILD(arena, Block, BLOCK, span);
  snprintf(want, sizeof want, "%d %d %d ", NODE_TYPE_NAME, NODE_NULL, NODE_BLOCK);
  check_walk_of(&function->node, want);

  WhileNode *loop = BUILD(arena, While, DO_WHILE, span);
  loop->condition = make_name(fixture, "c");
  loop->body = function->body;
  snprintf(want, sizeof want, "%d %d ", NODE_BLOCK, NODE_NAME);
  check_walk_of(&loop->node, want);
  check_walk_of(make_name(fixture, "x"), "");
}

int main(void) {
  Fixture fixture;
  set_up(&fixture);
  check_build(&fixture);
  check_dump(&fixture);
  check_walk(&fixture);
  tear_down(&fixture);
  return check_done("tree");
}
