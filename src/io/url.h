// SPDX-License-Identifier: MIT
// url.h - URLs: taken apart, resolved, built (RFC 3986)
//
// Nothing is allocated but in the Buffers that are handed in. A Url's parts point into the text it
// was parsed from. Reading is lenient where people are (blanks and letters outside ASCII in a path
// are percent-encoded by url_normalize), strict where it would be dangerous (control characters).
#ifndef URL_H
#define URL_H

#include "base/buffer.h"

typedef struct UrlPart {
  const char *bytes; // NULL: absent, which is not the same as empty
  size_t len;
} UrlPart;

typedef struct Url {
  UrlPart scheme;
  UrlPart user; // "name:password"
  UrlPart host; // with the brackets of an IPv6 address
  UrlPart port;
  UrlPart path;     // never absent
  UrlPart query;    // without "?"
  UrlPart fragment; // without "#"
} Url;

// A URL or a relative reference. False: `*problem` says what is wrong with it.
bool url_parse(const char *text, size_t len, Url *out, const char **problem) MUST_USE;
// Writes `url` again.
void url_print(Buffer *out, const Url *url);
// RFC 3986, 5.2. `base` must have a scheme.
void url_resolve(Buffer *out, const Url *base, const Url *reference);
// The text with everything percent-encoded that may not stand in a URL, as browsers do it.
void url_normalize(Buffer *out, const char *text, size_t len);

// Percent-encodes all but letters, digits and "-._~".
void url_encode(Buffer *out, const char *bytes, size_t len);
// Undoes it; a "%" that no two hex digits follow stays. `plus_is_blank`: of forms and queries.
void url_decode(Buffer *out, const char *bytes, size_t len, bool plus_is_blank);
// Appends name=value to a query or a form: "&" in front if `out` has something already.
void url_add_pair(Buffer *out, const char *name, size_t name_len, const char *value,
                  size_t value_len);
// The next pair of a query or form from `*position` on, both decoded into the (cleared) buffers.
// False at the end.
bool url_next_pair(UrlPart query, size_t *position, Buffer *name, Buffer *value) MUST_USE;

// Same scheme, host and port: a credential given for one may go to the other.
bool url_same_origin(const Url *a, const Url *b);
bool url_host_is_local(const Url *url); // localhost, 127.…, [::1]
bool url_is_http(const Url *url);       // http or https
// What stands behind the last "/" of the path that something stands behind; empty if nothing.
UrlPart url_last_segment(const Url *url);

#endif
