// SPDX-License-Identifier: MIT
// special_case.h - letters whose other case is more than one letter
//
// "ß" in upper case is "SS". These are the unconditional entries of Unicode's SpecialCasing.txt
// (https://www.unicode.org/Public/UCD/latest/ucd/SpecialCasing.txt, as of Unicode 14); all other letters
// have the simple mappings that libraries know. What depends on a language or on the letters around
// (the Greek final sigma) is left out.
#ifndef SPECIAL_CASE_H
#define SPECIAL_CASE_H

#include "base/common.h"

// The letter in upper case, in title case (as the first of a word) or in lower case, as UTF-8. NULL:
// that is a single code point.
const char *special_case_upper(uint32_t code);
const char *special_case_title(uint32_t code);
const char *special_case_lower(uint32_t code);

#endif
