#!/usr/bin/env bash
# A recorded run of fifty fibers with timers, a server of its own and one in another process replays to the same
# bytes, twenty times in a row, without network and time; also with --virtual-time and --seed, in both languages.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

cat >other.vint <<'END'
import http
let server = http.serve(0, func(req) { sleep(len(req.path) % 5); return "other " + req.path })
print(server.url)
END
cat >mix.vint <<'END'
import http
import net
import os
import random
import time
let other = args()[0]
let own = http.serve(0, func(req) { sleep(random.int(0, 4)); return {"json": {"path": req.path, "body": req.body}} })
let done = chan
for i in 1..50 {
    go func() {
        sleep(random.int(0, 9))
        let mine = net.post(own.url + "/own/" + string(i), {"n": i})
        let theirs = net.get(other + "/" + string(i))
        select {
            case send(done, string(i) + " " + mine + " " + theirs + " " + string(time.clock())) { }
            case after(2000) { print("late", i) }
        }
    }()
}
for i in 1..50 { print(receive(done)) }
print(time.millis(), os.getEnv("FLAVOUR"))
own.close()
END
cat >mix.luma <<'END'
let other = process.args()[0]
let own = http.serve(0, fn(req) do { json = { path = req.path, at = time.clock() } } end)
let Answer = { path = String, at = Number }
fn one(i: Number): Promise(String) do
  await sleep(random.int(0, 9))
  let mine: Answer = await http.get("${own.url}/own/${i}")
  let theirs: String = await http.get("${other}/${i}")
  print("${i} is there at ${time.now()}")
  "${mine.path} ${mine.at} ${theirs}"
end
for line in await Promise.all(range(50):map(one)) do print(line) end
own:close()
END
start_server other.vint

record() { FLAVOUR=vanilla run "$*" 0 "$wick" run --record rec "$@" "$server_url"; cp "$work/out" first; }
replay() {
  cmp -s first "$work/out" || fail "$name: printed something else: $(diff first "$work/out" | head -3)"
  err_is_empty
}
for options in "" "--virtual-time" "--seed 7" "--virtual-time --seed 3"; do
  for file in mix.vint mix.luma; do
    # shellcheck disable=SC2086
    record $options $file
    [ "$(wc -l <first)" -ge 50 ] || fail "$name: printed only $(wc -l <first) lines"
    cp rec "rec.${options// /_}.$file"
    cp first "first.${options// /_}.$file"
  done
done
kill "$server_pid"; wait "$server_pid" 2>/dev/null
for rec in rec.*; do
  cp "first.${rec#rec.}" first
  for i in $(seq 1 20); do
    run "replay $i of $rec" 0 "$wick" replay "$rec"
    replay
  done
done
finish
