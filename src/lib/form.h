// SPDX-License-Identifier: MIT
// form.h - the form in a request's body: fields and uploaded files
#ifndef FORM_H
#define FORM_H

#include "lib/args.h"

typedef struct FormLimits {
  uint32_t parts;    // fields and files
  size_t part_bytes; // of one of them
} FormLimits;

#define FORM_PARTS 1000

// {fields = {name: text}, files = [upload]} of a request with headers and a body, encoded in either
// of the two ways of browsers; of other bodies an empty one. Of fields of one name the first
// counts. NULL: raised, BadRequest if it is malformed, TooLarge if it has or is too much.
Table *form_read(VM *vm, const Table *request, const FormLimits *limits,
                 const TypeValue *upload_type) MUST_USE;

// The content of an upload; false: the value is none.
bool form_content(VM *vm, const Table *upload, const char **bytes, size_t *len) MUST_USE;

#endif
