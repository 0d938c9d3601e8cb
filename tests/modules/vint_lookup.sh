#!/usr/bin/env bash
# Files are looked for where the main program is, in the current folder, and in ./modules; in all of them with the ending
# .vint, then .VINT, then .Vint.   (vint.md 9.3)
. "$(dirname "$0")/../support/check.sh"
cd "$work"
mkdir -p app modules
package() { echo "package p { let from = \"$1\" }"; }
echo 'import part
print(part.from)' >app/main.vint

package last >modules/part.Vint
run "the third spelling" 0 "$wick" app/main.vint
out_is last
package "VINT" >modules/part.VINT
run "the second spelling" 0 "$wick" app/main.vint
out_is VINT
package modules >modules/part.vint
run "in modules" 0 "$wick" app/main.vint
out_is modules
package here >part.vint
run "in the current folder" 0 "$wick" app/main.vint
out_is here
package beside >app/part.vint
run "beside the main program" 0 "$wick" app/main.vint
out_is beside
rm -r modules part.vint app/part.vint
run "nowhere" 65 "$wick" app/main.vint
err_has 'there is no module `part`'
err_has "looked for part.vint"
finish
