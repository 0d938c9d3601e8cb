#!/usr/bin/env bash
# --gc-stats says what the collector did, for people and as JSON, and no pause is long.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
[ -n "${WICK_GC_STRESS:-}" ] && finish # it collects otherwise then, and notes no pauses
cd "$work" || exit 1

cat >trees.luma <<'END'
fn make(depth: Number): Table do
  if depth == 0 do return { left = null, right = null } end
  return { left = make(depth - 1), right = make(depth - 1) }
end
let kept = make(14)
for i in range(20) do let _ = make(12) end
print("made")
END
run "--gc-stats" 0 "$wick" --gc-stats trees.luma
out_is "made"
err_has " minor and "
err_has "MB allocated"
err_has "the longest "
err_has "  below "

run "--gc-stats=json" 0 "$wick" --gc-stats=json trees.luma
cp "$work/err" stats.json
cat >read.vint <<'END'
import json
import os
let stats = json.decode(os.readFile("stats.json"))
let pauses = stats["pauses"]
let counted = 0
for us, count in pauses["below_us"] { counted += count }
print(counted == pauses["count"], stats["minor"] > 0, stats["slices"] >= stats["minor"] + stats["major"])
print(stats["allocated"] > 5000000, stats["live"] <= stats["peak"], stats["peak"] <= stats["allocated"])
print(pauses["p50_ns"] <= pauses["p99_ns"], pauses["p99_ns"] <= pauses["max_ns"], pauses["total_ns"] <= stats["run_ns"])
END
run "the figures fit together" 0 "$wick" read.vint
out_is "true true true
true true true
true true true"

run "--gc-stats takes json only" 64 "$wick" --gc-stats=xml trees.luma
err_has "--gc-stats takes nothing or =json, not xml"
echo 'print(' >bad.luma
run "nothing was run" 65 "$wick" --gc-stats bad.luma
finish
