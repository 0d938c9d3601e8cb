# Thousands of inputs: slots grow and move while functions of earlier inputs use them; redefinition keeps no memory.
set -eu
{
  echo 'func first() { return v0 + 1 }' | sed 's/v0/1/'
  for i in $(seq 1000); do echo "let v$i = $i"; echo "func f$i() { v$i = v$i + 1; return v$i }"; done
  echo 'f1() + f500() + f1000()'
  for i in $(seq 150); do echo 'let big = "x".repeat(1000000)'; done
  echo 'v1 + v1000'
} | "$WICK" repl --language vint --max-memory 64m >"${TMPDIR:-/tmp}/repl.$$" 2>&1 || { cat "${TMPDIR:-/tmp}/repl.$$"; exit 1; }
got=$(cat "${TMPDIR:-/tmp}/repl.$$"); rm -f "${TMPDIR:-/tmp}/repl.$$"
[ "$got" = "1504
1003" ] || { echo "got: $got"; exit 1; }
