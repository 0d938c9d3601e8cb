// SPDX-License-Identifier: MIT
// zone.h - time zones, from the system's database
//
// The C library knows one zone for the whole process; programs convert between many. So the files
// of the database (tzfile(5)) are read here: the times at which a zone's offset from UTC changes.
// Behind the last of them (2037) the last offset counts.
#ifndef ZONE_H
#define ZONE_H

#include "base/common.h"

typedef struct Zone Zone;

// "Europe/Berlin". NULL: there is none of that name (or it is no name), or the file is damaged.
Zone *zone_load(const char *name) MUST_USE;
// What TZ names, else /etc/localtime. NULL: UTC.
Zone *zone_load_local(void) MUST_USE;
void zone_free(Zone *zone);

const char *zone_name(const Zone *zone); // as it was asked for; "Local"; of NULL "UTC"
// Seconds east of UTC at a moment; *abbreviation, if wanted, is "CET", of NULL "UTC".
int32_t zone_offset(const Zone *zone, int64_t unix_s, const char **abbreviation);
// The moment at which the zone's clocks show what UTC's would show at `shown_s`. Of two such moments
// the first; in a gap the clock is taken as it was before.
int64_t zone_to_unix(const Zone *zone, int64_t shown_s);

#endif
