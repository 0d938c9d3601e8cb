#!/usr/bin/env bash
# Ctrl-C cancels main: its defers run, the status is 130; out of a busy loop too (async.md 6.3).
. "$(dirname "$0")/../support/check.sh"
cd "$work"
set -m # so that what runs in the background may be interrupted

# Runs a program until its first line, and sends it Ctrl-C.
interrupt() {
  name=$1
  : >out
  "$wick" "$2" >out 2>err &
  local pid=$! tries=0
  children+=("$pid")
  while [ ! -s out ] && [ $tries -lt 200 ]; do
    sleep 0.02
    tries=$((tries + 1))
  done
  sleep 0.05
  kill -INT "$pid"
  wait "$pid"
  status=$?
  [ "$status" = 130 ] || fail "$name: exit status $status, expected 130; stderr: $(cat err)"
}

# A timer is what makes the first line appear before the wait: output is flushed when the process sleeps.
cat >sleeps.vint <<'END'
defer print("deferred")
print("begins")
sleep(60000)
print("never printed")
END
interrupt "sleeping" sleeps.vint
out_is "begins
deferred"
err_is_empty

for loop in 'while (true) { n += 1 }' 'for i in 1..100000000000 { n += i }' 'try { while (true) { n += 1 } } finally { print("finally") }' \
  'func f(k) { return k }
while (f(n) >= 0) { n += 1 }'; do
  printf 'defer print("deferred")\nlet n = 0\nprint("begins")\nsleep(1)\n%s\nprint("never printed")\n' "$loop" >loop.vint
  interrupt "busy: $loop" loop.vint
  out_has "deferred"
  ! grep -q never out || fail "$name: went on"
  case $loop in try*) out_has "finally" ;; esac
  err_is_empty
done

# Calls end all the time; main goes on from each, so it must not be lost if Ctrl-C comes just then.
cat >calls.vint <<'END'
let one = async func() { }
defer print("deferred")
print("begins")
sleep(1)
while (true) { one(); one(); one(); one(); one(); one(); one(); one() }
END
for round in 1 2 3 4 5 6 7 8; do
  interrupt "calls, round $round" calls.vint
  out_has "deferred"
  err_is_empty
done

# Another fiber computes; main waits for it.
cat >other.vint <<'END'
async func busy() { defer print("busy deferred"); sleep(1); let n = 0; while (true) { n += 1 } }
defer print("deferred")
print("begins")
await busy()
END
interrupt "another fiber" other.vint
out_is "begins
busy deferred
deferred"

cat >called.vint <<'END'
async func busy() { let n = 0; while (true) { n += 1 } }
defer print("deferred")
print("begins")
sleep(1)
busy()
END
interrupt "what main has started" called.vint
out_is "begins
deferred"

cat >waits.luma <<'END'
print("begins")
fn load(): Promise(String) do
  await sleep(60000)
  return "never"
end
print(await load())
END
interrupt "Luma" waits.luma
out_is "begins"
err_is_empty

cat >group.vint <<'END'
print("begins")
group(func(g) {
  for i in 1..3 { g.go(func() { defer print("fiber", i); sleep(60000) }) }
})
END
interrupt "a group" group.vint
out_is "begins
fiber 1
fiber 2
fiber 3"

cat >cleanup.vint <<'END'
defer func() { sleep(50); print("waited") }()
print("begins")
sleep(60000)
END
interrupt "a cleanup that waits" cleanup.vint
out_is "begins
waited"

cat >server.vint <<'END'
import http
let server = http.serve(0, func(req) { return "x" })
print("begins")
END
interrupt "a server after main has ended" server.vint
finish
