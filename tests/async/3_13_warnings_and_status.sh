#!/usr/bin/env bash
# Warnings go to stderr and never change the status; --strict makes them errors (async.md 3.13).
. "$(dirname "$0")/../support/check.sh"
cd "$work"

printf 'let x: Nmber = 1\nprint(x)\n' >unknown.luma
printf 'fn load(): Promise(Number) do 1 end\nload()\nprint("ran")\n' >dropped.luma
run "an unknown type" 0 "$wick" unknown.luma
out_is 1
err_has "warning[T039]"
err_has "did you mean"
err_has "Number"
run "a dropped promise" 0 "$wick" dropped.luma
out_is ran
err_has "warning[A008]"
for file in unknown.luma dropped.luma; do
  run "$file, check" 0 "$wick" check $file
  err_has "warning["
  run "$file, check --strict" 65 "$wick" check --strict $file
  err_has "error["
  err_lacks "warning["
  run "$file, --strict" 65 "$wick" --strict $file
  out_is_empty
done
finish
