#!/usr/bin/env bash
# Small random programs of channels, fibers, promises and failures: whatever they do, they end by themselves with
# status 0, 1 or 2, the same in every run (async.md 6.5, 1.2).
. "$(dirname "$0")/../support/check.sh"
cd "$work"

# generate SEED: a Vint program of statements that are each right in themselves
generate() {
  awk -v seed="$1" '
    function pick(n) { return int(rand() * n) }
    function ch() { return "c" pick(3) }
    function statement(depth,    kind) {
      kind = pick(depth > 2 ? 12 : 16)
      if (kind == 0) return "send(" ch() ", " pick(9) ")"
      if (kind == 1) return "receive(" ch() ")"
      if (kind == 2) return "yield()"
      if (kind == 3) return "sleep(" pick(4) ")"
      if (kind == 4) return "try_receive(" ch() ")"
      if (kind == 5) return pick(6) ? "n = n + 1" : "close(" ch() ")"
      if (kind == 6) return pick(8) ? "n = n + len(" ch() ")" : "throw \"thrown\""
      if (kind == 7) return "if (!is_closed(" ch() ")) { try_send(c2, n) }"
      if (kind == 8) return "print(n)"
      if (kind == 9) return "ps.push(work(" pick(4) "))"
      if (kind == 10) return "if (len(ps) > 0) { await ps[" pick(3) " % len(ps)] }"
      if (kind == 11) return pick(9) ? "n = n * 2 % 1000" : "exit(" pick(2) ")"
      if (kind == 12) return "go func() { " statements(depth + 1) " }()"
      if (kind == 13) return "repeat " (1 + pick(3)) " { " statements(depth + 1) " }"
      if (kind == 14) return "for v in [1, 2] { " statements(depth + 1) " }"
      return "await Promise.settled([work(1), work(2)])"
    }
    function statements(depth,    i, text) {
      for (i = 0; i < 1 + pick(5); i++) text = text statement(depth) "\n"
      return text
    }
    BEGIN {
      srand(seed)
      print "let c0 = chan\nlet c1 = chan(1)\nlet c2 = chan(5)\nlet n = 0\nlet ps = []"
      print "let work = async func(k) { if (k == 0) { throw \"zero\" }\nsleep(k)\nn = n + k\nreturn n }"
      for (i = 0; i < 6; i++) printf "%s", statements(0)
    }'
}

for seed in $(seq 1 60); do
  generate "$seed" >program.vint
  LIMIT=10 run "seed $seed" any "$wick" --virtual-time --max-memory 64m program.vint
  case $status in
    0 | 1 | 2) ;;
    *) fail "seed $seed: exit status $status; stderr: $(head -c 300 "$work/err")" ;;
  esac
  cp "$work/out" first
  run "seed $seed again" $status "$wick" --virtual-time --max-memory 64m program.vint
  cmp -s first "$work/out" || fail "seed $seed: two runs differ"
done
finish
