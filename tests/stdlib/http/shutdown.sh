#!/usr/bin/env bash
# Ctrl-C and SIGTERM end http.listen: a line, what is under way is answered, the program goes on. (vint.md 12.5)
. "$(dirname "$0")/../../support/check.sh"
cd "$work"
set -m # so that what runs in the background may be interrupted
port=$((10000 + $$ % 22000))
cat >server.vint <<END
import http
http.get("/", func(req, res) { print("asked"); sleep(400); res.send("late") })
http.listen($port, "up")
print("went on")
END
for signal in INT TERM; do
  : >out
  "$wick" server.vint >out 2>err &
  server=$!
  children+=($server)
  for _ in $(seq 100); do grep -q up out && break; sleep 0.05; done
  curl -s -m 10 "http://127.0.0.1:$port/" >answer &
  client=$!
  for _ in $(seq 100); do grep -q asked out && break; sleep 0.02; done
  kill -$signal $server
  wait $server
  status=$?
  wait $client
  [ $status = 0 ] || fail "SIG$signal: status $status"
  [ "$(cat answer)" = late ] || fail "SIG$signal: the request under way got '$(cat answer)'"
  out_is "up
asked
shutting down
went on"
  err_is_empty
done

# All that serve stop, not only main.
printf 'import http\ngo http.listen(%s, "up")\nhttp.listen(%s, "up too")\nprint("went on")\n' $port $((port + 1)) >two.vint
: >out
"$wick" two.vint >out 2>err &
server=$!
children+=($server)
for _ in $(seq 100); do [ "$(wc -l <out)" = 2 ] && break; sleep 0.05; done
kill -TERM $server
for _ in $(seq 100); do kill -0 $server 2>/dev/null || break; sleep 0.05; done
kill -KILL $server 2>/dev/null && fail "two servers: one has not stopped"
wait $server
[ $? = 0 ] || fail "two servers: not 0: $(cat out err)"
[ "$(grep -c "shutting down" out)" = 2 ] || fail "two servers: $(cat out)"

# Where main waits for something else, it is cancelled as always.
printf 'import http\ndefer print("deferred")\ngo http.listen(%s, "up")\nsleep(60000)\n' $port >other.vint
: >out
"$wick" other.vint >out 2>err &
server=$!
children+=($server)
for _ in $(seq 100); do grep -q up out && break; sleep 0.05; done
kill -INT $server
wait $server
[ $? = 130 ] || fail "main elsewhere: not 130"
out_is "up
deferred"
finish
