#!/usr/bin/env bash
# Imports in a circle: found before the run, with the whole chain and each file's line.        (luma.md 6)
. "$(dirname "$0")/../support/check.sh"
cd "$work"

printf '\nimport("./b.luma")\n' >a.luma
printf 'print("never")\n\nlet a = import("a")\n' >b.luma
run "two files" 65 "$wick" a.luma
out_is_empty
err_has "Circular dependency detected: a.luma -> b.luma -> a.luma"
err_has "--> b.luma:3:16"
err_has "note: a.luma:2 imports b.luma"
err_has "note: b.luma:3 imports a.luma"

printf 'import("self")\n' >self.luma
run "itself" 65 "$wick" self.luma
err_has "self.luma -> self.luma"

printf 'import "y.luma" as y\n' >x.vint
printf 'import("x.vint")\n' >y.luma
run "two languages" 65 "$wick" x.vint
err_has "x.vint -> y.luma -> x.vint"

# A circle that does not begin with the main file names only its own members.
printf 'import("a")\n' >main.luma
run "behind the main file" 65 "$wick" main.luma
err_has "a.luma -> b.luma -> a.luma"
err_lacks "main.luma ->"

# By computed paths circles come into being at run time.
printf 'let next = "d"\nimport("./" + next)\n' >c.luma
printf 'let next = "c"\nimport("./" + next)\n' >d.luma
run "computed, of the main file" 1 "$wick" c.luma
err_has "Circular dependency detected: d.luma -> c.luma -> d.luma"
printf 'import("./c")\n' >e.luma
run "computed" 1 "$wick" e.luma
err_has "Circular dependency detected: d.luma -> c.luma -> d.luma"

# Two modules that wait while they import each other.
printf 'await sleep(1)\nlet next = "g"\nimport("./" + next)\n' >f.luma
printf 'await sleep(1)\nlet next = "f"\nimport("./" + next)\n' >g.luma
printf 'fn load(n: String): Promise(Any) do\n  await yield()\n  import("./" + n)\nend\nawait Promise.all([load("f"), load("g")])\n' >h.luma
run "both are waiting" 1 "$wick" --virtual-time h.luma
err_has "Circular dependency detected:"
finish
