// SPDX-License-Identifier: MIT
// object.h - registers every kind of this folder with a heap
#ifndef OBJECT_H
#define OBJECT_H

#include "heap/heap.h"

void object_register(Heap *heap); // all but strings, whose kinds str_table_new registers

#endif
