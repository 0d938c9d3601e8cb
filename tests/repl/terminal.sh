# At a terminal: prompts (also of `vint` without a file), continuation, completion, history, Ctrl-C, output of fibers above the prompt, Ctrl-D.
command -v python3 >/dev/null || { echo "skipped: a pseudo-terminal needs python3"; exit 0; }
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
ln -s "$WICK" "$state/vint"
XDG_STATE_HOME=$state TERM=xterm LC_ALL=C python3 - "$WICK" "$state/vint" <<'PYTHON' || exit 1
import os, pty, select, signal, sys, termios, time

class Terminal:
    def __init__(self, *argv):
        self.pid, self.fd = pty.fork()
        if self.pid == 0: os.execv(argv[0], argv)
        self.text, self.seen = b"", 0
    def read(self):
        if not select.select([self.fd], [], [], 0.1)[0]: return True
        try: data = os.read(self.fd, 4096)
        except OSError: return False
        self.text += data
        return bool(data)
    def type(self, keys, *marks):  # then wait for each mark, in order
        os.write(self.fd, keys.encode())
        for mark in marks: self.expect(mark)
    def expect(self, mark):
        end = time.time() + 20
        while mark.encode() not in self.text[self.seen:]:
            if not self.read() or time.time() > end:
                sys.exit(f"did not see {mark!r} in {self.text[self.seen:]!r}, after {self.text[:self.seen]!r}")
        self.seen = self.text.index(mark.encode(), self.seen) + len(mark.encode())
    def end(self):
        while self.read(): pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

t = Terminal(sys.argv[1], "repl", "--language", "luma")
t.expect("luma> ")
t.type("let counter = 41\r", "luma> ")
t.type("coun\t", "ter")                            # a variable's name
t.type(" + 1\r", "42", "luma> ")
t.type("fn f() do\r", "... ")                      # a block goes on
t.type("return 7\r", "... ")
t.type("end\r", "luma> ")
t.type("f()\r", "7\r\n", "luma> ")
t.type("let t = {apple = {seed = 3}}\r", "luma> ")
t.type("t.app\t", "le")                            # a field, and a field of what it holds
t.type(".se\t", "ed")
t.type("\r", "3\r\n", "luma> ")
t.type("fn later() do await sleep(700) print(\"from a fiber\") end\r", "luma> ")
t.type("let p = later()\r", "luma> ")
t.type("half", "half", "from a fiber\r\n", "luma> half")   # what was typed is drawn again
t.type("\x03", "luma> ")                           # Ctrl-C drops it
os.kill(t.pid, signal.SIGSTOP)                     # Ctrl-Z: a shell then sets the terminal as it likes
mode = termios.tcgetattr(t.fd)
mode[3] |= termios.ICANON | termios.ECHO
termios.tcsetattr(t.fd, termios.TCSANOW, mode)
os.kill(t.pid, signal.SIGCONT)
time.sleep(0.2)
t.type("t.app\t", "le")
t.type("\x03", "luma> ")
t.type("while true do end\r", "\n")
time.sleep(0.3)
t.type("\x03", "interrupted", "luma> ")            # … and ends what runs
t.type("await sleep(100000)\r", "\n")
time.sleep(0.3)
t.type("\x03", "interrupted", "luma> ")
t.type("\"h\u00e9\"\r", "\"h\u00e9\"\r\n", "luma> ")
t.type("\x1b[A\r", "\"h\u00e9\"\r\n\"h\u00e9\"\r\n", "luma> ")   # the line before
t.type("\x04")                                     # Ctrl-D
status = t.end()
if status != 0: sys.exit(f"status {status}")

t = Terminal(sys.argv[2])                          # the name says the language
t.expect("vint> ")
t.type("\x1b[A\r", "h\u00e9", "vint> ")            # the history of the session before
t.type(":ty\t", "pe")
t.type(" 1\r", "int", "vint> ")
t.type("exit(3)\r")
status = t.end()
if status != 3: sys.exit(f"status {status} after exit(3)")
PYTHON
file=$state/wick/history
grep -q counter "$file" || { echo "the history was not kept"; exit 1; }
[ "$(stat -c %a "$file")" = 600 ] || { echo "others can read the history"; exit 1; }
