#!/usr/bin/env bash
# The figures about growth: their table and their plot, and how bench/publish puts figures into the pages, twice with the
# same result.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
unset WICK_GC_STRESS # ten thousand fibers
root=$(cd "$here/../.." && pwd)
mkdir -p "$work/tree/docs/figures"
cp -r "$root/bench" "$root/README.md" "$work/tree/"
cp "$root/docs/performance.md" "$work/tree/docs/"
figures=$work/tree/docs/figures

LOADS="spawn parked" LIMIT=60 run "growth" 0 "$root/bench/growth" -m 10000 -p '^wick' -o "$figures/growth" "$wick" 1
for load in spawn parked; do
  for runner in "wick luma" "wick vint"; do
    [ "$(grep -cE "^$load	$runner	(2|10000)	[0-9.]+	[0-9]+$" "$figures/growth.tsv")" = 2 ] ||
      fail "not two sizes of $load with $runner: $(cat "$figures/growth.tsv")"
  done
done
[ "$(grep -cE '^  wick (luma|vint) +10000 +[0-9.]+ +[0-9]+ +[0-9.]+ +[0-9]+$' "$work/out")" = 4 ] ||
  fail "not four lines: $(cat "$work/out")"
grep -q '^</svg>$' "$figures/growth.svg" || fail "no plot"

# The arithmetic, with figures that are easy to follow: 1 µs and 1,024 bytes more for each fiber.
printf 'x\twick luma\t2\t1.0\t500\nx\twick luma\t1000002\t2.0\t1000500\n' >"$work/easy"
run "a fiber's cost" 0 awk -f "$root/bench/growth.awk" "$work/easy"
grep -qE '1000002 +2\.0000 +1000500 +1\.000 +1024$' "$work/out" || fail "wrong: $(cat "$work/out")"
"$root/bench/plot" "$work/easy" >"$work/easy.svg"
grep -q '<circle class="line c1"' "$work/easy.svg" || fail "no point in the plot"

LOADS=fib:10 LIMIT=60 run "figures to publish" 0 "$root/bench/run" -o "$figures/workloads" "$wick" 1
run "publish" 0 "$work/tree/bench/publish" -k
grep -qF '(docs/figures/few.svg)' "$work/tree/README.md" || fail "README.md has no chart"
grep -qF '(figures/workloads.svg)' "$work/tree/docs/performance.md" || fail "performance.md has no chart"
grep -qF 'parked             fibers' "$work/tree/docs/performance.md" || fail "performance.md has no table of growth"
cat "$work/tree/README.md" "$work/tree/docs/performance.md" >"$work/once"
run "publish again" 0 "$work/tree/bench/publish" -k
cat "$work/tree/README.md" "$work/tree/docs/performance.md" | cmp -s - "$work/once" || fail "the second time it is different"
finish
