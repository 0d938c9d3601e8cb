#!/usr/bin/env bash
# SIGUSR1 writes the tree of all fibers to stderr, whatever the program does, and it goes on.
. "$(dirname "$0")/../support/check.sh"
cd "$work" || exit 1

# asked NAME TIMES COMMAND …: starts it, sends the signal TIMES times after a while, then Ctrl-C.
asked() {
  name=$1
  local times=$2 pid
  shift 2
  "$@" >out 2>err &
  pid=$!
  children+=("$pid")
  sleep 0.3
  while [ "$times" -gt 0 ]; do
    sleep 0.1
    kill -USR1 "$pid" 2>/dev/null || fail "$name: has ended: $(head -c 300 err)"
    times=$((times - 1))
  done
  sleep 0.2
  kill -INT "$pid" 2>/dev/null
  wait "$pid"
  status=$?
}

cat >busy.vint <<'END'
let jobs = chan
let worker = func() { for j in jobs { print(j) } }
let boss = func() { repeat 10 { go worker() }; receive(chan) }
go boss()
yield(); yield(); print("begins")
let spin = func() { while (true) { } }
spin()
END
asked "busy loop" 2 "$wick" busy.vint
[ "$status" = 130 ] || fail "busy loop: status $status"
err_has "fibers: 12, of which 1 computes and 0 are ready"
err_has "  main, at busy.vint:6:28, computes"
err_has "    fiber 2 (boss), started at busy.vint:4:4, at busy.vint:3:48, waits to receive from channel 2"
err_has "      fiber 3 (worker), started at busy.vint:3:36, at busy.vint:2:32, waits to receive from \`jobs\`"
err_has "      … and 7 more like it"
grep -Eq 'waits to receive from `jobs` .*, for (at most |about |[0-9]+ ms to )?[0-9]+ ms so far$' err || fail "busy loop: no time: $(cat err)"
[ "$(grep -c '^fibers: ' err)" = 2 ] || fail "busy loop: not two lists: $(cat err)"

printf 'print("begins")\nsleep(60000)\n' >sleeping.vint
asked "sleeping" 1 "$wick" sleeping.vint
err_has "  main, at sleeping.vint:2:1, sleeps for another "

printf 'print("begins")\nawait sleep(60000)\n' >sleeping.luma
asked "sleeping, Luma" 1 "$wick" sleeping.luma
err_has "  main, at sleeping.luma:2:1, sleeps for another"

printf 'let server = http.serve(0, fn(req) do "hello" end)\nprint(server.port)\n' >server.luma
asked "a server" 1 "$wick" server.luma
err_has "fibers: 0, of which 0 compute and 0 are ready"

printf 'print("begins")\nlet p = (async func() { sleep(1); while (true) { } })()\nawait p\n' >virtual.vint
asked "virtual time" 1 "$wick" --virtual-time virtual.vint
err_has "  main, at virtual.vint:3:1, awaits \`p\`, which fiber 2 settles when it ends"
err_has "    fiber 2 (fn), started at virtual.vint:2:9, at virtual.vint:2:42, computes"

# Since when each waits is told at the first look; of old waits a small part of their age is in doubt.
ages() {
cat >ages.vint <<'END_AGES'
let ch = chan
go func() { receive(ch) }()
repeat 4000 { sleep(1000); go func() { for v in ch { } }(); yield() }
go func() { sleep(3600000) }()
sleep(7200)
print("begins")
let spin = func() { while (true) { } }
spin()
END_AGES
asked "ages" 1 "$wick" --virtual-time ages.vint
grep -Eq '^    fiber 2 \(fn\), .* waits to receive from `ch` .*, for 6[67] min so far$' err || fail "ages: $(head -5 err)"
err_has "at ages.vint:4:13, sleeps for another 60 min, for 7.2 s so far"
}
[ -n "${WICK_GC_STRESS:-}" ] || ages # four thousand fibers

printf 'let ch = chan\nprint("begins")\nlet send_all = func() { while (true) { send(ch, 1) } }\ngo send_all()\nwhile (true) { receive(ch) }\n' >chatty.vint
asked "two fibers that never rest" 1 "$wick" chatty.vint
err_has "fibers: 2, of which"

# Being looked at changes nothing: the same interleaving, the same end.
cat >same.vint <<'END'
let ch = chan
print("begins")
let rounds = int(args()[0])
for i in 1..4 { go func(me) { for n in 1..rounds { let x = 0; while (x < 4000) { x += 1 }; send(ch, me * 10000 + n); if (n % 7 == 0) { yield() } } }(i) }
let sum = 0
for i in 1..4 * rounds { sum = (sum * 31 + receive(ch)) % 1000003 }
print(sum)
END
rounds=2000 # as many as take long enough to be looked at, however fast the machine is
while :; do
  start=${EPOCHREALTIME//[.,]/}
  "$wick" --virtual-time same.vint $rounds >plain
  [ $((${EPOCHREALTIME//[.,]/} - start)) -gt 600000 ] && break
  rounds=$((rounds * 2))
done
"$wick" --virtual-time same.vint $rounds >out 2>err &
pid=$!
children+=("$pid")
sleep 0.2
# So many looks and no more: where writing the list takes longer than the pause nothing else would get done.
for ((i = 0; i < 40; i++)); do kill -USR1 "$pid" 2>/dev/null || break; sleep 0.01; done
wait "$pid"
status=$?
[ "$status" = 0 ] || fail "looked at all the time: status $status"
grep -q '^fibers: ' err || fail "looked at all the time: no list"
cmp -s plain out || fail "looked at all the time: $(cat out), otherwise $(cat plain)"
finish
