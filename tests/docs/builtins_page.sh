#!/usr/bin/env bash
# docs/builtins.md says what the library's rows say.
. "$(dirname "$0")/../support/check.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/docs/make_builtins" "$wick" >"$work/builtins.md" || fail "the page cannot be made"
diff -u "$root/docs/builtins.md" "$work/builtins.md" >"$work/difference" ||
  fail "docs/builtins.md is out of date (docs/make_builtins WICK >docs/builtins.md): $(head -20 "$work/difference")"
finish
