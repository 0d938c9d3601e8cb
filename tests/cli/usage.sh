#!/usr/bin/env bash
# The command line itself: help, versions, options that are not there (async.md 6.4).
. "$(dirname "$0")/../support/check.sh"
cd "$work" || exit 1

run "no arguments" 0 "$wick"
out_has "wick check FILE"
err_is_empty
run "help" 0 "$wick" help
out_has "Exit status"
run "--help" 0 "$wick" --help
out_has "Options, before FILE"
run "-h" 0 "$wick" -h
run "help of a command" 0 "$wick" help check
out_has "type-checks each file"
run "help of a member" 0 "$wick" help http.get
out_has "http.get: fn(url: String"
run "help of a module" 0 "$wick" help Promise
out_has "Promise.all"
run "help of a method" 0 "$wick" help List.map
out_has "List(T).map"
run "help of a global" 0 "$wick" help print
out_has "print"
run "help of nothing known" 64 "$wick" help nonsense
err_has "there is no help about nonsense"

run "version" 0 "$wick" version
out_has "wick 0."
run "--version" 0 "$wick" --version
out_has "wick 0."

run "unknown option" 64 "$wick" --frobnicate x.luma
err_has "unknown option --frobnicate"
err_has "wick help"
run "option without its value" 64 "$wick" --max-memory
err_has "--max-memory needs a value"
run "size that is none" 64 "$wick" --max-memory lots x.luma
err_has "64m"
run "seed that is none" 64 "$wick" --seed x y.luma
run "language that is none" 64 "$wick" --language cobol x
err_has "luma or vint"
run "colour that is none" 64 "$wick" --color maybe x.luma
run "run without a file" 64 "$wick" run
err_has "run needs a file"
run "check without a file" 64 "$wick" check
run "dump without a file" 64 "$wick" dump

# What follows FILE belongs to the program.
echo 'print(args())' >arguments.vint
run "arguments of the program" 0 "$wick" arguments.vint --strict -x "two words" --
out_is "[--strict, -x, two words, --]"
echo 'print(process.args())' >arguments.luma
run "arguments of the program, Luma" 0 "$wick" run arguments.luma --help 1
out_is '["--help", "1"]'

# Options that change how it is run.
echo 'let x: Strng = 1' >warned.luma
run "warnings" 0 "$wick" warned.luma
err_has "warning["
run "--quiet" 0 "$wick" --quiet warned.luma
err_is_empty
run "--strict" 65 "$wick" --strict warned.luma
run "check --strict" 65 "$wick" check --strict warned.luma
run "check" 0 "$wick" check warned.luma arguments.luma
out_has "warned.luma: ok, 1 warning"
out_has "arguments.luma: ok"
echo 'let x: Number = "one"' >bad.luma
run "check goes on after a bad file" 65 "$wick" check bad.luma arguments.luma
out_has "arguments.luma: ok"
err_has "declared type Number, got String"
run "--color always" 65 "$wick" --color always bad.luma
err_has $'\033['
run "--color never" 65 "$wick" --color=never bad.luma
err_lacks $'\033['

printf 'import random\nprint(random.int(1, 1000000), random.int(1, 1000000))\n' >dice.vint
run "--seed" 0 "$wick" --seed 7 dice.vint
first=$(cat "$work/out")
run "--seed again" 0 "$wick" --seed 7 dice.vint
out_is "$first"
run "another seed" 0 "$wick" --seed 8 dice.vint
[ "$(cat "$work/out")" != "$first" ] || fail "another seed gives the same numbers"

echo 'sleep(3600000)' >hour.vint
LIMIT=5 run "--virtual-time" 0 "$wick" --virtual-time hour.vint
echo 'print("x")' >hello.vint
run "--stats" 0 "$wick" --stats hello.vint
err_has "heap peak"
run "dump" 0 "$wick" dump hello.vint
out_has "main"
run "dump --tree" 0 "$wick" dump --tree hello.vint
out_has "call"
run "dump of what does not parse" 65 "$wick" dump bad.luma

printf 'let a = []\nwhile (true) { a.push("text".repeat(50000)) }\n' >hungry.vint
run "--max-memory" 1 "$wick" --max-memory 16m hungry.vint
err_has "memory"
printf 'let xs: List(String) = []\nwhile true do\n  xs:push("text":repeat(50000))\nend\n' >hungry.luma
run "--max-memory, Luma" 1 "$wick" --max-memory=16m hungry.luma
err_has "memory"
finish
