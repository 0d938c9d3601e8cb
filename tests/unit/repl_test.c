// SPDX-License-Identifier: MIT
// repl_test.c - sessions as a host sees them: two at once, unfinished inputs, completion, waiting
#include "check.h"
#include "wick.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Session {
  wick_vm *vm;
  wick_repl *repl;
  int out;   // what was printed
  int in[2]; // a pipe: the host's end is in[1]
} Session;

static Session open_session(wick_language language) {
  char path[] = "/tmp/repl_test.XXXXXX";
  Session session = {.out = mkstemp(path)};
  unlink(path);
  if (pipe(session.in) != 0) abort();
  wick_options options;
  wick_options_init(&options);
  options.out_fd = options.err_fd = session.out;
  options.in_fd = session.in[0];
  session.vm = wick_new(&options);
  session.repl = wick_repl_new(session.vm, language);
  return session;
}

static void close_session(Session *session) {
  wick_repl_free(session->repl);
  wick_free(session->vm);
  close(session->out);
  close(session->in[0]);
  close(session->in[1]);
}

static wick_input feed(const Session *session, const char *text) {
  return wick_repl_feed(session->repl, text, strlen(text), false);
}

// What was printed since the last time.
static const char *printed(const Session *session) {
  static char text[4096];
  off_t len = lseek(session->out, 0, SEEK_CUR);
  ssize_t count = pread(session->out, text, sizeof(text) - 1, 0);
  text[count > 0 ? count : 0] = '\0';
  CHECK(len < (off_t)sizeof(text));
  if (ftruncate(session->out, 0) != 0) abort();
  lseek(session->out, 0, SEEK_SET);
  return text;
}

static void test_inputs(void) {
  Session s = open_session(WICK_LUMA);
  CHECK(feed(&s, "let x = 1") == WICK_INPUT_DONE);
  CHECK(feed(&s, "-- nothing") == WICK_INPUT_DONE);
  CHECK(feed(&s, "fn f() do") == WICK_INPUT_MORE);
  CHECK(wick_repl_feed(s.repl, "fn f() do", 9, true) == WICK_INPUT_FAILED);
  (void)printed(&s);
  CHECK(feed(&s, "x + 1") == WICK_INPUT_DONE);
  CHECK_STR(printed(&s), "2\n");
  CHECK(feed(&s, "x + nosuch") == WICK_INPUT_FAILED);
  CHECK(strstr(printed(&s), "<input 4>:1:5") != NULL);
  close_session(&s);
  s = open_session(WICK_VINT);
  CHECK(feed(&s, "exit(9)") == WICK_INPUT_EXIT);
  CHECK(wick_repl_status(s.repl) == 9);
  close_session(&s);
}

static void test_two_at_once(void) {
  Session a = open_session(WICK_LUMA);
  Session b = open_session(WICK_VINT);
  CHECK(feed(&a, "let name = \"a\"") == WICK_INPUT_DONE);
  CHECK(feed(&b, "name") == WICK_INPUT_FAILED);
  (void)printed(&b);
  CHECK(feed(&b, "let name = \"b\"") == WICK_INPUT_DONE);
  CHECK(feed(&a, "name") == WICK_INPUT_DONE);
  CHECK(feed(&b, "name") == WICK_INPUT_DONE);
  CHECK_STR(printed(&a), "\"a\"\n");
  CHECK_STR(printed(&b), "b\n");
  close_session(&a);
  close_session(&b);
}

static char words[1024];

static void add_word(void *context, const char *word) {
  (void)context;
  if (strlen(words) + strlen(word) + 2 > sizeof(words)) return;
  strcat(words, word);
  strcat(words, " ");
}

static const char *complete(const Session *session, const char *line) {
  words[0] = '\0';
  wick_repl_complete(session->repl, line, strlen(line), add_word, NULL);
  return words;
}

static void test_completion(void) {
  Session s = open_session(WICK_LUMA);
  CHECK(feed(&s, "let User = { name = String, greet = fn(self) do return 1 end }") == WICK_INPUT_DONE);
  CHECK(feed(&s, "let deep = { inner = { leaf = 1, list = [1] } }") == WICK_INPUT_DONE);
  CHECK(feed(&s, "let math = import(\"std:math\")") == WICK_INPUT_DONE);
  CHECK_STR(complete(&s, "print(dee"), "deep ");
  CHECK_STR(complete(&s, "deep.inn"), "inner ");
  CHECK_STR(complete(&s, "1 + deep.inner.lea"), "leaf ");
  CHECK(strstr(complete(&s, "deep.inner.list:ma"), "map ") != NULL);
  CHECK_STR(complete(&s, "User.gre"), "greet ");
  CHECK_STR(complete(&s, "retu"), "return ");
  CHECK(strstr(complete(&s, "math.fl"), "floor ") != NULL);
  CHECK(strstr(complete(&s, "\"text\":repl"), "replace ") != NULL);
  CHECK_STR(complete(&s, "deep.nosuch.x"), "");
  CHECK_STR(complete(&s, "nosuch.x"), "");
  CHECK_STR(complete(&s, ".x"), "");
  CHECK(wick_repl_complete(s.repl, "deep.inn", 8, add_word, NULL) == 5);
  close_session(&s);
  s = open_session(WICK_VINT);
  CHECK(feed(&s, "struct P { x: int = 1; func area() { return 1 } }; let p = P()") == WICK_INPUT_DONE);
  CHECK_STR(complete(&s, "p.ar"), "area ");
  CHECK_STR(complete(&s, "p.x"), "x ");
  CHECK(strstr(complete(&s, "::prin"), "println ") != NULL);
  close_session(&s);
}

// Fibers run while the host waits, and what they print is told.
static void test_waiting(void) {
  Session s = open_session(WICK_VINT);
  CHECK(feed(&s, "go func() { sleep(5); print(\"later\") }()") == WICK_INPUT_DONE);
  CHECK_STR(printed(&s), "");
  CHECK(wick_repl_wait(s.repl) == WICK_WAIT_OUTPUT);
  CHECK_STR(printed(&s), "later\n");
  wick_interrupt(s.vm);
  CHECK(wick_repl_wait(s.repl) == WICK_WAIT_INTERRUPTED);
  CHECK(write(s.in[1], "a line\nmore", 11) == 11);
  CHECK(wick_repl_wait(s.repl) == WICK_WAIT_INPUT);
  const char *line;
  size_t len;
  wick_wait why;
  CHECK(wick_repl_read_line(s.repl, &line, &len, &why) && len == 6 && memcmp(line, "a line", 6) == 0);
  close(s.in[1]);
  CHECK(wick_repl_read_line(s.repl, &line, &len, &why) && len == 4);
  CHECK(!wick_repl_read_line(s.repl, &line, &len, &why) && why == WICK_WAIT_INPUT);
  s.in[1] = dup(s.in[0]);
  close_session(&s);
}

static void test_exit_while_waiting(void) {
  Session s = open_session(WICK_VINT);
  CHECK(feed(&s, "go func() { sleep(5); exit(6) }()") == WICK_INPUT_DONE);
  CHECK(wick_repl_wait(s.repl) == WICK_WAIT_EXIT);
  CHECK(wick_repl_status(s.repl) == 6);
  close_session(&s);
}

int main(void) {
  test_inputs();
  test_two_at_once();
  test_completion();
  test_waiting();
  test_exit_while_waiting();
  return check_done("repl");
}
