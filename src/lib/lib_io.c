// SPDX-License-Identifier: MIT
// lib_io.c - Luma's io.read_line: the program's input (luma.md 9.2)
//
// print and write of the module are the globals, in lib_core.c.
#include "io/input.h"
#include "lib/lib_private.h"
#include "sched/ticket.h"

// A line may end with \r\n.
static Value deliver_line(VM *vm, const Buffer *line) {
  if (!line) return ticket_option(vm, VALUE_ABSENT);
  size_t len = line->len;
  if (len > 0 && line->bytes[len - 1] == '\r') len--;
  Str *text = vm_str(vm, line->bytes ? line->bytes : "", len);
  if (!text) return VALUE_ABSENT;
  vm_push_root(vm, value_object(text));
  Value option = ticket_option(vm, value_object(text));
  vm_pop_roots(vm, 1);
  return option;
}

static NativeStatus read_line(NativeCall *call) {
  Lib *lib = lib_of(call->vm);
  if (!lib->input) lib->input = input_new(call->vm, lib->options.stdio);
  return lib_return_promise(call, input_line(lib->input, deliver_line));
}

static const NativeRow rows[] = {
    {"io", "", "Imported", NULL, "Input and output: import(\"std:io\").", NULL, 0, NATIVE_LUMA},
    {"io", "read_line", "fn(): Promise(Option(String))", read_line,
     "The next line of the input without its end; none at the end of the input.", NULL, 0, NATIVE_LUMA},
};

LibModule lib_io_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
