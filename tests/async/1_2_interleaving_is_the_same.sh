#!/usr/bin/env bash
# A program without I/O interleaves the same way in every run, however long its fibers compute and however
# often the collector runs (async.md 1.2, 1.8).
. "$(dirname "$0")/../support/check.sh"
cd "$work"

cat >mix.vint <<'END'
import random
let ch = chan(3)
let gate = chan
let notes = []
let worker = async func(name, rounds) {
    for i in 1..rounds {
        let pick = random.int(0, 3)
        if (pick == 0) { yield() }
        if (pick == 1) { try_send(ch, name) }
        if (pick == 2) { notes.push(name + ":" + string(try_receive(ch)["value"])) }
        if (pick == 3) { sleep(random.int(0, 2)) }
        let waste = []
        repeat random.int(0, 100) { waste.push([i]) }
        notes.push(name)
    }
}
let all = []
for name in ["a", "b", "c", "d", "e", "f", "g", "h"] { all.push(worker(name, 30)) }
await Promise.all(all)
print(notes.join(" "))
END
run "first" 0 "$wick" --virtual-time --seed 5 mix.vint
first=$(cat "$work/out")
for number in 1 2 3; do
  run "again $number" 0 "$wick" --virtual-time --seed 5 mix.vint
  out_is "$first"
done
run "with little memory" 0 "$wick" --virtual-time --seed 5 --max-memory 4m mix.vint
out_is "$first"
run "another seed" 0 "$wick" --virtual-time --seed 6 mix.vint
[ "$(cat "$work/out")" != "$first" ] || fail "another seed gives the same interleaving"
finish
