// SPDX-License-Identifier: MIT
// options.c - the command line
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

// Looks of a profile a second. Odd, so as not to keep in step with a program's own rhythm.
#define PROFILE_HZ     997
#define PROFILE_HZ_MAX 10000

typedef struct Reader {
  Options *options;
  char **argv;
  int argc;
  int next;
  char *problem;
  size_t size;
} Reader;

static bool fail(Reader *reader, const char *format, const char *argument) {
  snprintf(reader->problem, reader->size, format, argument);
  return false;
}

// The value of `--name=value` or of `--name value`; NULL, reported, if there is none.
static const char *take_value(Reader *reader, const char *argument) {
  const char *equals = strchr(argument, '=');
  if (equals) return equals + 1;
  if (reader->next < reader->argc) return reader->argv[reader->next++];
  fail(reader, "%s needs a value", argument);
  return NULL;
}

// "64m", "2g", "1000000".
static bool read_size(const char *text, size_t *out) {
  char *end;
  unsigned long long number = strtoull(text, &end, 10);
  unsigned shift = 0;
  if (end == text || *text == '-') return false;
  switch (*end) {
  case 'k':
  case 'K':
    shift = 10;
    end++;
    break;
  case 'm':
  case 'M':
    shift = 20;
    end++;
    break;
  case 'g':
  case 'G':
    shift = 30;
    end++;
    break;
  }
  if (*end || number == 0 || number > (SIZE_MAX >> shift)) return false;
  *out = (size_t)number << shift;
  return true;
}

static bool is_option(const char *argument, const char *name) {
  size_t len = strlen(name);
  return strncmp(argument, name, len) == 0 && (argument[len] == 0 || argument[len] == '=');
}

static bool read_flag(Reader *reader, const char *argument, bool *known) {
  Options *o = reader->options;
  *known = true;
  if (strcmp(argument, "--leaks") == 0) {
    o->vm.list_leaks = true;
  } else if (strcmp(argument, "--strict") == 0) {
    o->vm.strict = true;
  } else if (strcmp(argument, "--quiet") == 0) {
    o->vm.quiet_warnings = true;
  } else if (strcmp(argument, "--offline") == 0) {
    o->vm.offline = true;
  } else if (strcmp(argument, "--virtual-time") == 0) {
    o->vm.virtual_time = true;
  } else if (strcmp(argument, "--recorded") == 0) {
    o->replay_text = WICK_TEXT_RECORDED;
  } else if (strcmp(argument, "--edited") == 0) {
    o->replay_text = WICK_TEXT_NOW;
  } else if (strcmp(argument, "--tree") == 0) {
    o->dump_tree = true;
  } else if (strcmp(argument, "--stats") == 0) {
    o->stats = STATS_LINE;
  } else if (strcmp(argument, "--gc-stats") == 0) {
    o->stats = STATS_TEXT;
  } else if (strncmp(argument, "--gc-stats=", 11) == 0) {
    if (strcmp(argument + 11, "json") != 0) {
      return fail(reader, "--gc-stats takes nothing or =json, not %s", argument + 11);
    }
    o->stats = STATS_JSON;
  } else {
    *known = false;
  }
  return true;
}

// "random" leaves the choice to the system; a run that fails says which it was.
static bool read_seed(Reader *reader, const char *name, const char *value) {
  wick_options *vm = &reader->options->vm;
  char *end;
  errno = 0;
  vm->seed = strtoull(value, &end, 0);
  vm->has_seed = *end == 0 && end != value && *value != '-' && errno == 0;
  if (vm->has_seed) return true;
  vm->seed = 0;
  return strcmp(value, "random") == 0 ? true : fail(reader, name, value);
}

// From 1 to `max`.
static bool read_number(const char *text, unsigned long max, uint32_t *out) {
  char *end;
  errno = 0;
  unsigned long number = strtoul(text, &end, 10);
  if (*end || end == text || *text == '-' || errno != 0 || number == 0 || number > max) return false;
  *out = (uint32_t)number;
  return true;
}

static bool read_valued(Reader *reader, const char *argument) {
  Options *o = reader->options;
  static const char *const names[] = {"--base-url", "--max-memory", "--seed", "--color",
                                      "--language", "--random-seed", "--record", "--stall",
                                      "--rate", "--output"};
  size_t which = 0;
  while (which < ARRAY_SIZE(names) && !is_option(argument, names[which])) which++;
  if (which == ARRAY_SIZE(names)) return fail(reader, "unknown option %s", argument);
  const char *value = take_value(reader, argument);
  if (!value) return false;
  switch (which) {
  case 0: o->vm.base_url = value; return true;
  case 1:
    if (read_size(value, &o->vm.max_memory)) return true;
    return fail(reader, "--max-memory needs a size such as 64m or 2g, not %s", value);
  case 2:
    o->vm.shuffle = true;
    return read_seed(reader, "--seed needs a number or `random`, not %s", value);
  case 3:
    if (strcmp(value, "auto") == 0)
      o->vm.color = -1;
    else if (strcmp(value, "never") == 0)
      o->vm.color = 0;
    else if (strcmp(value, "always") == 0)
      o->vm.color = 1;
    else
      return fail(reader, "--color is auto, never or always, not %s", value);
    return true;
  case 6: o->vm.record = value; return true;
  case 7:
    if (read_number(value, UINT32_MAX, &o->vm.stall_ms)) return true;
    return fail(reader, "--stall needs a number of milliseconds above 0, not %s", value);
  case 8:
    if (read_number(value, PROFILE_HZ_MAX, &o->vm.profile_hz)) return true;
    return fail(reader, "--rate needs a number of looks a second from 1 to 10000, not %s", value);
  case 9: o->output = value; return true;
  case 5: return read_seed(reader, "--random-seed needs a number or `random`, not %s", value);
  default:
    if (strcmp(value, "luma") == 0)
      o->language = WICK_LUMA;
    else if (strcmp(value, "vint") == 0)
      o->language = WICK_VINT;
    else
      return fail(reader, "--language is luma or vint, not %s", value);
    return true;
  }
}

static bool read_option(Reader *reader, const char *argument) {
  Options *o = reader->options;
  if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
    o->command = COMMAND_HELP;
    o->was_asked = true;
    return true;
  }
  if (strcmp(argument, "--version") == 0 || strcmp(argument, "-V") == 0) {
    o->command = COMMAND_VERSION;
    return true;
  }
  bool known;
  if (!read_flag(reader, argument, &known)) return false;
  return known || read_valued(reader, argument);
}

// "run", "check" …: true if `word` is a command's name.
static bool read_command(Options *options, const char *word) {
  static const struct {
    const char *name;
    Command command;
  } commands[] = {{"run", COMMAND_RUN},
                  {"profile", COMMAND_PROFILE},
                  {"replay", COMMAND_REPLAY},
                  {"check", COMMAND_CHECK},
                  {"dump", COMMAND_DUMP},
                  {"lock", COMMAND_LOCK},
                  {"repl", COMMAND_REPL},
                  {"help", COMMAND_HELP},
                  {"version", COMMAND_VERSION}};
  for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
    if (strcmp(word, commands[i].name) != 0) continue;
    options->command = commands[i].command;
    options->was_asked = true;
    return true;
  }
  return false;
}

// What stands behind the options: files, the program's arguments, help's topic.
static bool take_rest(Reader *reader) {
  Options *o = reader->options;
  int count = reader->argc - reader->next;
  char **rest = reader->argv + reader->next;
  switch (o->command) {
  case COMMAND_PROFILE:
  case COMMAND_RUN:
    if (o->command == COMMAND_PROFILE && o->vm.profile_hz == 0) o->vm.profile_hz = PROFILE_HZ;
    if (count == 0)
      return fail(reader, "%s needs a file", o->command == COMMAND_RUN ? "run" : "profile");
    o->files = (const char **)rest;
    o->file_count = 1;
    o->vm.args = rest + 1;
    o->vm.arg_count = count - 1;
    return true;
  case COMMAND_REPLAY:
    if (count > 1 && strcmp(rest[1], "--") == 0) count--; // nothing follows: arguments are recorded
    if (count == 0) return fail(reader, "%s needs a recording", "replay");
    if (count > 1) return fail(reader, "replay takes one recording; what is %s?", rest[1]);
    o->files = (const char **)rest;
    o->file_count = 1;
    return true;
  case COMMAND_CHECK:
  case COMMAND_DUMP:
  case COMMAND_LOCK:
    if (count == 0) {
      const char *name = o->command == COMMAND_CHECK  ? "check"
                         : o->command == COMMAND_DUMP ? "dump"
                                                      : "lock";
      return fail(reader, "%s needs a file", name);
    }
    o->files = (const char **)rest;
    o->file_count = count;
    return true;
  case COMMAND_REPL:
    if (count > 0) return fail(reader, "repl takes no file; `:load %s` runs one there", rest[0]);
    if (o->vm.record) return fail(reader, "repl cannot be recorded%s", "");
    return true;
  case COMMAND_HELP: o->topic = count > 0 ? rest[0] : NULL; return true;
  case COMMAND_VERSION: return true;
  }
  return true;
}

// Installed as `luma` or `vint` the program runs files of that language.
static wick_language language_of_name(const char *program) {
  const char *slash = strrchr(program, '/');
  const char *name = slash ? slash + 1 : program;
  if (strcmp(name, "luma") == 0) return WICK_LUMA;
  if (strcmp(name, "vint") == 0) return WICK_VINT;
  return WICK_BY_NAME;
}

bool options_parse(Options *options, int argc, char **argv, char *problem, size_t size) {
  *options = (Options){.command = COMMAND_RUN, .language = language_of_name(argv[0])};
  wick_options_init(&options->vm);
  options->vm.base_url = getenv("WICK_BASE_URL");
  Reader reader = {options, argv, argc, 1, problem, size};
  bool has_command = false;
  while (reader.next < argc) {
    const char *argument = argv[reader.next];
    bool is_word = argument[0] != '-' || argument[1] == 0;
    if (is_word && (has_command || !read_command(options, argument))) break;
    reader.next++;
    if (is_word) {
      has_command = true;
    } else if (strcmp(argument, "--") == 0) {
      break;
    } else if (!read_option(&reader, argument)) {
      return false;
    }
  }
  if (reader.next >= argc && options->command == COMMAND_RUN && !has_command) {
    bool is_asked = options->language != WICK_BY_NAME && isatty(STDIN_FILENO);
    options->command = is_asked ? COMMAND_REPL : COMMAND_HELP;
  }
  return take_rest(&reader);
}
