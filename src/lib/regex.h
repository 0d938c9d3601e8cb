// SPDX-License-Identifier: MIT
// regex.h - regular expressions by PCRE2, which is opened when the first one is used
//
// Linking it would cost every start time. Compiled patterns are kept with the VM's library, the
// last REGEX_CACHE_MAX of them. A search that would take too long (a pattern that backtracks without
// end) stops with an error instead of holding up all fibers.
#ifndef REGEX_H
#define REGEX_H

#include "lib/lib_private.h"

#define REGEX_CACHE_MAX 64

typedef struct Regex Regex;

// The compiled pattern. NULL: raised, with what is wrong and where. It stays valid until the next
// call with another pattern.
Regex *regex_get(NativeCall *call, const Str *pattern) MUST_USE;

typedef enum RegexFound { REGEX_FOUND, REGEX_NONE, REGEX_FAILED } RegexFound; // FAILED: raised
// Searches from byte `from`.
RegexFound regex_search(NativeCall *call, Regex *regex, const Str *text, size_t from) MUST_USE;
// Of the last search: where group `index` (0: all) stands. False: it took no part.
bool regex_group(const Regex *regex, uint32_t index, size_t *start, size_t *end);
uint32_t regex_group_count(const Regex *regex); // without group 0
// The number of the group of that name; 0: there is none.
uint32_t regex_group_named(const Regex *regex, const char *name, size_t len);
// Where the search for the next match begins, behind the last one; it moves on also if that was
// empty. Beyond the text: there is no more.
size_t regex_next_start(const Regex *regex, const Str *text);

void regex_free_all(Lib *lib);

#endif
