// SPDX-License-Identifier: MIT
// ahead.h - a thread that asks the system for the memory that will be filled next
#ifndef AHEAD_H
#define AHEAD_H

#include "heap/heap_private.h"

// NULL: there is no second processor, no thread to be had, or a Linux older than 5.14; nothing is asked for ahead then.
Ahead *ahead_new(void) MUST_USE;
void ahead_free(Ahead *ahead); // NULL is fine
// The program begins to fill the page of the heap at `start`, and so on up to `end`, a multiple of the page's size
// further. True: that page has its memory already, or gets it just now.
bool ahead_reach(Ahead *ahead, char *start, char *end) MUST_USE;
// The program fills a large block from `start` to `end`, sooner or later. Instead of one that was named before.
void ahead_fill(Ahead *ahead, char *start, char *end);
// Nothing between the two is asked for from now on: it will be unmapped, or moved.
void ahead_leave(Ahead *ahead, const char *start, const char *end);

#endif
