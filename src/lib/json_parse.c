// SPDX-License-Identifier: MIT
// json_parse.c - JSON text to values
//
// No recursion: the containers that are open are frames. What is not yet in its container lies on
// one stack of values, which is a List and so a root:
//
//   stack   [ GUESSES shapes | list: item item | object: shape value value | object: shape table
//   key | … ]
//
// An array's items stay on the stack until it ends, so that the list gets exactly its size; at
// ITEMS_WAITING they become a list, and what follows goes there directly.
//
// Records come in thousands with the same keys in the same order. So the shape of each object is
// remembered under its first key, and the next one that begins with this key is expected to have
// the same: its keys are compared with the text where they stand, nothing is looked up, and its
// values stay on the stack until the object is made in one piece. Where a key differs, what there
// is becomes a table and goes on as one.
#include "lib/json_parse.h"

#include "base/vec.h"
#include "lib/json_scan.h"

#include <string.h>

#define GUESSES       64 // a power of two
#define ITEMS_WAITING 64

typedef struct Frame {
  bool is_list;
  bool is_plain;   // no key was written with escapes
  Shape *expected; // of an object: its keys so far are the first ones of this. Or NULL
  Obj *container;  // where further members go; NULL: to the stack
  uint32_t start;  // the first place on the stack
  uint32_t guess;  // where an object's shape is remembered
} Frame;

typedef struct Parser {
  VM *vm;
  JsonScan scan;
  JsonDialect dialect;
  List *stack;
  VEC(Frame) frames;
} Parser;

// What the text has next.
typedef enum Found {
  FOUND_NOTHING, // an error
  FOUND_VALUE,
  FOUND_CONTAINER, // its frame is on top, and it has a member
} Found;

static bool push(Parser *parser, Value value) {
  return list_push(vm_heap(parser->vm), parser->stack, value) || vm_raise_memory(parser->vm);
}

static Value *values_of(const Parser *parser, const Frame *frame) {
  return parser->stack->items + frame->start;
}

static uint32_t values_waiting(const Parser *parser, const Frame *frame) {
  return parser->stack->count - frame->start;
}

// --- Objects -------------------------------------------------------------------------------------

// The object's first `count` keys are those of its expected shape; from now on it is a table.
static bool stop_expecting(Parser *parser, Frame *frame) {
  uint32_t count = values_waiting(parser, frame);
  Shape *shape = frame->expected;
  for (uint32_t i = shape_count(shape); i > count; i--) shape = shape->parent;
  Table *table = table_new_record(vm_heap(parser->vm), shape, values_of(parser, frame));
  if (!table) return vm_raise_memory(parser->vm);
  list_truncate(parser->stack, frame->start);
  frame->expected = NULL;
  frame->container = &table->obj;
  return push(parser, value_object(table));
}

// The first key has been read: is there a shape that begins with it?
static bool begin_object(Parser *parser, Frame *frame, const JsonString *key) {
  unsigned char first = key->len ? (unsigned char)key->bytes[0] : 0;
  frame->guess = (first ^ (uint32_t)key->len * 5 ^ parser->frames.count * 31) % GUESSES;
  Value guess = parser->stack->items[frame->guess];
  if (!value_is_null(guess)) {
    Shape *shape = (Shape *)value_as_object(guess);
    const Str *expected = shape->keys[0];
    if (expected->len == key->len && memcmp(expected->bytes, key->bytes, key->len) == 0) {
      frame->expected = shape;
      heap_store(vm_heap(parser->vm), parser->stack, values_of(parser, frame) - 1, guess);
      return true;
    }
  }
  Table *table = vm_table(parser->vm);
  if (!table) return false;
  frame->container = &table->obj;
  return push(parser, value_object(table));
}

// Whether the text goes on with the key that is expected.
static bool take_expected_key(Parser *parser, const Frame *frame) {
  uint32_t index = values_waiting(parser, frame);
  if (index == shape_count(frame->expected)) return false;
  const Str *key = frame->expected->keys[index];
  return json_scan_same(&parser->scan, key->bytes, key->len);
}

// Of an object that is a table: the key waits on the stack for its value.
static bool push_key(Parser *parser, Frame *frame, const JsonString *key) {
  Str *str = vm_str(parser->vm, key->bytes, key->len);
  if (key->has_escapes) frame->is_plain = false;
  return str && push(parser, value_object(str));
}

static bool read_new_key(Parser *parser, Frame *frame) {
  JsonString key;
  if (json_scan_next(&parser->scan) != '"') {
    return json_scan_refuse(&parser->scan, "string or '}' expected");
  }
  if (!json_scan_string(&parser->scan, &key)) return false;
  if (frame->expected) {
    if (!stop_expecting(parser, frame)) return false;
  } else if (!frame->container) {
    if (!begin_object(parser, frame, &key)) return false;
    if (frame->expected) return true;
  }
  return push_key(parser, frame, &key);
}

// Reads a key and its colon.
static bool read_key(Parser *parser, Frame *frame) {
  (void)json_scan_next(&parser->scan);
  bool is_expected = frame->expected && take_expected_key(parser, frame);
  if (!is_expected && !read_new_key(parser, frame)) return false;
  if (json_scan_next(&parser->scan) != ':') return json_scan_refuse(&parser->scan, "':' expected");
  parser->scan.at++;
  return true;
}

static bool add_member(Parser *parser, Frame *frame, Value value) {
  if (frame->expected) return push(parser, value);
  Value key = vec_last(parser->stack);
  Table *table = (Table *)frame->container;
  if (!table_set(vm_heap(parser->vm), table, key, value)) return vm_raise_memory(parser->vm);
  list_truncate(parser->stack, parser->stack->count - 1);
  return true;
}

// The object as a value. VALUE_ABSENT: no memory.
static Value end_object(Parser *parser, Frame *frame) {
  if (frame->expected && values_waiting(parser, frame) < shape_count(frame->expected) &&
      !stop_expecting(parser, frame)) {
    return VALUE_ABSENT;
  }
  Table *table = (Table *)frame->container;
  if (frame->expected)
    table = table_new_record(vm_heap(parser->vm), frame->expected, values_of(parser, frame));
  else if (!table)
    table = table_new(vm_heap(parser->vm), vm_root_shape(parser->vm));
  else if (table->shape && frame->is_plain)
    heap_store(vm_heap(parser->vm), parser->stack, &parser->stack->items[frame->guess],
               value_object(table->shape));
  if (table) return value_object(table);
  (void)!vm_raise_memory(parser->vm);
  return VALUE_ABSENT;
}

// --- Arrays --------------------------------------------------------------------------------------

static List *list_of_waiting(Parser *parser, const Frame *frame) {
  List *list =
      list_from(vm_heap(parser->vm), values_of(parser, frame), values_waiting(parser, frame));
  if (!list) (void)!vm_raise_memory(parser->vm);
  return list;
}

static bool add_item(Parser *parser, Frame *frame, Value value) {
  if (frame->container) {
    bool done = list_push(vm_heap(parser->vm), (List *)frame->container, value);
    return done || vm_raise_memory(parser->vm);
  }
  if (!push(parser, value)) return false;
  if (values_waiting(parser, frame) < ITEMS_WAITING) return true;
  List *list = list_of_waiting(parser, frame);
  if (!list) return false;
  list_truncate(parser->stack, frame->start);
  frame->container = &list->obj;
  return push(parser, value_object(list));
}

static Value end_list(Parser *parser, const Frame *frame) {
  if (frame->container) return value_object(frame->container);
  List *list = list_of_waiting(parser, frame);
  return list ? value_object(list) : VALUE_ABSENT;
}

// --- Values --------------------------------------------------------------------------------------

static bool add(Parser *parser, Frame *frame, Value value) {
  return frame->is_list ? add_item(parser, frame, value) : add_member(parser, frame, value);
}

// Leaves the innermost container, whose end was read.
static bool leave(Parser *parser, Value *out) {
  Frame *frame = &vec_last(&parser->frames);
  *out = frame->is_list ? end_list(parser, frame) : end_object(parser, frame);
  list_truncate(parser->stack, frame->start - !frame->is_list);
  parser->frames.count--;
  return !value_is_absent(*out);
}

static Found enter(Parser *parser, Value *out) {
  JsonScan *scan = &parser->scan;
  if (parser->frames.count == JSON_DEPTH_MAX) {
    (void)!json_scan_refuse(scan, "maximum parsing depth reached");
    return FOUND_NOTHING;
  }
  bool is_list = *scan->at++ == '[';
  if (!is_list && !push(parser, VALUE_NULL)) return FOUND_NOTHING; // the expected shape's place
  Frame frame = {.is_list = is_list, .is_plain = true, .start = parser->stack->count};
  vec_push(&parser->frames, frame);
  if (json_scan_next(scan) == (is_list ? ']' : '}')) {
    scan->at++;
    return leave(parser, out) ? FOUND_VALUE : FOUND_NOTHING;
  }
  bool has_member = is_list || read_key(parser, &vec_last(&parser->frames));
  return has_member ? FOUND_CONTAINER : FOUND_NOTHING;
}

static bool read_string(Parser *parser, Value *out) {
  JsonString string;
  if (!json_scan_string(&parser->scan, &string)) return false;
  Str *str = vm_str(parser->vm, string.bytes, string.len);
  *out = str ? value_object(str) : VALUE_ABSENT;
  return str != NULL;
}

static bool read_number(Parser *parser, Value *out) {
  JsonNumber number;
  if (!json_scan_number(&parser->scan, &number)) return false;
  bool is_integer = number.is_whole && parser->dialect == JSON_VINT;
  *out = is_integer ? vm_integer(parser->vm, number.whole) : value_double(number.real);
  return !value_is_absent(*out);
}

static bool read_word(Parser *parser, const char *word, Value value, Value *out) {
  *out = value;
  return json_scan_word(&parser->scan, word);
}

static bool refuse_value(Parser *parser) {
  bool is_end = parser->scan.at == parser->scan.end;
  bool may_end = is_end && parser->frames.count > 0 && vec_last(&parser->frames).is_list;
  return json_scan_refuse(&parser->scan, may_end ? "']' expected" : NULL);
}

static bool read_scalar(Parser *parser, Value *out) {
  char c = json_scan_next(&parser->scan);
  switch (c) {
  case '"': return read_string(parser, out);
  case 't': return read_word(parser, "true", VALUE_TRUE, out);
  case 'f': return read_word(parser, "false", VALUE_FALSE, out);
  case 'n': return read_word(parser, "null", VALUE_NULL, out);
  default:
    if (c == '-' || (c >= '0' && c <= '9')) return read_number(parser, out);
    return refuse_value(parser);
  }
}

static Found begin_value(Parser *parser, Value *out) {
  char c = json_scan_next(&parser->scan);
  if (c == '{' || c == '[') return enter(parser, out);
  return read_scalar(parser, out) ? FOUND_VALUE : FOUND_NOTHING;
}

// Gives a complete value to the innermost container, and goes to its next member. If it has none,
// it is left, and is itself the complete value.
static Found end_value(Parser *parser, Value *value) {
  Frame *frame = &vec_last(&parser->frames);
  if (!add(parser, frame, *value)) return FOUND_NOTHING;
  char end = frame->is_list ? ']' : '}';
  char c = json_scan_next(&parser->scan);
  if (c != ',' && c != end) {
    (void)!json_scan_refuse(&parser->scan, frame->is_list ? "']' expected" : "'}' expected");
    return FOUND_NOTHING;
  }
  parser->scan.at++;
  if (c == end) return leave(parser, value) ? FOUND_VALUE : FOUND_NOTHING;
  return frame->is_list || read_key(parser, frame) ? FOUND_CONTAINER : FOUND_NOTHING;
}

static bool parse_all(Parser *parser, Value *out) {
  Found found = FOUND_CONTAINER;
  do {
    found = begin_value(parser, out);
    while (found == FOUND_VALUE && parser->frames.count > 0) found = end_value(parser, out);
  } while (found == FOUND_CONTAINER);
  if (found == FOUND_NOTHING) return false;
  (void)json_scan_next(&parser->scan);
  return parser->scan.at == parser->scan.end ||
         json_scan_refuse(&parser->scan, "end of file expected");
}

static bool make_stack(Parser *parser) {
  List *stack = vm_list(parser->vm, GUESSES * 2);
  if (!stack) return false;
  for (uint32_t i = 0; i < GUESSES; i++) stack->items[stack->count++] = VALUE_NULL;
  parser->stack = stack;
  return true;
}

static void raise_problem(const Parser *parser, const char *error_kind) {
  if (parser->scan.problem.len == 0) return; // memory was out, which is raised
  uint32_t line;
  uint32_t column;
  json_scan_locate(&parser->scan, &line, &column);
  vm_raise(parser->vm, error_kind, "invalid JSON at line %u, column %u: %s", line, column,
           parser->scan.problem.bytes);
}

Value json_parse(VM *vm, const char *text, size_t len, JsonDialect dialect,
                 const char *error_kind) {
  Parser parser = {.vm = vm, .dialect = dialect};
  if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, len -= 3; // a byte order mark
  json_scan_init(&parser.scan, text, len);
  (void)json_scan_next(&parser.scan);
  if (parser.scan.at == parser.scan.end) {
    vm_raise(vm, error_kind, "invalid JSON: the text is empty");
    return VALUE_ABSENT;
  }
  if (!make_stack(&parser)) return VALUE_ABSENT;
  Value value = VALUE_ABSENT;
  vm_push_root(vm, value_object(parser.stack));
  bool ok = parse_all(&parser, &value);
  if (!ok) raise_problem(&parser, error_kind);
  vm_pop_roots(vm, 1);
  vec_free(&parser.frames);
  json_scan_free(&parser.scan);
  return ok ? value : VALUE_ABSENT;
}
