#!/usr/bin/env bash
# What loses a race, a select, a time-out or a lock's queue a million times leaves nothing behind: 4 MB of heap are
# enough, and the process needs no more beside them than for a few rounds.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
[ -n "${WICK_GC_STRESS:-}" ] && finish
case $(ldd "$wick") in *libasan*) finish ;; esac # it keeps freed memory for a while
cd "$work" || exit 1

# Runs the program until it says "done", which it does before it waits to be looked at.
is_flat() {
  local pid tries=0 kb
  "$wick" --max-memory 4m "$1" >"$1.out" 2>"$1.err" &
  pid=$!
  children+=("$pid")
  until grep -q done "$1.out" || [ $tries -gt 300 ] || ! kill -0 "$pid"; do
    sleep 0.05
    tries=$((tries + 1))
  done 2>/dev/null
  grep -q done "$1.out" || fail "$1 did not come to its end: $(head -c 300 "$1.err")"
  kb=$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status")
  [ "${kb:-0}" -lt 14000 ] || fail "$1 took $kb KB"
  kill "$pid"
  wait "$pid" 2>/dev/null
}

cat >race.vint <<'END'
let never = Promise.new(func(resolve, reject) { })
let sum = 0
for i in 1..1000000 { sum += await Promise.race([never, Promise.resolve(1)]) }
write("done\n")
sleep(30000)
END
cat >race_pending.luma <<'END'
let never: Promise(Number) = Promise.new(fn(resolve, reject) do null end)
fn quick(): Promise(Number) do
  await yield()
  return 1
end
var sum = 0
var i = 0
while i < 1000000 do
  sum = sum + await Promise.race([never, quick()])
  i = i + 1
end
print("done")
await sleep(30000)
END
cat >select.vint <<'END'
let never = Promise.new(func(resolve, reject) { })
let quiet = chan
let ch = chan(1)
for i in 1..1000000 {
    select {
        case v = receive(quiet) { print(v) }
        case v = await never    { print(v) }
        case after(60000)       { print("late") }
        case v = receive(ch)    { }
        default                 { send(ch, i) }
    }
}
write("done\n")
sleep(30000)
END
cat >timeout.luma <<'END'
var i = 0
while i < 200000 do
  await Promise.timeout(yield(), 60000)
  i = i + 1
end
print("done")
await sleep(30000)
END
cat >lock.luma <<'END'
let m = Lock.new()
var i = 0
while i < 200000 do
  await m:acquire()
  let late = m:with(fn() do 1 end)
  cancel(late)
  m:release()
  i = i + 1
end
print("done")
await sleep(30000)
END
for program in race.vint race_pending.luma select.vint timeout.luma lock.luma; do is_flat "$program"; done
finish
