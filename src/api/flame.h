// SPDX-License-Identifier: MIT
// flame.h - a profile as a picture: a flame graph in SVG
//
// After B. Gregg, "The Flame Graph", CACM 59(6), 2016: each box is a frame, as wide as the processor
// time that was used in it and in what it called; what called it is below. In a browser a click shows
// one box as wide as the picture, and a text that is searched for is marked.
#ifndef FLAME_H
#define FLAME_H

#include "vm/profile.h"

// `title` is the program's name.
void flame_print(VM *vm, const Profile *profile, const char *title, Buffer *out);

#endif
