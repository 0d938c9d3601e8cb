#!/usr/bin/env bash
# Ctrl-C comes again in the same moment: while all wait, between two fibers, within a busy loop and deep in calls. What
# a killed run leaves is replayed up to there.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

cat >waits.luma <<'END'
print("waits")
await sleep(100000)
END
cat >busy.vint <<'END'
let n = 0
let seen = {"n": 0}
print("begins")
try {
    while (true) { n = n + 1; seen["n"] = n }
} finally { print("stopped at", n, seen["n"]) }
END
cat >pair.vint <<'END'
let a = chan
let b = chan
let n = 0
go func() { while (true) { n = receive(a) + 1; send(b, n) } }()
try {
    while (true) { send(a, n); receive(b) }
} finally { sleep(1); print("stopped at", n) }
END
cat >deep.vint <<'END'
let calls = 0
func fib(n) { calls = calls + 1; if (n < 2) { return n }; return fib(n - 1) + fib(n - 2) }
try { print(fib(60)) } finally { print("after calls:", calls) }
END

# The run is interrupted when it has had some time; a loaded machine may give it less. In the foreground, as timeout
# otherwise signals the process and its group, and a second Ctrl-C kills.
record() { # SIGNAL PROGRAM [OPTION]
  timeout --foreground -k 5 -s "$1" 0.25 "$wick" run ${3-} --record rec "$2" >first 2>first_err
}
for program in waits.luma busy.vint pair.vint deep.vint; do
  for options in "" "--seed=5"; do
    record INT $program $options
    LIMIT=60 run "$program $options interrupted" 130 "$wick" replay rec
    cmp -s first "$work/out" || fail "$name: '$(cat "$work/out")' instead of '$(cat first)'"
    cmp -s first_err "$work/err" || fail "$name: stderr '$(cat "$work/err")' instead of '$(cat first_err)'"
  done
done
grep -q "^stopped at [0-9]*[1-9]" <(record INT pair.vint; cat first) || fail "the pair was not at work: $(cat first)"

for program in waits.luma pair.vint; do
  record KILL $program
  run "$program killed" 71 "$wick" replay rec
  err_has "the recording ends here, behind step"
  cmp -s first "$work/out" || fail "$name: '$(cat "$work/out")' instead of '$(cat first)'"
done

# One that was killed while it computed says nothing of how far it had come: the replay goes a bounded way on.
for program in busy.vint deep.vint; do
  record KILL $program
  LIMIT=60 run "$program killed" 71 "$wick" replay rec
  err_has "the recording ends here, behind step 0; the run was not recorded to its end"
  err_has "--> $program:"
  cp "$work/err" first_err
  LIMIT=60 run "$program killed, again" 71 "$wick" replay rec
  cmp -s first_err "$work/err" || fail "$name: stderr '$(cat "$work/err")' instead of '$(cat first_err)'"
done

# A step that does not fit ends a fiber that would compute for ever, and its output.
printf 'import time\ntime.millis()\nlet n = 0\nwhile (n < 10) { n = n + 1 }\nprint(n)\n' >forever.vint
run "recorded" 0 "$wick" run --record rec forever.vint
printf 'import time\ntime.clock()\nlet n = 0\nwhile (true) { n = n + 1 }\nprint(n)\n' >forever.vint
run "computes for ever" 70 "$wick" replay --edited rec
err_has "now:      main reads the clock"

# Being asked for its fibers (SIGUSR1) does not change what a run does, whatever its seed has drawn.
cat >asked.vint <<'END'
let order = ""
let sum = 0
let work = func(name) { for i in 1..20 { for k in 1..20000 { sum = sum + 1 }; order = order + name; yield() } }
group(func(g) { for name in ["a", "b", "c"] { g.go(func() { work(name) }) } })
print(order)
END
run "not asked" 0 "$wick" --seed 4 asked.vint
cp "$work/out" order
"$wick" run --seed 4 --record rec asked.vint >first 2>/dev/null &
asked=$!
for i in 1 2 3 4 5; do sleep 0.01; kill -USR1 $asked 2>/dev/null; done
wait $asked
[ $? -gt 128 ] || cmp -s order first || fail "asked: $(cat first) instead of $(cat order)"
if [ -s first ]; then
  run "replay of one that was asked" 0 "$wick" replay rec
  cmp -s order "$work/out" || fail "$name: $(cat "$work/out") instead of $(cat order)"
fi

# Ctrl-C during the replay itself is not the program's.
printf 'let n = 0\nwhile (n < 100000000) { n = n + 1 }\nprint(n)\n' >long.vint
"$wick" run --record rec long.vint >/dev/null
timeout --foreground -k 5 -s INT 0.2 "$wick" replay rec >out 2>&1
status=$?
[ -s out ] || [ $status = 124 ] || fail "a replay that is interrupted ends with $status"
finish
