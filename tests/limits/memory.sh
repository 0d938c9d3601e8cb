#!/usr/bin/env bash
# --max-memory at and below what a program needs: the same program runs, or ends with an error (async.md 6.5).
. "$(dirname "$0")/../support/check.sh"
cd "$work"
[ -n "${WICK_GC_STRESS:-}" ] && exit 0 # large: fills the memory

# Two million numbers: 16 MB of elements, and while it grows twice that.
cat >list.luma <<'END'
let xs: List(Number) = []
for i in range(200) do
  for j in range(10000) do
    xs:push(j)
  end
end
print(xs:length())
END
cat >list.vint <<'END'
let a = []
repeat 2000000 { a.push(i) }
print(len(a))
END
cat >fibers.vint <<'END'
let gate = chan
let wait = func() { receive(gate) }
repeat 100000 { go wait() }
yield()
print("parked")
END
for program in list.luma list.vint fibers.vint; do
  run "$program, no limit" 0 "$wick" $program
  printed=$(cat "$work/out")
  run "$program, enough" 0 "$wick" --max-memory 128m $program
  out_is "$printed"
  run "$program, far too little" 1 "$wick" --max-memory 6m $program
  err_has "out of memory"
  err_has "$program:"
  out_is_empty
done

# What was given up is given back: a program that keeps little runs in little, however much it makes.
printf 'let n = 0\nrepeat 3000000 { let waste = [i, [i]]; n = n + len(waste) }\nprint(n)\n' >waste.vint
run "garbage" 0 "$wick" --max-memory 8m waste.vint
out_is 6000000

# Each limit from nothing upwards ends with a status of its own.
for size in 1 100k 300k 500k 700k 1m 1500k 2m 3m; do
  for program in list.luma list.vint fibers.vint; do
    run "$program, $size" any "$wick" --max-memory $size $program
    case $status in
      0 | 1) ;;
      *) fail "$program with $size: exit status $status; stderr: $(head -c 300 "$work/err")" ;;
    esac
  done
done
for size in 0 -1 1x "" 99999999999999999999g; do
  run "a size that is none: '$size'" any "$wick" --max-memory "$size" list.vint
  case $status in
    0 | 64) ;;
    *) fail "--max-memory '$size': exit status $status" ;;
  esac
done
finish
