#!/usr/bin/env bash
# What this version does not have is refused before the run, with a message that names it and its place.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

# refused LANGUAGE NAME PROGRAM: the first line on stderr must have NAME.
refused() {
  printf '%s\n' "$3" >program.$1
  run "$1: $2" 65 "$wick" program.$1
  head -1 "$work/err" | grep -qF -- "$2" || fail "$name: the message does not name it: $(head -1 "$work/err")"
  err_has "program.$1:"
  out_is_empty
}

refused vint 'select' 'print("never")
select { case v = receive(chan) { print(v) } default { } }'
refused vint 'receive' 'let ch = chan(1)
let v, ok = receive(ch)'
refused vint 'struct' 'struct A { x: int }'
refused vint 'enum' 'enum A { X = 1 }'
refused vint 'package' 'package a { let x = 1 }'
refused vint '&' 'let x = 1
let p = &x'
refused vint 'error type' 'error NotFound(name)'
refused vint 'importing a file' 'import "other"'
refused vint 'include' 'include "other"'
refused luma 'import' 'let m = import("other")'
for language in luma vint; do
  refused $language 'cancel' 'cancel(1)'
  refused $language 'group' 'let g = group(1)'
  refused $language 'race' 'let p = Promise.race([])'
  refused $language 'any' 'let p = Promise.any([])'
  refused $language 'timeout' 'let p = Promise.timeout(1, 2)'
  refused $language 'resolve' 'let p = Promise.resolve(1)'
  refused $language 'reject' 'let p = Promise.reject(1)'
  refused $language 'new' 'let p = Promise.new(1)'
done
refused luma 'select' 'let x = await select([])'
finish
