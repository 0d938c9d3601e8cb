#!/usr/bin/env bash
# Who waits for the input holds up nobody, and readers get the lines in the order in which they asked.
. "$(dirname "$0")/../../support/check.sh"
cd "$work"
cat >a.vint <<'P'
go func() { print("a:" + input()) }()
go func() { print("b:" + input()) }()
for i in 1..3 { sleep(20); print("tick", i) }
P
out=$( (sleep 0.4; echo one; sleep 0.1; echo two) | timeout 10 "$wick" a.vint | tr '\n' ' ')
[ "$out" = "tick 1 tick 2 tick 3 a:one b:two " ] || fail "printed $out"
finish
