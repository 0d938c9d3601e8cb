#!/usr/bin/env bash
# A recorded server is replayed without net and files: uploads, files, streams that wait, clients that go, the end by a signal.
. "$(dirname "$0")/../support/check.sh"
cd "$work"
set -m # so that what runs in the background may be interrupted
port=$((10000 + $$ % 22000))
mkdir public up
echo hello >public/a.txt
head -c 2000000 /dev/urandom >public/big.bin
cat >app.vint <<END
import http
http.fileServer("/f", "public")
http.post("/up", func(req, res) { let f = req.file("f"); print(f.save("up/")); res.cookie("a", "1").send(f.content() + req.form("t")) })
http.get("/events", http.stream(func(req, res) { for i in 1..3 { res.event(i); sleep(2) } }))
http.get("/hangs", func(req, res) { defer print("hangs: gone"); print("hangs"); sleep(100000) })
http.get("/much", func(req, res) { defer print("much: gone"); let s = "x".repeat(500000); let n = 0; while (true) { res.write(s); n += 1; print("piece", n) } })
http.get("/address", func(req, res) { print(req.remoteAddr()); return req.ip() })
http.interceptor("response", func(req, res) { print(req.path(), res.status()) })
http.listen($port, "up")
print("end")
END
"$wick" run --record rec app.vint >first 2>first_err &
server=$!
children+=($server)
for _ in $(seq 100); do grep -q up first && break; sleep 0.05; done
base=http://127.0.0.1:$port
[ "$(curl -s -m 10 "$base/f/a.txt")" = hello ] || fail "no file"
curl -s -m 10 "$base/f/big.bin" | cmp -s - public/big.bin || fail "no large file"
curl -s -m 10 -o /dev/null "$base/f/nothing"
[ "$(curl -s -m 10 -F f=@public/a.txt -F t=hi "$base/up")" = "hello
hi" ] || fail "no upload"
curl -s -m 10 "$base/events" | grep -q 'data: 3' || fail "no events"
curl -s -m 10 -o /dev/null "$base/address"
curl -s -m 0.3 -o /dev/null "$base/hangs"
curl -s -m 1 --limit-rate 100K -o /dev/null "$base/much"
for _ in $(seq 100); do [ "$(grep -c gone first)" = 2 ] && break; sleep 0.05; done
kill -INT $server
wait $server
[ $? = 0 ] || fail "status of the recorded run: $(cat first_err)"
grep -q 'much: gone' first || fail "the client that went was not noticed"
tail -1 first | grep -q end || fail "it did not end: $(tail -3 first)"
mv public elsewhere
mv up elsewhere
run "the replay" 0 "$wick" replay rec
cmp -s first "$work/out" || fail "the replay: $(diff first "$work/out" | head -5)"
cmp -s first_err "$work/err" || fail "the replay's stderr: $(diff first_err "$work/err" | head -5)"
finish
