// SPDX-License-Identifier: MIT
// http_listing.h - what is in a folder, as a page
#ifndef HTTP_LISTING_H
#define HTTP_LISTING_H

#include "base/buffer.h"

// Blocks. `fd` is a folder's and is closed; `path` is what was asked for; with
// `has_outer` there is a link to the folder around it. False: errno.
bool http_listing_print(Buffer *out, int fd, const char *path, bool has_outer) MUST_USE;
// May it be shown and served? Names with a dot in front are somebody's own, but .well-known.
bool http_listing_is_public(const char *name, size_t len);

#endif
