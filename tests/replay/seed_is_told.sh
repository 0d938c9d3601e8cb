#!/usr/bin/env bash
# A run that fails says the number with which it can be repeated, and only then.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

cat >race.vint <<'END'
let done = 0
let add = func() { let before = done; yield(); done = before + 1 }
group(func(g) { g.go(add); g.go(func() { yield(); yield() }); g.go(func() { yield(); add() }) })
if (done != 2) { throw "lost an addition" }
print("fine")
END
failed=""
passed=0
for i in $(seq 1 200); do
  timeout 10 "$wick" --seed random race.vint >out 2>err
  status=$?
  case $status in
    0) passed=1; [ -s err ] && fail "a run that is fine says: $(cat err)" ;;
    1) failed=$(sed -n 's/^note: the order was drawn with --seed \([0-9]*\), .*/\1/p' err) ;;
    *) fail "status $status" ;;
  esac
  [ -n "$failed" ] && [ $passed = 1 ] && break
done
[ -n "$failed" ] || fail "200 seeds do not lose an addition, or none was told: $(cat err)"
[ $passed = 1 ] || fail "no seed lets the program be fine"
for i in 1 2 3; do
  run "repeated with $failed" 1 "$wick" --seed "$failed" race.vint
  err_has "lost an addition"
  err_has "--seed $failed"
done

cat >dice.luma <<'END'
let n = random.int(1, 1000000000)
let _ = [1][n]
END
run "random numbers" 1 "$wick" dice.luma
seed=$(sed -n 's/^note: the random numbers came from --random-seed \([0-9]*\)$/\1/p' "$work/err")
said=$(grep -o "index [0-9]*" "$work/err")
run "the same numbers" 1 "$wick" --random-seed "$seed" dice.luma
err_has "$said"

echo 'exit(3)' >leaves.vint
run "a status of its own" 3 "$wick" --seed 9 leaves.vint
err_has "--seed 9"
echo 'throw "no chance in it"' >plain.vint
run "no chance in it" 1 "$wick" plain.vint
if grep -q "seed" "$work/err"; then fail "a seed is told where none had a part"; fi

run "no number" 64 "$wick" --seed many plain.vint
err_has "--seed needs a number or \`random\`, not many"
run "a negative number" 64 "$wick" --seed -1 plain.vint
run "a large number" 64 "$wick" --seed 99999999999999999999 plain.vint
run "no random number" 64 "$wick" --random-seed= plain.vint
finish
