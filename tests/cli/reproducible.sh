#!/usr/bin/env bash
# The program does not know where it was built, and the same sources give the same bytes in another folder.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
root=$(cd "$here/../.." && pwd)

! grep -qF "$root" "$wick" || fail "the program has the path of its folder in it"

[ -n "${WICK_GC_STRESS:-}" ] && finish # nothing of the program's
export CCACHE_DISABLE=1
objects="build/release/base/number.o build/release/object/str.o"
for folder in one another/place; do
  mkdir -p "$work/$folder/src"
  cp -r "$root/Makefile" "$root/include" "$work/$folder"
  cp -r "$root"/src/{base,heap,object} "$work/$folder/src"
  # shellcheck disable=SC2086
  run "make in $folder" 0 env -u MAKEFLAGS make -C "$work/$folder" BUILD=build $objects
done
for object in $objects; do
  cmp "$work/one/$object" "$work/another/place/$object" || fail "$object is another one in another folder"
done
finish
