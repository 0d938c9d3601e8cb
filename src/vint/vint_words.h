// SPDX-License-Identifier: MIT
// vint_words.h - keywords that a file uses as names
#ifndef VINT_WORDS_H
#define VINT_WORDS_H

#include "vint/vint_lexer.h"

// `todo`, `note`, `log` and the other declaratives, `Error` too, are what people call things. A file that declares a
// variable, a parameter, a function or a type of that name means this wherever it writes the word: elsewhere the declaration
// would be an error, so no other program changes its meaning.
//
// `error` begins statements everywhere, so it is a name only in the block behind `catch (error)`, and there not where it
// stands before a value.
void vint_words_free(VintTokens *tokens);

#endif
