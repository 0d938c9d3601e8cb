// SPDX-License-Identifier: MIT
// lib_logger.c - Vint's modules logger, styled and colors (vint.md 12.14, 12.22)
//
// A line is given back as it was written. styled colours only what goes to a terminal that wants
// it: the text itself stays the same in a file.
#include "lib/answer.h"
#include "lib/calendar.h"
#include "lib/lib_moment.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <stdio.h>
#include <string.h>

// --- logger --------------------------------------------------------------------------------------

// [2024-12-31 21:05:59] INFO: text
static NativeStatus log_line(NativeCall *call, const char *level, bool is_error) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  Moment now = lib_moment_now(call->vm);
  Stdio *stdio = lib_of(call->vm)->options.stdio;
  Buffer line = {0};
  buffer_byte(&line, '[');
  calendar_format(&line, now.ns, now.zone, "2006-01-02 15:04:05");
  buffer_printf(&line, "] %s: ", level);
  buffer_append(&line, text->bytes, text->len);
  buffer_byte(&line, '\n');
  (is_error ? stdio_write_error : stdio_write)(stdio, line.bytes, line.len);
  line.len--;
  return answer_buffer(call, &line);
}

static NativeStatus log_info(NativeCall *call) {
  return log_line(call, "INFO", false);
}
static NativeStatus log_warn(NativeCall *call) {
  return log_line(call, "WARN", false);
}
static NativeStatus log_debug(NativeCall *call) {
  return log_line(call, "DEBUG", false);
}
static NativeStatus log_error(NativeCall *call) {
  return log_line(call, "ERROR", true);
}
static NativeStatus log_fatal(NativeCall *call) {
  return log_line(call, "FATAL", true);
}

// --- styled --------------------------------------------------------------------------------------

static NativeStatus style(NativeCall *call, const char *code, const char *mark) {
  Buffer out = {0};
  bool is_coloured = stdio_output_is_terminal(lib_of(call->vm)->options.stdio);
  if (is_coloured) buffer_printf(&out, "\033[%sm", code);
  buffer_text(&out, mark);
  format_value(call->vm, &out, call->args[0], FORMAT_VINT);
  if (is_coloured) buffer_text(&out, "\033[0m");
  return answer_buffer(call, &out);
}

#define STYLE(name, code, mark)                                                                    \
  static NativeStatus style_##name(NativeCall *call) {                                             \
    return style(call, code, mark);                                                                \
  }

STYLE(red, "31", "")
STYLE(green, "32", "")
STYLE(yellow, "33", "")
STYLE(blue, "34", "")
STYLE(header, "1;4", "")
STYLE(highlight, "1;33", "")
STYLE(dim, "2", "")
STYLE(inverted, "7", "")
STYLE(prompt, "1;36", "? ")
STYLE(error, "1;31", "error: ")
STYLE(success, "1;32", "success: ")
STYLE(warning, "1;33", "warning: ")
STYLE(info, "1;36", "info: ")
STYLE(debug, "1;35", "debug: ")

// --- colors --------------------------------------------------------------------------------------

static NativeStatus rgb_to_hex(NativeCall *call) {
  int64_t parts[3];
  for (uint32_t i = 0; i < 3; i++) {
    if (!args_integer(call, i, &parts[i])) return NATIVE_FAILED;
    if (parts[i] < 0 || parts[i] > 255) {
      return answer_fail(call, "ValueError", "a part must be from 0 to 255, got %lld",
                         (long long)parts[i]);
    }
  }
  Buffer out = {0};
  buffer_printf(&out, "#%02x%02x%02x", (int)parts[0], (int)parts[1], (int)parts[2]);
  return answer_buffer(call, &out);
}

static NativeStatus hex_to_rgb(NativeCall *call) {
  Str *text;
  unsigned parts[3];
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  const char *digits = text->bytes + (text->bytes[0] == '#');
  bool ok = strlen(digits) == 6 && strspn(digits, "0123456789abcdefABCDEF") == 6 &&
            sscanf(digits, "%2x%2x%2x", &parts[0], &parts[1], &parts[2]) == 3;
  if (!ok) {
    return answer_fail(call, "ValueError", "\"%.40s\" is no colour; it should look like \"#ff8000\"",
                       text->bytes);
  }
  List *list = vm_list(call->vm, 3);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  for (int i = 0; ok && i < 3; i++) ok = answer_push(call->vm, list, value_int(parts[i]));
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

#define LOG(name, function, where)                                                                 \
  {                                                                                                \
    "logger", name, "fn(message: String): String", function,                                       \
        "Writes a line with time and level on " where " and gives it back.", NULL, 0, NATIVE_VINT  \
  }
#define STYLED(name, function, doc)                                                                \
  {"styled", name, "fn(text: Any): String", style_##function, doc " on a terminal, as it is elsewhere.", \
   NULL, 0, NATIVE_VINT}

static const NativeRow rows[] = {
    LOG("info", log_info, "the output"),
    LOG("warn", log_warn, "the output"),
    LOG("debug", log_debug, "the output"),
    LOG("error", log_error, "stderr"),
    LOG("fatal", log_fatal, "stderr"),
    STYLED("red", red, "The text in red"),
    STYLED("green", green, "The text in green"),
    STYLED("yellow", yellow, "The text in yellow"),
    STYLED("blue", blue, "The text in blue"),
    STYLED("header", header, "The text bold and underlined"),
    STYLED("highlight", highlight, "The text bold and yellow"),
    STYLED("dim", dim, "The text dimmed"),
    STYLED("inverted", inverted, "The text with its colours exchanged"),
    STYLED("inputPrompt", prompt, "The text as a question (? …), coloured"),
    STYLED("error", error, "The text as an error (error: …), coloured"),
    STYLED("success", success, "The text as a success (success: …), coloured"),
    STYLED("warning", warning, "The text as a warning (warning: …), coloured"),
    STYLED("info", info, "The text as information (info: …), coloured"),
    STYLED("debug", debug, "The text for debugging (debug: …), coloured"),
    {"colors", "rgbToHex", "fn(red: Number, green: Number, blue: Number): String", rgb_to_hex,
     "\"#rrggbb\" of three parts from 0 to 255.", NULL, 0, NATIVE_VINT},
    {"colors", "hexToRgb", "fn(colour: String): List(Integer)", hex_to_rgb,
     "[red, green, blue] of \"#rrggbb\".", NULL, 0, NATIVE_VINT},
};

LibModule lib_logger_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
