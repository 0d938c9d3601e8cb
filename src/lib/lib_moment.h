// SPDX-License-Identifier: MIT
// lib_moment.h - what the modules time and datetime share with the methods of times
#ifndef LIB_MOMENT_H
#define LIB_MOMENT_H

#include "io/zone.h"
#include "lib/lib_private.h"
#include "object/moment.h"

#define LIB_MOMENT_LAYOUT "15:04:05 02-01-2006" // how a time prints

// A moment with its zone (NULL: UTC).
typedef struct Moment {
  int64_t ns;
  const Zone *zone;
} Moment;

Moment lib_moment_now(VM *vm); // in the local zone
const Zone *lib_moment_local(VM *vm);
// Argument `index`: a zone's name; "Local" and "UTC" too.
bool lib_moment_take_zone(NativeCall *call, uint32_t index, const Zone **zone) MUST_USE;
// Argument `index`: a time, or its text.
bool lib_moment_take(NativeCall *call, uint32_t index, Moment *moment) MUST_USE;
// Argument `index`: a duration, a text such as "1h30m", or a number of `unit_ns`.
bool lib_moment_take_length(NativeCall *call, uint32_t index, double unit_ns,
                            int64_t *ns) MUST_USE;

NativeStatus lib_moment_answer(NativeCall *call, int64_t ns, const Zone *zone);
NativeStatus lib_moment_answer_duration(NativeCall *call, int64_t ns);
NativeStatus lib_moment_out_of_range(NativeCall *call);
// The moment `sign` times further by argument `index`: a duration, a text, a number of hours, or a
// dict of days, hours, minutes, seconds, months, years.
// The parameters of what shifts a time, behind the duration that may stand in their place.
#define LIB_MOMENT_PARTS                                                                           \
  "days?: Number, hours?: Number, minutes?: Number, seconds?: Number, months?: Number, years?: Number"
NativeStatus lib_moment_shift(NativeCall *call, Moment moment, uint32_t index, int sign);
// By a layout, in the moment's zone.
NativeStatus lib_moment_answer_text(NativeCall *call, Moment moment, const char *layout);

void lib_moment_install(VM *vm); // how times print
void lib_moment_free(Lib *lib);           // the zones

#endif
