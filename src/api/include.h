// SPDX-License-Identifier: MIT
// include.h - Vint's include: the text of another file in place of a statement
//
// The included statements belong to the scope that they are put into, so they must be part of one
// text: it is put together and parsed again, until nothing is left to include. Each row keeps its
// file and line (source.h), so that messages show the places where people wrote them.
#ifndef INCLUDE_H
#define INCLUDE_H

#include "api/module_graph.h"

// Parses the file, with all that it includes, into file->program.
void include_parse(ModuleGraph *graph, ModuleFile *file);

#endif
