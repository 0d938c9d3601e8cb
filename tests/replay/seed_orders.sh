#!/usr/bin/env bash
# --seed N draws which ready fiber is next: another N, another order; the same N the same one, on every machine.
# Without it the order is first in, first out (async.md 1.3, 1.7).
. "$(dirname "$0")/../support/check.sh"
cd "$work"

cat >order.vint <<'END'
let seen = []
let worker = func(name) {
    for i in 1..3 { seen.push(name); yield() }
}
group(func(g) { for name in ["a", "b", "c", "d", "e"] { g.go(func() { worker(name) }) } })
print(seen.join(""))
END
cat >order.luma <<'END'
let seen: List(String) = []
fn worker(name: String): Promise(Null) do
  for i in range(3) do
    await yield()
    seen:push(name)
  end
end
let _ = await Promise.all(["a", "b", "c", "d", "e"]:map(worker))
print(seen:join(""))
END
for file in order.vint order.luma; do
  run "$file without a seed" 0 "$wick" $file
  out_is "abcdeabcdeabcde"
  for seed in $(seq 1 20); do
    run "$file with $seed" 0 "$wick" --seed "$seed" $file
    cat "$work/out" >>orders.$file
    cp "$work/out" first
    run "$file with $seed again" 0 "$wick" --seed "$seed" $file
    cmp -s first "$work/out" || fail "$file with $seed: two runs differ"
  done
  different=$(sort -u orders.$file | wc -l)
  [ "$different" = 20 ] || fail "$file: 20 seeds gave $different orders"
done

# What one machine has drawn, every other draws.
run "seed 0" 0 "$wick" --seed 0 order.vint
out_is "dbcceaeedadbcab"
run "seed 42" 0 "$wick" --seed=42 order.vint
out_is "cacbebdebcadeda"
run "seed 0x2a" 0 "$wick" --seed 0x2a order.vint
out_is "cacbebdebcadeda"
run "random numbers alone" 0 "$wick" --random-seed 42 order.vint
out_is "abcdeabcdeabcde"
finish
