#!/usr/bin/env bash
# Output is written in whole lines, in order with what goes to stderr, also when the program fails, is stuck or
# runs out of memory; a pipe that nobody reads ends it quietly (async.md 6.6).
. "$(dirname "$0")/../support/check.sh"
cd "$work"

cat >fibers.vint <<'END'
let done = chan(40)
for f in 1..40 {
    go func() {
        repeat 50 { print("fiber", f, "writes a whole line"); yield() }
        send(done, f)
    }()
}
repeat 40 { receive(done) }
END
run "many fibers" 0 "$wick" fibers.vint
[ "$(wc -l <"$work/out")" = 2000 ] || fail "2,000 lines expected, got $(wc -l <"$work/out")"
! grep -vqE '^fiber [0-9]+ writes a whole line$' "$work/out" || fail "a broken line: $(grep -vE '^fiber [0-9]+ writes a whole line$' "$work/out" | head -1)"

# The output of a program that ends badly in each way.
printf 'print("kept")\nthrow "no"\n' >throws.vint
printf 'print("kept")\nreceive(chan)\n' >stuck.vint
printf 'print("kept")\nlet a = []\nwhile (true) { a.push([1, 2, 3]) }\n' >hungry.vint
printf 'print("kept")\nlet f = func(n) { return f(n + 1) + 1 }\nf(0)\n' >deep.vint
printf 'print("kept")\ngo func() { throw "aside" }()\nyield()\n' >aside.vint
printf 'print("kept")\nexit(5)\n' >exits.vint
printf 'print("kept")\npanic("no")\n' >panics.luma
cases="throws.vint:1 stuck.vint:2 aside.vint:1 exits.vint:5 panics.luma:1"
[ -z "${WICK_GC_STRESS:-}" ] && cases="$cases hungry.vint:1 deep.vint:1" # they are large
for case in $cases; do
  run "${case%:*}" ${case#*:} "$wick" --max-memory 48m ${case%:*}
  out_is kept
done

# What goes to stdout comes before what goes to stderr if it was written before.
printf 'print("one")\nprintlnErr("two")\nprint("three")\nthrow "four"\n' >order.vint
"$wick" order.vint >both 2>&1
tr '\n' ' ' <both | grep -q '^one two three error: four' || fail "the order of both streams: $(head -c 200 both)"

# Nobody reads: it ends, says nothing, and is not killed by a signal that its parent would see as a crash.
printf 'while (true) { print("line") }\n' >endless.vint
timeout 20 bash -c '"$0" endless.vint 2>err; echo $? >status' "$wick" | head -1 >/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s status ] && break; sleep 0.1; done
[ -s status ] && [ "$(cat status)" -lt 124 ] || fail "a closed pipe: status $(cat status 2>/dev/null)"
[ ! -s err ] || fail "a closed pipe: stderr $(head -c 200 err)"

# A program that waits for a slow reader loses nothing.
printf 'for i in 1..50000 { print(i) }\n' >lot.vint
"$wick" lot.vint | { sleep 0.3; tail -1; } >last
[ "$(cat last)" = 50000 ] || fail "a slow reader: the last line is $(cat last)"
finish
