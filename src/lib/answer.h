// SPDX-License-Identifier: MIT
// answer.h - how natives answer: the usual values, and errors that name the function
//
// Each gives the native's status, so that one can write `return answer_bool(call, …)`. A value that
// cannot be made (NULL, VALUE_ABSENT) means that memory is out, which is raised already.
#ifndef ANSWER_H
#define ANSWER_H

#include "base/buffer.h"
#include "sched/promise.h"

NativeStatus answer_str(NativeCall *call, Str *str);     // NULL: raised
NativeStatus answer_value(NativeCall *call, Value value); // VALUE_ABSENT: raised
NativeStatus answer_list(NativeCall *call, List *list);  // NULL: raised
NativeStatus answer_bytes(NativeCall *call, const char *bytes, size_t len);
NativeStatus answer_text(NativeCall *call, const char *zero_terminated);
NativeStatus answer_integer(NativeCall *call, int64_t i);
NativeStatus answer_double(NativeCall *call, double number);
NativeStatus answer_bool(NativeCall *call, bool yes);
NativeStatus answer_null(NativeCall *call);
// The buffer's text; the buffer is freed.
NativeStatus answer_buffer(NativeCall *call, Buffer *text);

// Parks the fiber until the promise has settled; its value is the call's. NULL: raised.
NativeStatus answer_await(NativeCall *call, Promise *promise);
// False: the fiber was cancelled, which is raised. To be asked before something is started.
bool answer_may_wait(NativeCall *call) MUST_USE;

// Raises "FUNCTION: " and the message. Always NATIVE_FAILED.
NativeStatus answer_fail(NativeCall *call, const char *kind, const char *format, ...) PRINTF(3, 4);
NativeStatus answer_out_of_memory(NativeCall *call);

// Appends to a list that is rooted. False: out of memory, raised.
bool answer_push(VM *vm, List *list, Value value) MUST_USE; // VALUE_ABSENT: raised before
bool answer_push_bytes(VM *vm, List *list, const char *bytes, size_t len) MUST_USE;
// Sets a field of a rooted table to a text or an integer. False: out of memory, raised.
bool answer_set_text(VM *vm, Table *table, const char *key, const char *bytes, size_t len) MUST_USE;
bool answer_set_integer(VM *vm, Table *table, const char *key, int64_t i) MUST_USE;

#endif
