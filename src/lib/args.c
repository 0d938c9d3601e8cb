// SPDX-License-Identifier: MIT
// args.c - reading and checking a native's arguments
//
// Names of functions and parameters come from the row, so a message can never disagree with the
// signature. Nothing here allocates unless it raises.
#include "lib/args.h"

#include "base/buffer.h"

#include <string.h>

bool args_given(const NativeCall *call, uint32_t index) {
  Value value = native_arg(call, index);
  return !value_is_absent(value) && !value_is_null(value);
}

// --- Messages ------------------------------------------------------------------------------------

typedef struct Text {
  const char *start;
  int len;
} Text;

// The row's receivers are the ones that native_new counts as arguments.
static bool has_receiver(const NativeRow *row) {
  return row->owner[0] >= 'A' && row->owner[0] <= 'Z' && !native_is_table(row->owner);
}

// The name of parameter `index` in "fn(url: String, options?: Table): …", empty if it has none.
static Text parameter_name(const char *signature, uint32_t index) {
  const char *at = strchr(signature, '(');
  uint32_t depth = 0;
  for (; at && *at; at++) {
    if (*at == '(' || *at == '{') depth++;
    if ((*at == ')' || *at == '}') && --depth == 0) break;
    bool begins = (*at == '(' || *at == ',') && depth == 1;
    if (!begins || index-- > 0) continue;
    at += 1 + strspn(at + 1, " ");
    size_t len = strcspn(at, "?:.,)");
    return (Text){at, at[len] == ',' || at[len] == ')' ? 0 : (int)len};
  }
  return (Text){"", 0};
}

// In Vint's words a method of List is one of array.
static const char *vint_owner(const char *owner, size_t len) {
  static const char *const names[][2] = {{"String", "string"},   {"List", "array"},
                                         {"Table", "dict"},      {"Integer", "int"},
                                         {"Float", "float"},     {"Boolean", "bool"},
                                         {"Channel", "channel"}, {"Range", "range"},
                                         {"Time", "time"},       {"Duration", "duration"},
                                         {"File", "file"}};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    if (strlen(names[i][0]) == len && memcmp(names[i][0], owner, len) == 0) return names[i][1];
  }
  return NULL;
}

void args_print_function(Buffer *out, const NativeRow *row) {
  size_t owner_len = strcspn(row->owner, "(");
  const char *vint = row->languages == NATIVE_VINT ? vint_owner(row->owner, owner_len) : NULL;
  if (vint)
    buffer_text(out, vint);
  else
    buffer_append(out, row->owner, owner_len);
  if (owner_len > 0) buffer_byte(out, '.');
  buffer_text(out, row->name);
}

// "must be a String" and "must be an Integer", but "must be null or a String" as it stands.
static const char *article(const char *expected) {
  if (strchr(expected, ' ')) return "";
  return strchr("aeiouAEIOU", expected[0]) ? "an " : "a ";
}

// What was given, in the words of the row's language.
static const char *given_name(NativeCall *call, Value value) {
  if (value_is_absent(value)) return "nothing";
  if (call->row->languages == NATIVE_VINT) return vm_vint_name(call->vm, value);
  return vm_type_name(call->vm, value);
}

static bool raise_wrong(NativeCall *call, const char *what, const char *expected, Value got) {
  Buffer function = {0};
  args_print_function(&function, call->row);
  vm_raise(call->vm, "TypeError", "%s: %s must be %s%s, got %s", function.bytes, what,
           article(expected), expected, given_name(call, got));
  buffer_free(&function);
  return false;
}

bool args_wrong(NativeCall *call, uint32_t index, const char *expected) {
  Buffer what = {0};
  bool is_method = has_receiver(call->row);
  if (is_method && index == 0) {
    buffer_text(&what, "the receiver");
  } else {
    uint32_t number = is_method ? index - 1 : index;
    Text name = parameter_name(call->row->signature, number);
    buffer_printf(&what, "parameter %u", number + 1);
    if (name.len > 0) buffer_printf(&what, " (%.*s)", name.len, name.start);
  }
  raise_wrong(call, what.bytes, expected, native_arg(call, index));
  buffer_free(&what);
  return false;
}

bool args_field_wrong(NativeCall *call, const char *name, Value value, const char *expected) {
  Buffer what = {0};
  buffer_printf(&what, "option %s", name);
  raise_wrong(call, what.bytes, expected, value);
  buffer_free(&what);
  return false;
}

// Luma's names, and Vint's for the same.
static const char *name_for(const NativeCall *call, const char *luma, const char *vint) {
  return call->row->languages == NATIVE_VINT ? vint : luma;
}

static const char *str_name(const NativeCall *call) {
  return name_for(call, "String", "string");
}
static const char *table_name(const NativeCall *call) {
  return name_for(call, "Table", "dict");
}

// --- Arguments -----------------------------------------------------------------------------------

bool args_str(NativeCall *call, uint32_t index, Str **out) {
  Value value = native_arg(call, index);
  if (!value_is_str(value)) return args_wrong(call, index, str_name(call));
  *out = value_as_str(value);
  return true;
}

bool args_number(NativeCall *call, uint32_t index, double *out) {
  Value value = native_arg(call, index);
  if (!value_is_number(value)) {
    return args_wrong(call, index, name_for(call, "Number", "number"));
  }
  *out = value_to_double(value);
  return true;
}

bool args_integer(NativeCall *call, uint32_t index, int64_t *out) {
  if (integer_from_value(native_arg(call, index), out)) return true;
  return args_wrong(call, index, name_for(call, "a whole Number", "int"));
}

bool args_bool(NativeCall *call, uint32_t index, bool *out) {
  Value value = native_arg(call, index);
  if (!value_is_bool(value)) return args_wrong(call, index, name_for(call, "Boolean", "bool"));
  *out = value == VALUE_TRUE;
  return true;
}

bool args_list(NativeCall *call, uint32_t index, List **out) {
  Value value = native_arg(call, index);
  if (!value_is_list(value)) return args_wrong(call, index, name_for(call, "List", "array"));
  *out = value_as_list(value);
  return true;
}

bool args_table(NativeCall *call, uint32_t index, Table **out) {
  Value value = native_arg(call, index);
  if (!value_is_table(value) || value_is_instance(value))
    return args_wrong(call, index, table_name(call));
  *out = value_as_table(value);
  return true;
}

bool args_optional_table(NativeCall *call, uint32_t index, Table **out) {
  *out = NULL;
  return !args_given(call, index) || args_table(call, index, out);
}

bool args_function(NativeCall *call, uint32_t index, Value *out) {
  Value value = native_arg(call, index);
  if (!value_is_function(value) && !value_makes_instances(value))
    return args_wrong(call, index, "function");
  *out = value;
  return true;
}

// --- Options -------------------------------------------------------------------------------------

Value args_table_field(NativeCall *call, const Table *options, const char *name) {
  Value value = options ? vm_get_field(call->vm, options, name) : VALUE_ABSENT;
  return value_is_null(value) ? VALUE_ABSENT : value;
}

bool args_field_str(NativeCall *call, const char *name, Value value, Str **out) {
  if (!value_is_str(value)) return args_field_wrong(call, name, value, str_name(call));
  *out = value_as_str(value);
  return true;
}

bool args_field_table(NativeCall *call, const char *name, Value value, Table **out) {
  if (!value_is_table(value)) return args_field_wrong(call, name, value, table_name(call));
  *out = value_as_table(value);
  return true;
}

bool args_field_integer(NativeCall *call, const char *name, Value value, int64_t min, int64_t max,
                        int64_t *out) {
  if (!integer_from_value(value, out)) {
    return args_field_wrong(call, name, value, "a whole number");
  }
  if (*out >= min && *out <= max) return true;
  Buffer function = {0};
  args_print_function(&function, call->row);
  vm_raise(call->vm, "ValueError", "%s: option %s must be from %lld to %lld, got %lld",
           function.bytes, name, (long long)min, (long long)max, (long long)*out);
  buffer_free(&function);
  return false;
}

static bool raise_unknown(NativeCall *call, Value key, const char *const *names, uint32_t count) {
  Buffer text = {0};
  args_print_function(&text, call->row);
  buffer_text(&text, " has no option ");
  if (value_is_str(key))
    buffer_printf(&text, "\"%s\"", value_as_str(key)->bytes);
  else
    buffer_printf(&text, "that is a %s", given_name(call, key));
  for (uint32_t i = 0; i < count; i++) {
    buffer_printf(&text, "%s%s", i == 0 ? "; there are " : ", ", names[i]);
  }
  vm_raise_text(call->vm, "TypeError", text.bytes, text.len);
  buffer_free(&text);
  return false;
}

bool args_check_fields(NativeCall *call, const Table *options, const char *const *names,
                       uint32_t count) {
  uint32_t position = 0;
  Value key;
  Value value;
  while (options && table_next(options, &position, &key, &value)) {
    bool is_known = false;
    for (uint32_t i = 0; i < count && !is_known && value_is_str(key); i++) {
      is_known = strcmp(value_as_str(key)->bytes, names[i]) == 0;
    }
    if (!is_known) return raise_unknown(call, key, names, count);
  }
  return true;
}
