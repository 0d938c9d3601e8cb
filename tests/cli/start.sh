#!/usr/bin/env bash
# A start maps no library that only some programs need, and touches little memory.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"

# What the loader would map. A sanitizer brings libraries of its own.
LD_TRACE_LOADED_OBJECTS=1 "$wick" >"$work/libraries" || fail "the loader does not tell what it maps"
grep -q 'libc\.' "$work/libraries" || fail "it maps no C library: $(cat "$work/libraries")"
for heavy in curl ssl crypto pcre edit; do
  ! grep -q "lib$heavy" "$work/libraries" || fail "each start maps lib$heavy"
done

# They are there when they are used.
printf 'import regex\nimport crypto\nimport hash\nprint(regex.match("a+", "aaa"), hash.sha256("x").length())\n' >"$work/uses.vint"
run "a program that uses some of them" 0 "$wick" "$work/uses.vint"
out_is "true 64"

# The peak of a small program in KiB, the release build's only: 4,096 leaves room for other systems' C libraries.
grep -q 'lib[aut]*san' "$work/libraries" || [ -n "${WICK_GC_STRESS:-}" ] || {
  echo 'print("hello")' >"$work/hello.vint"
  cc -O1 -o "$work/measure" "$here/../../bench/measure.c" || fail "bench/measure.c does not compile"
  run "hello" 0 "$work/measure" "$wick" "$work/hello.vint"
  out_is "hello"
  peak=$(awk '{ print $2 }' "$work/err")
  [ "$peak" -lt 4096 ] || fail "a program that prints a line takes $peak KiB"
}
finish
