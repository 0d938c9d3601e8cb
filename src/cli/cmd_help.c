// SPDX-License-Identifier: MIT
// cmd_help.c - wick help [COMMAND or NAME]
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

static const char overview[] =
    "wick runs programs in two small languages, Luma and Vint, whose subject is concurrency.\n"
    "\n"
    "  wick FILE [args]         run a program (.luma or .vint; - is standard input)\n"
    "  wick run FILE [args]     the same\n"
    "  wick profile FILE [args] run a program and show where its time goes\n"
    "  wick replay RECORDING    run again what `wick run --record RECORDING FILE` has recorded\n"
    "  wick check FILE...       parse and type-check, run nothing\n"
    "  wick dump FILE...        show the bytecode (--tree: the syntax tree)\n"
    "  wick lock FILE...        fetch anew what it imports from the net, and write wick.lock\n"
    "  wick repl                try things at a prompt (--language luma or vint)\n"
    "  wick help [NAME]         about a command, or about something in the library: wick help "
    "http.get\n"
    "  wick version\n"
    "\n"
    "Options, before FILE:\n"
    "  --base-url URL     what relative URLs are resolved against (or WICK_BASE_URL)\n"
    "  --leaks            at the end, list the fibers that were still waiting\n"
    "  --max-memory SIZE  a limit for the program's memory, such as 64m or 2g\n"
    "  --stall MS         report a fiber that computes for longer without suspending\n"
    "  --virtual-time     sleeps take no time: the clock jumps to the next timer\n"
    "  --seed N           draw the order of equal choices, and random numbers (see help run)\n"
    "  --random-seed N    random numbers only; the order stays first in, first out\n"
    "  --record FILE      record the run, for wick replay\n"
    "  --offline          imports fetch nothing: they take what is in the cache\n"
    "  --strict           warnings are errors        --quiet   do not show warnings\n"
    "  --color WHEN       auto, never or always      --stats   memory figures at the end\n"
    "  --gc-stats[=json]  at the end, what the garbage collector did and how long it paused\n"
    "  --language NAME    luma or vint, when the file's name does not tell\n"
    "\n"
    "Exit status: 0 fine, 1 an error, 2 deadlock, 64 wrong usage, 65 the source does not parse or\n"
    "type-check, 66 the file cannot be read, 70 a replay does not fit its recording, 71 a recording\n"
    "is damaged or ends early, 130 interrupted; exit(n) gives n.\n";

static const struct {
  const char *name;
  const char *text;
} topics[] = {
    {"run", "wick [run] FILE [args]\n\n"
            "Checks the program, compiles it and runs it. Nothing runs if it does not type-check.\n"
            "What follows FILE belongs to the program. FILE may be - for standard input; then\n"
            "--language says which language it is.\n\n"
            "--seed N draws what is otherwise first in, first out: which of the fibers that are\n"
            "ready goes on, and which of the select cases that have been ready equally long is\n"
            "taken. It also seeds the random numbers. The same N gives the same run, on every\n"
            "machine; a run that fails says its N. `--seed random` leaves the choice to Wick.\n"
            "Who waits at a channel or for a promise is still woken in the order of coming.\n"
            "--random-seed N seeds the random numbers alone.\n\n"
            "--record FILE writes down every reading of a clock, every answer and all else that\n"
            "comes from outside; see `wick help replay`. The file also holds the program's text,\n"
            "its arguments and what it received: treat it as you treat those.\n\n"
            "--stall MS reports a fiber that computes for longer than MS milliseconds without\n"
            "coming to a point where it could wait, with its stack, and how long it took in the\n"
            "end. It is not interrupted. --leaks lists the fibers that were still waiting at the\n"
            "end. --gc-stats writes to stderr at the end how often memory was collected, what was\n"
            "allocated, what share of the time that took, and a histogram of the pauses;\n"
            "--gc-stats=json the same on one line. kill -USR1 PID makes a running program write the tree of its fibers to stderr.\n"},
    {"profile",
     "wick profile [--rate HZ] [--output NAME] FILE [args]\n\n"
     "Runs the program and then shows where its processor time went: by line, by built-in and by\n"
     "fiber, on stderr. NAME.svg is a flame graph: open it in a browser, click a box to enlarge it.\n"
     "NAME.folded has the same as text, a line for each stack with its microseconds, for other\n"
     "tools. NAME is the file's name with .profile, in the current folder. --rate is how many times\n"
     "a second is looked, 997 unless said otherwise, at most 10000. Waiting is not counted.\n"},
    {"replay",
     "wick replay [--recorded | --edited] RECORDING\n\n"
     "Runs a program again that was run by `wick run --record RECORDING FILE`: with the same\n"
     "arguments, options and text, and with the recording in place of the world. Clocks, the\n"
     "environment, requests and their answers, Ctrl-C and the order in which all of it came are\n"
     "read from the file. No network is used and no time is waited for. Output and exit status are\n"
     "those of the recorded run.\n\n"
     "A replay that comes to a step which does not fit says what was recorded, what happened and\n"
     "where, and ends with status 70. If a file of the program has changed, it says so at once:\n"
     "--recorded replays the text as it was, --edited the files as they are now, which is how one\n"
     "adds a print to a run that has failed. A recording of a run that was killed is replayed up to\n"
     "where it ends, with status 71.\n"},
    {"check",
     "wick check FILE...\n\n"
     "Parses and type-checks each file and prints what is wrong, with the place, the reason\n"
     "and what to do. Exit status 65 if there is an error; warnings alone do not count\n"
     "(--strict makes them errors).\n"},
    {"dump", "wick dump [--tree] FILE...\n\n"
             "Prints the bytecode of each function, or with --tree the syntax tree.\n"},
    {"repl",
     "wick repl [--language luma|vint]\n\n"
     "Runs what is typed, as soon as it is complete, and prints its value; `luma` and `vint`, the\n"
     "names that Wick is installed under, do so when they are called without a file at a terminal.\n"
     "What an input declares stays, await works everywhere, and fibers go on while the prompt\n"
     "waits. Errors end their input only. Ctrl-C ends what runs, Ctrl-D the session.\n\n"
     "  :type EXPR   the type of an expression, without running it\n"
     "  :doc NAME    something of the library: print, http, http.get, List.map\n"
     "  :load FILE   run a file here and keep what it declares\n"
     "  :help, :quit\n\n"
     "Tab completes names and fields. Lines are kept in $XDG_STATE_HOME/wick/history, or in\n"
     "~/.local/state/wick/history, the last thousand of them. From a pipe the input is read without\n"
     "prompts. The status is 0, or n after exit(n).\n"},
    {"lock",
     "wick lock FILE...\n\n"
     "Fetches anew every https:// address that FILE imports, and all that these import, and writes\n"
     "what they gave into the file wick.lock beside FILE: an address and its SHA-256 a line. A run\n"
     "adds what is not in there yet, and refuses an address that gives anything else; this command\n"
     "is how one says that a change is meant. `wick help import` says more.\n"},
    {"import",
     "Programs of several files.\n\n"
     "Luma: let shapes = import(\"./shapes\")      relative to the importing file; a folder means\n"
     "      import(\"std:math\")                   its main.luma; std: is the library\n"
     "Vint: import shapes, \"lib/tools\" as tools  the main program's folder, the current one, its\n"
     "                                           modules/, the importing file's; ./ is relative\n\n"
     "Either language imports the other. A file's value is that of its last statement. A file is\n"
     "evaluated once. Addresses: import(\"https://example.org/shapes.luma\"); texts are kept in\n"
     "$XDG_CACHE_HOME/wick (or ~/.cache/wick), --offline takes them from there alone, and wick.lock\n"
     "says what they must be. A second argument \"sha256:...\" says it for one import of any kind.\n"},
    {"help", "wick help [NAME]\n\n"
             "NAME is a command, or something in the library: print, http, http.get, List.map.\n"
             "'*' is all of the library.\n"},
    {"version", "wick version\n\nPrints the version.\n"},
};

static void print_row(void *context, const char *owner, const char *name, const char *signature,
                      const char *doc, bool luma, bool vint) {
  const char *language = luma && vint ? "" : luma ? " (Luma)" : " (Vint)";
  const char *bare = strstr(owner, "()"); // "Lock()" is the receiver of a lock's methods
  int owner_len = (int)(bare ? bare - owner : (long)strlen(owner));
  if (owner[0]) {
    const char *dot = name[0] ? "." : ""; // a module's own row has no name
    printf("%.*s%s%s: %s%s\n    %s\n", owner_len, owner, dot, name, signature, language, doc);
  } else {
    printf("%s: %s%s\n    %s\n", name, signature, language, doc);
  }
}

bool cmd_help_describe(const char *name) {
  return wick_describe(name, print_row, NULL) > 0;
}

// The rows of one language, counted and, if they are wanted, printed.
typedef struct OneLanguage {
  bool is_vint;
  bool prints;
  unsigned count;
} OneLanguage;

static void visit_one(void *context, const char *owner, const char *name, const char *signature,
                      const char *doc, bool luma, bool vint) {
  OneLanguage *one = context;
  if (one->is_vint ? !vint : !luma) return;
  one->count++;
  if (one->prints) print_row(NULL, owner, name, signature, doc, luma, vint);
}

bool cmd_help_describe_for(const char *name, bool is_vint) {
  OneLanguage one = {.is_vint = is_vint};
  (void)wick_describe(name, visit_one, &one);
  if (one.count == 0) return cmd_help_describe(name);
  one.prints = true;
  return wick_describe(name, visit_one, &one) > 0;
}

int cmd_help(const Options *options) {
  if (!options->topic) {
    fputs(overview, stdout);
    return 0;
  }
  bool is_known = false; // a command and something in the library may have one name
  for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
    if (strcmp(options->topic, topics[i].name) != 0) continue;
    fputs(topics[i].text, stdout);
    is_known = true;
  }
  if (cmd_help_describe(options->topic) || is_known) return 0;
  fprintf(stderr, "error: there is no help about %s\nhelp: `wick help` lists the commands\n",
          options->topic);
  return WICK_USAGE;
}
