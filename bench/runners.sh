# runners.sh - who can run a workload, and how
#
# Needs $wick and $work. A workload is the programs of one name in bench/programs, one a language; what a language has
# no natural way to say has no program. Everybody gets the defaults: no flags that tune the collector or the compiler.

has() { command -v "$1" >/dev/null; }

# The commands for a workload: "NAME<TAB>COMMAND" lines.
list_runners() {
  local load=$1 script=""
  offer "$load.luma" "wick luma" "$wick"
  offer "$load.vint" "wick vint" "$wick"
  if [ -f "$load.go" ] && has go && build_go "$load"; then printf 'go\t%s\n' "$work/$load.bin"; fi
  for script in "$load.js" "$load.mjs"; do
    has node && offer "$script" node "$(behind_shim node -p process.execPath)"
    has bun && offer "$script" bun bun
    has deno && offer "$script" deno "deno run -A --quiet"
  done
  has luajit && offer "$load.lua" luajit luajit
  has luajit && offer "$load.lua" "luajit -joff" "luajit -joff"
  has lua5.4 && offer "$load.lua" "lua 5.4" lua5.4
  has python3 && offer "$load.py" python "$(behind_shim python3 -c 'import sys; print(sys.executable)')"
  return 0
}

# The program itself, where the name in PATH may be a script of a version manager, whose start would be timed too.
behind_shim() { "$@" 2>/dev/null || echo "$1"; }

# offer FILE NAME COMMAND
offer() {
  [ ! -f "$1" ] || printf '%s\t%s %s\n' "$2" "$3" "$1"
}

build_go() {
  [ -x "$work/$1.bin" ] || go build -o "$work/$1.bin" "$1.go" size.go >&2
}

# The first line that a peer says about itself.
list_versions() {
  echo "wick: $("$wick" --version 2>&1 | head -1)"
  has go && echo "go: $(go version)"
  has node && echo "node: $(node --version)"
  has bun && echo "bun: $(bun --version)"
  has deno && echo "deno: $(deno --version | head -1)"
  has luajit && echo "luajit: $(luajit -v | head -1)"
  has lua5.4 && echo "lua: $(lua5.4 -v | head -1)"
  has python3 && echo "python: $(python3 --version)"
  return 0
}

processor() { sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1 | grep . || uname -m; }
