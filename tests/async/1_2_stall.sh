#!/usr/bin/env bash
# --stall reports a fiber that computes for long, with its stack, once, and how long it took (async.md 1.2).
. "$(dirname "$0")/../support/check.sh"
cd "$work" || exit 1

# The watcher looks now and then, so it may miss the beginning.
took() {
  local ms
  ms=$(sed -n "s/^stall: $1 \([0-9]*\) ms in all$/\1/p" err)
  [ -n "$ms" ] && [ "$ms" -ge 200 ] || fail "$name: no end of the stall, or too early: $(cat err)"
}

cat >busy.vint <<'END'
import time
let busy = func() {
    let until = time.clock() + 400
    while (time.clock() < until) { }
    return "done"
}
go func() { print("other") }()
print(busy())
yield()
go busy()
yield()
print("end")
END
run "two stalls" 0 "$wick" --stall 100 busy.vint
out_is $'done\nother\nend'
err_has "stall: main has been computing for "
err_has "    at busy (busy.vint:4:"
err_has "    at main (busy.vint:8:7)"
took 'main has computed for'
err_has "stall: fiber 3 has been computing for "
took 'fiber 3 has computed for'
[ "$(grep -c '^stall: ' err)" = 4 ] || fail "each stall is told of once, and its end: $(cat err)"

run "below the limit" 0 "$wick" --stall 5000 busy.vint
err_is_empty

cat >called.luma <<'END'
fn busy(): Promise(Number) do
  let until = time.clock() + 300
  while time.clock() < until do
  end
  await sleep(1)
  return 1
end
print(await busy())
END
run "an async call" 0 "$wick" --stall=100 called.luma
out_is 1
err_has "stall: fiber 2 has been computing for "
err_has "    at busy (called.luma:3:"
err_has "    started at main (called.luma:8:"
[ "$(grep -c '^stall: ' err)" = 2 ] || fail "once, and its end: $(cat err)"

# Who waits, or lets others run, does not stall, however long it goes on.
printf 'import time\nlet ch = chan\nlet until = time.clock() + 500\ngo func() { while (true) { send(ch, 1) } }()\nwhile (time.clock() < until) { receive(ch) }\nsleep(300)\nprint("end")\n' >chatty.vint
run "a chatty pair" 0 "$wick" --stall 100 chatty.vint
out_is end
err_is_empty

for wrong in 0 -1 x 1.5 ''; do
  run "--stall '$wrong'" 64 "$wick" "--stall=$wrong" busy.vint
  err_has "--stall needs a number of milliseconds above 0"
done
finish
