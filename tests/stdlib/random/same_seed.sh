#!/usr/bin/env bash
# The same seed gives the same numbers, tokens and shuffles.                   (async.md 1.8)
. "$(dirname "$0")/../../support/check.sh"
cd "$work"
printf 'import random, uuid\nprint(random.int(1, 1000000), random.token(8), random.shuffle([1, 2, 3, 4, 5]), uuid.generate(), random.password(9))\n' >a.vint
first=$("$wick" --seed 5 a.vint)
again=$("$wick" --seed 5 a.vint)
other=$("$wick" --seed 6 a.vint)
[ "$first" = "$again" ] || fail "the same seed: $first, $again"
[ "$first" != "$other" ] || fail "another seed gives the same: $first"
finish
