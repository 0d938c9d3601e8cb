// SPDX-License-Identifier: MIT
// dlist.h - intrusive doubly linked list
//
// A list is a DLink that points at itself when empty; members embed a DLink. A link that is in no list
// has next == NULL, so membership can be asserted.
#ifndef DLIST_H
#define DLIST_H

#include "base/common.h"

typedef struct DLink DLink;
struct DLink {
  DLink *prev;
  DLink *next;
};

static inline void dlist_init(DLink *list) { list->prev = list->next = list; }
static inline bool dlist_is_empty(const DLink *list) { return list->next == list; }
static inline bool dlist_is_linked(const DLink *link) { return link->next != NULL; }

// Puts `link` last.
static inline void dlist_append(DLink *list, DLink *link) {
  link->prev = list->prev;
  link->next = list;
  list->prev->next = link;
  list->prev = link;
}

static inline void dlist_unlink(DLink *link) {
  link->prev->next = link->next;
  link->next->prev = link->prev;
  link->prev = link->next = NULL;
}

// Moves everything from `other` behind what is in `list`.
static inline void dlist_append_all(DLink *list, DLink *other) {
  if (dlist_is_empty(other)) return;
  list->prev->next = other->next;
  other->next->prev = list->prev;
  list->prev = other->prev;
  other->prev->next = list;
  dlist_init(other);
}

// Removes and returns the first; NULL when empty.
static inline DLink *dlist_take_first(DLink *list) {
  if (dlist_is_empty(list)) return NULL;
  DLink *first = list->next;
  dlist_unlink(first);
  return first;
}

#endif
