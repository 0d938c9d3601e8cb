// SPDX-License-Identifier: MIT
// regex.c - regular expressions by PCRE2
#include "lib/regex.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "lib/answer.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define MATCH_LIMIT 5000000u // steps of one search: a fraction of a second

// The names of the functions without "pcre2_" and "_8".
#define PCRE_FUNCTIONS(F)                                                                          \
  F(compile)                                                                                       \
  F(code_free)                                                                                     \
  F(match)                                                                                         \
  F(match_context_create)                                                                          \
  F(match_context_free)                                                                            \
  F(set_match_limit)                                                                               \
  F(set_heap_limit)                                                                                \
  F(match_data_create_from_pattern)                                                                \
  F(match_data_free)                                                                               \
  F(get_ovector_pointer)                                                                           \
  F(get_ovector_count)                                                                             \
  F(get_error_message)                                                                             \
  F(substring_number_from_name)

typedef struct PcreApi {
#define PCRE_MEMBER(name) __typeof__(pcre2_##name##_8) *name;
  PCRE_FUNCTIONS(PCRE_MEMBER)
#undef PCRE_MEMBER
} PcreApi;

struct Regex {
  char *pattern;
  size_t len;
  pcre2_code *code;
  pcre2_match_data *data;
  const PcreApi *api;
  int found; // groups that the last search has set
};

typedef struct RegexState {
  PcreApi api;
  pcre2_match_context *context;
  Regex cache[REGEX_CACHE_MAX];
  uint32_t count, next;
} RegexState;

// --- The library ---------------------------------------------------------------------------------

static const char *open_library(PcreApi *api) {
  // It is never closed: another VM of this process may have it open.
  void *library = dlopen("libpcre2-8.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libpcre2-8.so", RTLD_NOW | RTLD_LOCAL);
  if (!library) return "the library libpcre2-8 is not installed";
#define PCRE_FIND(name)                                                                            \
  *(void **)&api->name = dlsym(library, "pcre2_" #name "_8");                                      \
  if (!api->name) return "this libpcre2-8 lacks pcre2_" #name;
  PCRE_FUNCTIONS(PCRE_FIND)
#undef PCRE_FIND
  return NULL;
}

static RegexState *get_state(NativeCall *call) {
  Lib *lib = lib_of(call->vm);
  if (lib->regexes) return lib->regexes;
  PcreApi api;
  const char *problem = open_library(&api);
  if (problem) {
    answer_fail(call, "Error", "regular expressions are not available: %s", problem);
    return NULL;
  }
  RegexState *state = memory_require(NULL, sizeof(RegexState));
  memset(state, 0, sizeof(*state));
  state->api = api;
  state->context = api.match_context_create(NULL);
  if (state->context) api.set_match_limit(state->context, MATCH_LIMIT);
  if (state->context) api.set_heap_limit(state->context, 64 * 1024); // KiB
  lib->regexes = state;
  return state;
}

static void free_regex(Regex *regex) {
  if (!regex->code) return;
  regex->api->match_data_free(regex->data);
  regex->api->code_free(regex->code);
  free(regex->pattern);
}

void regex_free_all(Lib *lib) {
  RegexState *state = lib->regexes;
  if (!state) return;
  for (uint32_t i = 0; i < state->count; i++) free_regex(&state->cache[i]);
  state->api.match_context_free(state->context);
  free(state);
  lib->regexes = NULL;
}

// --- Compiling -----------------------------------------------------------------------------------

static Regex *find_cached(RegexState *state, const Str *pattern) {
  for (uint32_t i = 0; i < state->count; i++) {
    Regex *regex = &state->cache[i];
    bool is_same = regex->len == pattern->len && memcmp(regex->pattern, pattern->bytes, pattern->len) == 0;
    if (is_same) return regex;
  }
  return NULL;
}

static Regex *keep(RegexState *state, const Str *pattern, pcre2_code *code) {
  uint32_t place = state->count < REGEX_CACHE_MAX ? state->count++ : state->next++ % REGEX_CACHE_MAX;
  Regex *regex = &state->cache[place];
  free_regex(regex);
  *regex = (Regex){.pattern = memory_require(NULL, pattern->len + 1),
                   .len = pattern->len,
                   .code = code,
                   .data = state->api.match_data_create_from_pattern(code, NULL),
                   .api = &state->api};
  memcpy(regex->pattern, pattern->bytes, pattern->len + 1);
  return regex;
}

Regex *regex_get(NativeCall *call, const Str *pattern) {
  RegexState *state = get_state(call);
  Regex *known = state ? find_cached(state, pattern) : NULL;
  if (!state || known) return known;
  int error;
  PCRE2_SIZE offset;
  uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
  pcre2_code *code = state->api.compile((PCRE2_SPTR)pattern->bytes, pattern->len, options, &error,
                                        &offset, NULL);
  if (code) return keep(state, pattern, code);
  char message[200] = "";
  state->api.get_error_message(error, (PCRE2_UCHAR *)message, sizeof(message));
  size_t place = utf8_length(pattern->bytes, offset < pattern->len ? offset : pattern->len);
  answer_fail(call, "ValueError", "the pattern \"%.80s\" is wrong at character %zu: %s",
              pattern->bytes, place + 1, message);
  return NULL;
}

// --- Searching -----------------------------------------------------------------------------------

RegexFound regex_search(NativeCall *call, Regex *regex, const Str *text, size_t from) {
  RegexState *state = lib_of(call->vm)->regexes;
  regex->found = 0;
  if (from > text->len || !regex->data) return REGEX_NONE;
  int found = regex->api->match(regex->code, (PCRE2_SPTR)text->bytes, text->len, from, 0, regex->data,
                                state->context);
  if (found == PCRE2_ERROR_NOMATCH) return REGEX_NONE;
  if (found > 0) {
    regex->found = found;
    return REGEX_FOUND;
  }
  char message[200] = "";
  regex->api->get_error_message(found, (PCRE2_UCHAR *)message, sizeof(message));
  bool is_limit = found == PCRE2_ERROR_MATCHLIMIT || found == PCRE2_ERROR_HEAPLIMIT;
  answer_fail(call, "Error", "the search for \"%.80s\" %s", regex->pattern,
              is_limit ? "takes too long: the pattern can match in too many ways" : message);
  return REGEX_FAILED;
}

bool regex_group(const Regex *regex, uint32_t index, size_t *start, size_t *end) {
  if (index >= (uint32_t)regex->found) return false;
  const PCRE2_SIZE *places = regex->api->get_ovector_pointer(regex->data);
  if (places[2 * index] == PCRE2_UNSET) return false;
  *start = places[2 * index];
  *end = places[2 * index + 1];
  if (*start > *end) *start = *end; // \K in a lookahead
  return true;
}

uint32_t regex_group_count(const Regex *regex) {
  return regex->api->get_ovector_count(regex->data) - 1;
}

uint32_t regex_group_named(const Regex *regex, const char *name, size_t len) {
  char copy[64];
  if (len >= sizeof(copy)) return 0;
  memcpy(copy, name, len);
  copy[len] = '\0';
  int number = regex->api->substring_number_from_name(regex->code, (PCRE2_SPTR)copy);
  return number > 0 ? (uint32_t)number : 0;
}

size_t regex_next_start(const Regex *regex, const Str *text) {
  size_t start = 0;
  size_t end = 0;
  if (!regex_group(regex, 0, &start, &end)) return text->len + 1;
  if (end > start) return end;
  if (end >= text->len) return text->len + 1;
  size_t size;
  utf8_decode(text->bytes + end, text->len - end, &size);
  return end + size;
}
