// SPDX-License-Identifier: MIT
// lib_regex.c - Vint's module regex (vint.md 12.10)
//
// The pattern comes first, as in Go. Besides what Vint had there are find, findAll and groups.
#include "base/utf8.h"
#include "lib/answer.h"
#include "lib/regex.h"
#include "sched/ticket.h"

#include <ctype.h>
#include <string.h>

#define TEXT_MAX ((size_t)1 << 30)

static bool take_both(NativeCall *call, uint32_t text_index, Regex **regex, Str **text) {
  Str *pattern;
  if (!args_str(call, 0, &pattern) || !args_str(call, text_index, text)) return false;
  *regex = regex_get(call, pattern);
  return *regex != NULL;
}

static NativeStatus test(NativeCall *call) {
  Regex *regex;
  Str *text;
  if (!take_both(call, 1, &regex, &text)) return NATIVE_FAILED;
  RegexFound found = regex_search(call, regex, text, 0);
  return found == REGEX_FAILED ? NATIVE_FAILED : answer_bool(call, found == REGEX_FOUND);
}

// --- Finding -------------------------------------------------------------------------------------

static Value group_value(VM *vm, const Regex *regex, const Str *text, uint32_t index) {
  size_t start;
  size_t end;
  if (!regex_group(regex, index, &start, &end)) return VALUE_NULL;
  Str *str = vm_str(vm, text->bytes + start, end - start);
  return str ? value_object(str) : VALUE_ABSENT;
}

static NativeStatus find(NativeCall *call) {
  Regex *regex;
  Str *text;
  if (!take_both(call, 1, &regex, &text)) return NATIVE_FAILED;
  RegexFound found = regex_search(call, regex, text, 0);
  if (found == REGEX_FAILED) return NATIVE_FAILED;
  if (found == REGEX_NONE) return answer_null(call);
  return answer_value(call, group_value(call->vm, regex, text, 0));
}

static NativeStatus find_all(NativeCall *call) {
  Regex *regex;
  Str *text;
  if (!take_both(call, 1, &regex, &text)) return NATIVE_FAILED;
  List *list = vm_list(call->vm, 0);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  bool ok = true;
  size_t from = 0;
  RegexFound found;
  while (ok && (found = regex_search(call, regex, text, from)) != REGEX_NONE) {
    ok = found == REGEX_FOUND && answer_push(call->vm, list, group_value(call->vm, regex, text, 0));
    from = regex_next_start(regex, text);
  }
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

// [all, first group …], null for a group that took no part.
static NativeStatus groups(NativeCall *call) {
  Regex *regex;
  Str *text;
  if (!take_both(call, 1, &regex, &text)) return NATIVE_FAILED;
  RegexFound found = regex_search(call, regex, text, 0);
  if (found == REGEX_FAILED) return NATIVE_FAILED;
  if (found == REGEX_NONE) return answer_null(call);
  List *list = vm_list(call->vm, 0);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  bool ok = true;
  for (uint32_t i = 0; ok && i <= regex_group_count(regex); i++) {
    ok = answer_push(call->vm, list, group_value(call->vm, regex, text, i));
  }
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

// --- Replacing and splitting ---------------------------------------------------------------------

// The length of the name in "$1", "$name" or "${name}" behind the dollar; 0: it is none.
static size_t read_reference(const char *at, const char *end, const char **name, size_t *name_len) {
  bool has_brace = at < end && *at == '{';
  *name = at + has_brace;
  const char *stop = *name;
  while (stop < end && (isalnum((unsigned char)*stop) || *stop == '_')) stop++;
  *name_len = (size_t)(stop - *name);
  if (*name_len == 0 || (has_brace && (stop == end || *stop != '}'))) return 0;
  return (size_t)(stop + has_brace - at);
}

static uint32_t group_number(const Regex *regex, const char *name, size_t len) {
  uint32_t number = 0;
  for (size_t i = 0; i < len; i++) {
    if (!isdigit((unsigned char)name[i])) return regex_group_named(regex, name, len);
    if (number < 100000) number = number * 10 + (uint32_t)(name[i] - '0');
  }
  return number;
}

// As Go expands it: an unknown group is empty, $$ is a dollar.
static void expand(Buffer *out, const Regex *regex, const Str *text, const Str *replacement) {
  const char *end = replacement->bytes + replacement->len;
  for (const char *at = replacement->bytes; at < end; at++) {
    if (*at != '$') {
      buffer_byte(out, *at);
      continue;
    }
    const char *name;
    size_t name_len;
    size_t len = read_reference(at + 1, end, &name, &name_len);
    if (len == 0) {
      buffer_byte(out, '$');
      if (at + 1 < end && at[1] == '$') at++;
      continue;
    }
    size_t from;
    size_t to;
    uint32_t number = group_number(regex, name, name_len);
    bool is_all = name_len == 1 && name[0] == '0';
    if ((number > 0 || is_all) && regex_group(regex, number, &from, &to)) {
      buffer_append(out, text->bytes + from, to - from);
    }
    at += len;
  }
}

// Vint: replaceString(pattern, replacement, text); Luma: replace(pattern, text, replacement).
static NativeStatus replace(NativeCall *call) {
  Regex *regex;
  Str *text;
  Str *replacement;
  bool is_luma = call->row->languages == NATIVE_LUMA;
  if (!args_str(call, is_luma ? 2 : 1, &replacement)) return NATIVE_FAILED;
  if (!take_both(call, is_luma ? 1 : 2, &regex, &text)) return NATIVE_FAILED;
  Buffer out = {0};
  size_t done = 0;
  size_t from = 0;
  RegexFound found;
  while ((found = regex_search(call, regex, text, from)) == REGEX_FOUND && out.len < TEXT_MAX) {
    size_t start = 0;
    size_t end = 0;
    regex_group(regex, 0, &start, &end);
    if (start >= done) {
      buffer_append(&out, text->bytes + done, start - done);
      expand(&out, regex, text, replacement);
      done = end;
    }
    from = regex_next_start(regex, text);
  }
  bool is_done = found == REGEX_NONE;
  if (is_done) buffer_append(&out, text->bytes + done, text->len - done);
  if (is_done) return answer_buffer(call, &out);
  buffer_free(&out);
  return found == REGEX_FAILED ? NATIVE_FAILED
                               : answer_fail(call, "ValueError", "the result is too long");
}

// An empty match splits between characters; there are no empty pieces at the ends for it.
static bool push_pieces(NativeCall *call, Regex *regex, const Str *text, List *list) {
  size_t done = 0;
  size_t from = 0;
  RegexFound found;
  while ((found = regex_search(call, regex, text, from)) == REGEX_FOUND) {
    size_t start = 0;
    size_t end = 0;
    regex_group(regex, 0, &start, &end);
    from = regex_next_start(regex, text);
    bool is_between = end > start || (start > done && start < text->len);
    if (!is_between || start < done) continue;
    if (!answer_push_bytes(call->vm, list, text->bytes + done, start - done)) return false;
    done = end;
  }
  return found == REGEX_NONE &&
         answer_push_bytes(call->vm, list, text->bytes + done, text->len - done);
}

static NativeStatus split(NativeCall *call) {
  Regex *regex;
  Str *text;
  if (!take_both(call, 1, &regex, &text)) return NATIVE_FAILED;
  List *list = vm_list(call->vm, 0);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  bool ok = push_pieces(call, regex, text, list);
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

// --- Luma ----------------------------------------------------------------------------------------

// What `find` and `groups` give, as an Option.
static NativeStatus as_option(NativeCall *call, NativeStatus status) {
  if (status != NATIVE_DONE) return status;
  Value found = call->result;
  vm_push_root(call->vm, found);
  Value option = ticket_option(call->vm, value_is_null(found) ? VALUE_ABSENT : found);
  vm_pop_roots(call->vm, 1);
  return answer_value(call, option);
}

static NativeStatus luma_find(NativeCall *call) { return as_option(call, find(call)); }
static NativeStatus luma_groups(NativeCall *call) { return as_option(call, groups(call)); }

// For patterns that come from outside: a wrong one is a panic elsewhere.
static NativeStatus check(NativeCall *call) {
  Str *pattern;
  if (!args_str(call, 0, &pattern)) return NATIVE_FAILED;
  return lib_result_of(call, regex_get(call, pattern) ? VALUE_NULL : VALUE_ABSENT);
}

#define LUMA(name, signature, function, doc)                                                       \
  { "regex", name, signature, function, doc, NULL, 0, NATIVE_LUMA }

#define REGEX(name, signature, function, doc)                                                      \
  { "regex", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    {"regex", "", "Imported", NULL, "Regular expressions (PCRE2): import(\"std:regex\").", NULL, 0,
     NATIVE_LUMA},
    LUMA("test", "fn(pattern: String, text: String): Boolean", test,
         "Does the pattern occur in the text?"),
    LUMA("find", "fn(pattern: String, text: String): Option(String)", luma_find, "The first match."),
    LUMA("find_all", "fn(pattern: String, text: String): List(String)", find_all, "All matches."),
    LUMA("groups", "fn(pattern: String, text: String): Option(List(Any))", luma_groups,
         "The first match and what its groups have matched: [all, first, second …]; null for a group that "
         "took no part."),
    LUMA("replace", "fn(pattern: String, text: String, replacement: String): String", replace,
         "With all matches replaced; $1 and ${name} stand for groups (in a literal: \\${name})."),
    LUMA("split", "fn(pattern: String, text: String): List(String)", split,
         "The pieces between the matches."),
    LUMA("check", "fn(pattern: String): Result(Null, Error)", check,
         "Is it a pattern? What is wrong with it is the error; the other functions panic."),
    REGEX("test", "fn(pattern: String, text: String): Boolean", test,
          "Does the pattern occur in the text?"),
    REGEX("match", "fn(pattern: String, text: String): Boolean", test,
          "Does the pattern occur in the text?"),
    REGEX("find", "fn(pattern: String, text: String): Any", find,
          "The first match; null if there is none."),
    REGEX("findAll", "fn(pattern: String, text: String): List(String)", find_all,
          "An array of all matches."),
    REGEX("groups", "fn(pattern: String, text: String): Any", groups,
          "The first match and what its groups have matched: [all, first, second …]; null if there "
          "is none."),
    REGEX("replaceString", "fn(pattern: String, replacement: String, text: String): String", replace,
          "With all matches replaced; $1 and ${name} stand for groups."),
    REGEX("splitString", "fn(pattern: String, text: String): List(String)", split,
          "The pieces between the matches."),
};

LibModule lib_regex_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
