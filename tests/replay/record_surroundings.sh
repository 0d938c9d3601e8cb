#!/usr/bin/env bash
# What else comes from outside is in the recording: variables, arguments, options, the program on the input, random
# numbers; and what the run says of itself: rejections, deadlocks, failed handlers, statuses.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

# Records a run, replays it in other surroundings and compares. OPTIONS, ENV and INPUT are the recorded run's.
same() { # STATUS FILE [ARGUMENT …]
  local wanted=$1
  shift
  # shellcheck disable=SC2086
  env ${ENV-} "$wick" run ${OPTIONS-} --record rec "$@" >first 2>first_err <"${INPUT-/dev/null}"
  [ $? = "$wanted" ] || fail "$*: recorded status is not $wanted: $(cat first_err)"
  run "replay of $*" "$wanted" "$wick" replay rec
  cmp -s first "$work/out" || fail "$name: $(diff first "$work/out" | head -5)"
  cmp -s first_err "$work/err" || fail "$name: stderr: $(diff first_err "$work/err" | head -5)"
}

cat >around.luma <<'END'
print(os.getEnv("COLOUR").some, os.getEnv("NOT_SET").some, process.args())
print(random.int(1, 1000000000), time.now() > 0)
let failed: Result(String, Error) = await http.get("/relative")
print(failed.err.message)
END
ENV="COLOUR=red" OPTIONS="--base-url http://127.0.0.1:1 --max-memory 64m" same 0 around.luma one "two words" ""
grep -q '^red null \["one", "two words", ""\]$' first || fail "not what was given: $(cat first)"

echo 'print("from the input")' >input
OPTIONS="--language vint" INPUT=input same 0 -

cat >reports.vint <<'END'
import http
import net
let fails = async func(n) { sleep(n); throw "unseen " + string(n) }
fails(1)
fails(2)
let waste = []
for i in 1..60 { waste = []; for k in 1..20000 { waste.push([k]) }; yield() }
let server = http.serve(0, func(req) { throw "in the handler" })
print(net.fetch(server.url)["status"])
server.close()
sleep(5)
print("end")
END
[ -z "${WICK_GC_STRESS:-}" ] || sed -i 's/1\.\.20000/1..20/' reports.vint # there are collections without that
same 1 reports.vint
grep -q "unseen 2" first_err || fail "no report: $(cat first_err)"

printf 'let a = chan\ngo func() { receive(a) }()\nlet b = chan\nreceive(b)\n' >stuck.vint
same 2 stuck.vint
printf 'sleep(1)\nexit(7)\n' >leaves.vint
same 7 leaves.vint
printf 'let x: int = "no"\n' >wrong.vint
same 65 wrong.vint
printf 'go func() { receive(chan) }()\nsleep(1)\n' >leaks.vint
OPTIONS=--leaks same 0 leaks.vint
printf 'import random\nthrow string(random.int(1, 1000000))\n' >dice.vint
same 1 dice.vint

# The reader has gone: the replay ends where the recorded run did, or a little behind.
printf 'let n = 0\nwhile (true) { n = n + 1; print(n) }\n' >endless.vint
"$wick" run --record rec endless.vint | head -2 >first
[ "$(cat first)" = "1
2" ] || fail "endless.vint printed $(cat first)"
timeout 20 "$wick" replay rec | head -2 >again
cmp -s first again || fail "a closed pipe: $(cat again)"

# How it is called.
run "usage" 64 "$wick" replay
err_has "replay needs a recording"
run "usage" 64 "$wick" replay a b
err_has "what is b?"
finish
