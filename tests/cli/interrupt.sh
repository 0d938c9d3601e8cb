#!/usr/bin/env bash
# Ctrl-C ends a program with 130, out of a busy loop too (async.md 6.3).
. "$(dirname "$0")/../support/check.sh"
cd "$work" || exit 1

# interrupted NAME FILE: sends SIGINT to it after a while and looks how it ended.
interrupted() {
  name=$1
  "$wick" "$2" >out 2>err &
  local pid=$! tries=0
  children+=("$pid")
  sleep 0.4
  kill -INT "$pid" 2>/dev/null || fail "$name: ended before it was interrupted: $(head -c 300 err)"
  while [ $tries -lt 100 ] && kill -0 "$pid" 2>/dev/null; do
    sleep 0.05
    tries=$((tries + 1))
  done
  kill -KILL "$pid" 2>/dev/null
  wait "$pid"
  status=$?
  [ "$status" = 130 ] || fail "$name: exit status $status, expected 130"
}

echo 'while (true) { }' >busy.vint
interrupted "busy loop, Vint" busy.vint
printf 'while true do\nend\n' >busy.luma
interrupted "busy loop, Luma" busy.luma
printf 'print("sleeping")\nsleep(60000)\n' >sleeping.vint
interrupted "sleeping, Vint" sleeping.vint
out_is sleeping
printf 'print("sleeping")\nawait sleep(60000)\n' >sleeping.luma
interrupted "sleeping, Luma" sleeping.luma
out_is sleeping
printf 'let ch = chan\ngo func() { while (true) { send(ch, 1) } }()\nwhile (true) { receive(ch) }\n' >chatty.vint
interrupted "two fibers that never rest" chatty.vint
printf 'go func() { while (true) { } }()\nsleep(60000)\n' >other.vint
interrupted "another fiber is busy" other.vint
printf 'let server = http.serve(0, fn(req) do "hello" end)\nprint(server.port > 0)\n' >server.luma
interrupted "a server" server.luma
out_is true
printf 'let f = func(n) { return f(n + 1) }\nlet g = func() { while (true) { [3, 1, 2].map(func(x) { return x }) } }\ng()\n' >deep.vint
interrupted "inside callbacks" deep.vint
finish
