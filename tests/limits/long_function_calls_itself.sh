#!/usr/bin/env bash
# A function calls itself from further behind its beginning than an instruction's 16 bits say.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

{ echo 'fn down(n: Number, x: Number): Number do'; echo '  if n < 1 do return x end'; echo '  var y = x'
  lines 70000 '  y = y + n'; echo '  return down(n - 1, y) + 0'; echo end; echo 'print(down(3, 1))'; } >far.luma
run "typed, luma" 0 "$wick" far.luma
out_is 420001
{ echo 'func down(n, x) {'; echo 'if (n < 1) { return x }'; echo 'let y = x'
  lines 70000 'y = y + n'; echo 'return down(n - 1, y) + 0 }'; echo 'print(down(3, 1))'; } >far.vint
run "untyped, vint" 0 "$wick" far.vint
out_is 420001

finish
