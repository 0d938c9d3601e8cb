#!/usr/bin/env bash
# A replay of a program that has changed stops loudly at the first step that no longer fits, and says which.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

cat >keep.vint <<'END'
import http
import net
import time
import "helper.vint"
let server = http.serve(0, func(req) { return "hello " + req.path })
print(net.get(server.url + "/a"), helper.twice(2))
sleep(3)
print(time.millis() > 0)
server.close()
END
cat >helper.vint <<'END'
{"twice": func(n) { return n * 2 }}
END
cp keep.vint prog.vint
run "recorded" 0 "$wick" run --record rec prog.vint
out_is "hello /a 4
true"
[ "$(stat -c %a rec)" = 600 ] || fail "others may read the recording"

edited() { sed "$1" keep.vint >prog.vint; }

edited 's#"/a"#"/b"#'
run "changed" 70 "$wick" replay rec
err_has "prog.vint has changed since the run was recorded, first in line 6"
err_has 'recorded: print(net.get(server.url + "/a"), helper.twice(2))'
err_has 'now:      print(net.get(server.url + "/b"), helper.twice(2))'
out_is_empty
run "the recorded text" 0 "$wick" replay --recorded rec
out_is "hello /a 4
true"
run "another request" 70 "$wick" replay --edited rec
out_is_empty
err_has "does not fit the recording from step"
err_has "recorded: main requests GET http://127.0.0.1:"
err_has "/b"
err_has "prog.vint:6:7"

edited 's#"/a")#"/a", {"headers": {"x": "y"}})#'
run "other headers" 70 "$wick" replay --edited rec
err_has "/a, with other contents"

edited '7s/.*/print("between")/'
run "a step is missing" 70 "$wick" replay --edited rec
err_has "recorded: main reads the clock, as sleeping does"
err_has "now:      main reads the time of day"
err_has "prog.vint:8:7"
out_is "hello /a 4
between"

edited '$a print(time.clock())'
run "a step more" 70 "$wick" replay --edited rec
err_has "recorded: the program ends"
err_has "now:      main reads the clock"

edited '9s/.*/exit(0)/'
run "the same steps" 0 "$wick" replay --edited rec
edited '$a receive(chan)'
run "waits where it ended" 2 "$wick" replay --edited rec
err_has "deadlock"
edited '5s/hello/goodbye/'
run "another answer" 70 "$wick" replay --edited rec
err_has "answers GET /a with 200, with other contents"
edited '6s/^/go func() { sleep(1) }();/'
run "another fiber" 70 "$wick" replay --edited rec

edited '7s/$/; print("looked at")/'
run "a print more" 0 "$wick" replay --edited rec
out_is "hello /a 4
looked at
true"

cp keep.vint prog.vint
sed -i 's/\* 2/* 3/' helper.vint
run "an imported file has changed" 70 "$wick" replay rec
err_has "helper.vint has changed since the run was recorded, first in line 1"
out_is_empty
rm helper.vint prog.vint
mkdir elsewhere
cd elsewhere
run "nothing but the recording" 0 "$wick" replay ../rec
out_is "hello /a 4
true"
finish
