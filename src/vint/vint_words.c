// SPDX-License-Identifier: MIT
// vint_words.c - keywords that a file uses as names
#include "vint/vint_words.h"

#include <string.h>

#define PARAMETERS_MAX 400 // tokens of a list of parameters that are looked at

static bool may_be_name(const VintToken *token) {
  if (token->kind == TOKEN_DECLARATIVE) return true;
  return token->kind == TOKEN_ERROR && token->name->text[0] == 'E';
}

static void make_name(VintToken *token) {
  token->kind = TOKEN_NAME;
  token->word = WORD_ORDINARY;
}

// --- Declarations --------------------------------------------------------------------------------

// Whether the token stands in the parentheses of a function's parameters, behind which it may have a type or a default.
static bool is_parameter(const VintToken *first, const VintToken *token) {
  VintTokenKind before = (VintTokenKind)token[-1].kind, behind = (VintTokenKind)token[1].kind;
  bool may_be = (before == TOKEN_OPEN_PAREN || before == TOKEN_COMMA || before == TOKEN_ELLIPSIS) &&
                (behind == TOKEN_COMMA || behind == TOKEN_CLOSE_PAREN || behind == TOKEN_COLON ||
                 behind == TOKEN_ASSIGN);
  int depth = 1;
  if (token - first > PARAMETERS_MAX) first = token - PARAMETERS_MAX;
  for (token--; may_be && token > first; token--) {
    if (token->kind == TOKEN_CLOSE_PAREN) depth++;
    if (token->kind == TOKEN_OPEN_PAREN && --depth == 0) break;
    if (token->kind == TOKEN_OPEN_BRACE) return false;
  }
  if (!may_be || token <= first) return false;
  return token[-1].kind == TOKEN_FUNC ||
         (token >= first + 2 && token[-1].kind == TOKEN_NAME && token[-2].kind == TOKEN_FUNC);
}

static bool is_declared_here(const VintToken *first, const VintToken *token) {
  if (token == first || token[-1].kind == TOKEN_END) return false;
  switch (token[-1].kind) {
  case TOKEN_LET:
  case TOKEN_CONST:
  case TOKEN_STRUCT:
  case TOKEN_ENUM:
  case TOKEN_PACKAGE:
  case TOKEN_FOR: return !token->begins_line;
  case TOKEN_FUNC: return token[1].kind == TOKEN_OPEN_PAREN;
  case TOKEN_ERROR: return token[1].kind == TOKEN_OPEN_PAREN || token[1].kind == TOKEN_OPEN_BRACE;
  case TOKEN_CASE: return token[1].kind == TOKEN_ASSIGN;
  case TOKEN_COMMA:
    if (token[1].kind == TOKEN_IN) return true; // for k, v in
    return is_parameter(first, token);
  case TOKEN_OPEN_PAREN:
  case TOKEN_ELLIPSIS: return is_parameter(first, token);
  default: return false;
  }
}

// A field or method is behind a dot, where any word is fine already.
static void make_all_names(VintTokens *tokens, const Name *name) {
  for (uint32_t i = 0; i < tokens->count; i++) {
    VintToken *token = &tokens->items[i];
    if (may_be_name(token) && token->name == name) make_name(token);
  }
}

// --- catch (error) -------------------------------------------------------------------------------

static bool begins_value(const VintToken *token) {
  switch (token->kind) {
  case TOKEN_INTEGER:
  case TOKEN_FLOAT:
  case TOKEN_STRING:
  case TOKEN_NAME:
  case TOKEN_OPEN_PAREN:
  case TOKEN_OPEN_BRACE: return !token->begins_line;
  default: return false;
  }
}

static void free_error(VintToken *token, const VintToken *end) {
  int depth = 0;
  for (make_name(token); token < end; token++) {
    if (token->kind == TOKEN_OPEN_BRACE) depth++;
    if (token->kind == TOKEN_CLOSE_BRACE && --depth == 0) return;
    if (token->kind == TOKEN_ERROR && !begins_value(token + 1)) make_name(token);
  }
}

static bool is_caught(const VintTokens *tokens, uint32_t at) {
  const VintToken *token = &tokens->items[at];
  bool fits = at >= 2 && token->kind == TOKEN_ERROR && token[-1].kind == TOKEN_OPEN_PAREN &&
              token[1].kind == TOKEN_CLOSE_PAREN;
  return fits && token[-2].kind == TOKEN_NAME && token[-2].word == WORD_CATCH;
}

// --- The door ------------------------------------------------------------------------------------

void vint_words_free(VintTokens *tokens) {
  for (uint32_t i = 0; i + 1 < tokens->count; i++) {
    VintToken *token = &tokens->items[i];
    if (may_be_name(token) && is_declared_here(tokens->items, token))
      make_all_names(tokens, token->name);
    if (is_caught(tokens, i)) free_error(token, &tokens->items[tokens->count - 1]);
  }
}
