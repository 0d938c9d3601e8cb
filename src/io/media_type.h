// SPDX-License-Identifier: MIT
// media_type.h - what a file contains, by its name
#ifndef MEDIA_TYPE_H
#define MEDIA_TYPE_H

#include "base/common.h"

#include <stddef.h>

// "text/css; charset=utf-8" for "style.css"; "application/octet-stream" for what is not known. A
// table of its own, and not the system's, so that a server answers the same on every machine.
const char *media_type_of(const char *name, size_t len);

#endif
