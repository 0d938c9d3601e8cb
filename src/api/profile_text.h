// SPDX-License-Identifier: MIT
// profile_text.h - a profile as text: folded stacks for other tools, tables for people
#ifndef PROFILE_TEXT_H
#define PROFILE_TEXT_H

#include "api/module_graph.h"
#include "vm/profile.h"

// Nanoseconds of each node with all that is in it, by index; to be freed.
uint64_t *profile_text_totals(const Profile *profile) MUST_USE;
// "fetch (crawler.vint:12)", "json.parse" …
void profile_text_frame(VM *vm, const ProfileNode *node, Buffer *out);

// A line for each stack that used time of its own: its frames from the outermost one on, with
// semicolons between them, and microseconds.
void profile_text_folded(VM *vm, const Profile *profile, Buffer *out);
// What the time went to: by line with its text, by built-in, by fiber.
void profile_text_tables(VM *vm, const Profile *profile, const ModuleGraph *graph, Buffer *out);

#endif
