#!/usr/bin/env bash
# Messages about included text have the file, line and column where it was written.        (vint.md 9.5)
. "$(dirname "$0")/../support/check.sh"
cd "$work"
mkdir lib
printf 'let one = 1\n\nlet two = one + nothing\n' >lib/wrong.vint
printf 'let zero = 0\ninclude "lib/wrong.vint"\nprint(two)\nprint(gone)\n' >main.vint
run "mistakes before the run" 65 "$wick" main.vint
err_has "--> lib/wrong.vint:3:17"
err_has " 3 | let two = one + nothing"
err_has "--> main.vint:4:7"

printf '\nfunc fails() { return one.x }\nlet one = 1\n' >lib/fails.vint
printf 'include "lib/fails.vint"; print(fails())\n' >main.vint
run "an error at run time" 1 "$wick" main.vint
err_has "--> lib/fails.vint:2:27"
err_has "at fails (lib/fails.vint:2:27)"
err_has "at main (main.vint:1:33)"

# Included files include in their turn; relative to themselves too.
printf 'include "inner.vint"\nlet outer = inner + 1\n' >lib/outer.vint
printf 'let inner = 1\n' >lib/inner.vint
printf 'include "lib/outer.vint"\nprint(inner, outer, missing)\n' >main.vint
run "nested" 65 "$wick" main.vint
err_has "--> main.vint:2:21"
sed -i 's/, missing//' main.vint
run "nested" 0 "$wick" main.vint
out_is "1 2"

printf 'include "lib/outer.vint"\ninclude "lib/outer.vint"\n' >main.vint
run "twice in one scope" 65 "$wick" main.vint
err_has "is already declared in this block"
printf 'include "nowhere.vint"\n' >main.vint
run "not there" 65 "$wick" main.vint
err_has "there is no module \`nowhere.vint\`"
err_has "main.vint:1:9"
printf 'include "lib"\n' >main.vint
run "a folder" 65 "$wick" main.vint
err_has "Is a directory"
printf 'include "a.vint"\ninclude "a.vint"\n' >a.vint
run "itself, twice" 65 "$wick" a.vint
err_has "makes the program too large"
printf '}\n' >brace.vint
printf 'func f() { include "brace.vint" }\n' >main.vint
run "a brace too many" 65 "$wick" main.vint
err_has "does not parse by itself"
: >empty.vint
printf 'include "empty.vint"\nprint("fine")\n' >main.vint
run "an empty file" 0 "$wick" main.vint
out_is fine
finish
