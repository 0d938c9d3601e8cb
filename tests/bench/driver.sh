#!/usr/bin/env bash
# The benchmarks' driver: its page, the files that it keeps, and what it says of a peer that prints something else, that
# fails, or that is too slow.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
bench=$here/../../bench
mkdir "$work/peers"

# peer SCRIPT: what stands for Lua 5.4
peer() {
  printf '#!/bin/sh\n[ "$1" = -v ] && exit\n%s\n' "$1" >"$work/peers/lua5.4"
  chmod +x "$work/peers/lua5.4"
}
measure() { PATH=$work/peers:$PATH run "$1" "$2" "$bench/run" -t "${seconds:-60}" -o "$work/kept" "$wick" 2; }

peer 'echo 610'
LOADS=fib:15 measure "a page" 0
out_has "2 rounds"
for runner in "wick luma" "wick vint" "lua 5.4"; do
  grep -qE "^  $runner +[0-9]+\.[0-9]+ +[0-9.]+ – [0-9.]+ +[0-9]+ +[0-9.]+x +[0-9.]+x$" "$work/out" ||
    fail "no line of $runner: $(cat "$work/out")"
  [ "$(grep -cF "fib	$runner	" "$work/kept.tsv")" = 1 ] || fail "no figures of $runner"
done
cmp -s "$work/out" "$work/kept.txt" || fail "the page that is kept is not the one that was shown"
tail -1 "$work/kept.svg" | grep -q '^</svg>$' || fail "the chart does not end"

peer 'echo 611'
LOADS=fib:15 measure "another answer" 1
out_has "fib: OUTPUT DIFFERS: lua 5.4 printed 611"

peer 'exit 3'
LOADS=fib:15 measure "a peer that fails" 0
out_has "fib: lua 5.4 failed"

peer 'sleep 20'
seconds=2
LOADS=fib:15 measure "a slow peer" 0
out_has "fib: lua 5.4 failed or took more than 2 s"

LOADS=none measure "no such workload" 64
err_has "there is no workload none"
run "no program" 64 "$bench/run"
err_has "bench/run [-o PREFIX]"
finish
