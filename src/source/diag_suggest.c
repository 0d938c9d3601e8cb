// SPDX-License-Identifier: MIT
// diag_suggest.c - the name that was probably meant
//
// Damerau's edit distance in its restricted form (each pair is swapped at most once): typing errors
// are a letter too many, too few, wrong, or two swapped. Costs are counted in halves, so that a
// difference of case alone is nearer than any other.
#include "source/diag.h"

#include <string.h>

// Longer names are not compared: nobody mistypes one so that three lines of help would do.
#define SUGGEST_LEN_MAX 64
#define SUGGEST_MAX     3

#define COST_EDIT 2
#define COST_CASE 1

typedef struct Suggestion {
  const char *name;
  uint32_t cost;
} Suggestion;

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static uint32_t letter_cost(char a, char b) {
  if (a == b) return 0;
  return lower(a) == lower(b) ? COST_CASE : COST_EDIT;
}

static uint32_t least(uint32_t a, uint32_t b) {
  return a < b ? a : b;
}

// Three rows of the usual table are enough: the swap looks two rows up.
static uint32_t edit_cost(const char *a, uint32_t a_len, const char *b, uint32_t b_len) {
  uint32_t rows[3][SUGGEST_LEN_MAX + 1];
  for (uint32_t j = 0; j <= b_len; j++) rows[0][j] = j * COST_EDIT;
  for (uint32_t i = 1; i <= a_len; i++) {
    uint32_t *row = rows[i % 3];
    const uint32_t *above = rows[(i + 2) % 3];
    const uint32_t *above2 = rows[(i + 1) % 3];
    row[0] = i * COST_EDIT;
    for (uint32_t j = 1; j <= b_len; j++) {
      uint32_t cost = above[j - 1] + letter_cost(a[i - 1], b[j - 1]);
      cost = least(cost, least(above[j], row[j - 1]) + COST_EDIT);
      bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) cost = least(cost, above2[j - 2] + COST_EDIT);
      row[j] = cost;
    }
  }
  return rows[a_len % 3][b_len];
}

// Half the length, rounded up; but a name of which no letter is right is no suggestion.
static bool is_close(uint32_t cost, uint32_t len) {
  return cost <= (len + 1) / 2 * COST_EDIT && cost < len * COST_EDIT;
}

static bool is_listed(const Suggestion *best, uint32_t count, const char *name) {
  for (uint32_t i = 0; i < count; i++) {
    if (strcmp(best[i].name, name) == 0) return true;
  }
  return false;
}

// Keeps the list sorted by cost; of equals the earlier candidate comes first, since callers pass
// the nearest scope first.
static uint32_t insert(Suggestion *best, uint32_t count, Suggestion found) {
  uint32_t at = count;
  while (at > 0 && best[at - 1].cost > found.cost) at--;
  if (at == SUGGEST_MAX) return count;
  if (count < SUGGEST_MAX) count++;
  for (uint32_t i = count - 1; i > at; i--) best[i] = best[i - 1];
  best[at] = found;
  return count;
}

uint32_t diag_suggest(const char *wanted, const char *const *candidates, uint32_t count,
                      const char *out[3]) {
  Suggestion best[SUGGEST_MAX];
  uint32_t found = 0;
  size_t len = strlen(wanted);
  if (len > SUGGEST_LEN_MAX) return 0;
  for (uint32_t i = 0; i < count; i++) {
    size_t candidate_len = strlen(candidates[i]);
    if (candidate_len > SUGGEST_LEN_MAX || strcmp(candidates[i], wanted) == 0) continue;
    uint32_t cost = edit_cost(wanted, (uint32_t)len, candidates[i], (uint32_t)candidate_len);
    if (!is_close(cost, (uint32_t)len) || is_listed(best, found, candidates[i])) continue;
    found = insert(best, found, (Suggestion){candidates[i], cost});
  }
  for (uint32_t i = 0; i < found; i++) out[i] = best[i].name;
  return found;
}

bool diag_suggest_help(Diags *diags, Diag *diag, const char *wanted, const char *const *candidates,
                       uint32_t count) {
  const char *close[3];
  switch (diag_suggest(wanted, candidates, count, close)) {
  case 0: return false;
  case 1: diag_help(diags, diag, "did you mean '%s'?", close[0]); return true;
  case 2: diag_help(diags, diag, "did you mean '%s' or '%s'?", close[0], close[1]); return true;
  default:
    diag_help(diags, diag, "did you mean '%s', '%s' or '%s'?", close[0], close[1], close[2]);
    return true;
  }
}
