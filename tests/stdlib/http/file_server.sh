#!/usr/bin/env bash
# fileServer: files, folders, and nothing outside, whatever the path says; ranges and conditions.   (vint.md 12.5)
. "$(dirname "$0")/../../support/check.sh"
cd "$work"
mkdir -p public/sub public/list/deep public/.git public/.well-known
printf 'hello\n' >public/a.txt
printf '<h1>index' >public/sub/index.html
printf x >'public/list/x<y> z.txt'
printf secret >public/.git/config
printf known >public/.well-known/x
printf top >secret.txt
mkfifo public/pipe
ln -s ../secret.txt public/leak
ln -s "$work" public/outside
ln -s /etc/passwd public/absolute
ln -s ../a.txt public/sub/inner
head -c 3000000 /dev/urandom >public/big.bin
port=$((10000 + $$ % 22000))
other=$((10000 + (port + 1000) % 22000))
cat >server.vint <<END
import http
http.fileServer("/assets", "public")
http.get("/one", func(req, res) { res.header("Content-Type", "text/x-own").file("secret.txt") })
http.get("/beneath", func(req, res) { res.file(req.query("path"), "public") })
http.get("/none", func(req, res) { res.file("no such file") })
go http.fileServer("$other", "public", "files up")
http.listen($port, "up")
END
"$wick" server.vint >out 2>err &
children+=($!)
for _ in $(seq 100); do [ "$(grep -c up out)" = 2 ] && break; sleep 0.05; done
base=http://127.0.0.1:$port/assets
files=http://127.0.0.1:$other
asked() {
  local wanted=$1
  shift
  got=$(curl -s -m 10 --path-as-is "$@")
  [ "$got" = "$wanted" ] || fail "curl $*: '$got', expected '$wanted'"
}
code() { asked "$1" -o /dev/null -w '%{http_code}' "${@:2}"; }

asked hello "$base/a.txt"
asked hello "$files/a.txt"
asked 'text/plain; charset=utf-8 6' -o /dev/null -w '%{content_type} %header{content-length}' -I "$base/a.txt"
asked '<h1>index' "$base/sub/"
asked '301 ./sub/?q=1' -o /dev/null -w '%{http_code} %header{location}' "$base/sub?q=1"
asked '301 ./assets/' -o /dev/null -w '%{http_code} %header{location}' "$base"
asked hello "$base/sub/inner"
asked hello "$base/.//sub/./inner"
code 404 "$base/sub/../a.txt"
asked known "$base/.well-known/x"
[ "$(curl -s "$base/list/" | grep -c '<a href="./x%3Cy%3E%20z.txt">x&lt;y&gt; z.txt</a>')" = 1 ] || fail "the listing: $(curl -s "$base/list/")"
curl -s "$base/list/" | grep -q '<a href="./deep/">deep/</a>' || fail "the listing has no folder"
! curl -s "$base/" | grep -q '\.git' || fail "the listing shows what is hidden"

for path in /../secret.txt /%2e%2e/secret.txt /..%2fsecret.txt /sub/../../secret.txt /%2e%2e%2fsecret.txt /..%5csecret.txt /leak /absolute /outside/secret.txt \
  /.git/config /a.txt/ /a.txt%00 /a.txt%00.html /nothing /pipe /sub/index.html/ "/$(printf 'x%.0s' $(seq 300))"; do
  code 404 "$base$path"
  code 404 "$files$path"
done
asked top "http://127.0.0.1:$port/one"
asked text/x-own -o /dev/null -w '%{content_type}' "http://127.0.0.1:$port/one"
code 404 "http://127.0.0.1:$port/none"
code 404 "http://127.0.0.1:$port/beneath?path=../secret.txt"
asked hello "http://127.0.0.1:$port/beneath?path=a.txt"
code 405 -X POST "$files/a.txt"
code 404 -X POST "$base/a.txt"

tag=$(curl -s -o /dev/null -w '%header{etag}' "$base/a.txt")
date=$(curl -s -o /dev/null -w '%header{last-modified}' "$base/a.txt")
code 304 -H "If-None-Match: \"x\", W/$tag" "$base/a.txt"
code 200 -H "If-None-Match: \"x\"" -H "If-Modified-Since: $date" "$base/a.txt"
code 304 -H "If-Modified-Since: $date" "$base/a.txt"
code 200 -H "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT" "$base/a.txt"
code 200 -H "If-Modified-Since: yesterday" "$base/a.txt"
code 412 -H 'If-Match: "x"' "$base/a.txt"
code 200 -H "If-Match: $tag" "$base/a.txt"
code 412 -H "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT" "$base/a.txt"

part() { asked "$1" -o got -w '%{http_code} %header{content-range}' -H "Range: $2" "${@:3}" "$base/a.txt"; }
part '206 bytes 1-2/6' bytes=1-2
[ "$(cat got)" = el ] || fail "a part: $(cat got)"
part '206 bytes 3-5/6' bytes=3-
part '206 bytes 4-5/6' bytes=-2
part '206 bytes 0-5/6' bytes=-100
part '206 bytes 5-5/6' bytes=5-99999999999
part '416 bytes */6' bytes=6-
part '416 bytes */6' bytes=-0
part '200 ' bytes=2-1
part '200 ' bytes=0-1,3-4
part '200 ' lines=1-2
part '200 ' bytes=99999999999999999999-
part '206 bytes 0-1/6' bytes=0-1 -H "If-Range: $tag"
part '200 ' bytes=0-1 -H 'If-Range: "x"'
part '206 bytes 0-1/6' bytes=0-1 -H "If-Range: $date"

for _ in 1 2 3; do curl -s -m 10 "$base/big.bin" | cmp -s - public/big.bin || fail "a large file came differently"; done
curl -s -m 10 -r 1000000-2999999 "$base/big.bin" | cmp -s - <(tail -c 2000000 public/big.bin) || fail "a large part came differently"

# Two at once on one connection come in their order.
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /assets/big.bin HTTP/1.1\r\nHost: x\r\n\r\nGET /assets/a.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&3
cat <&3 >both
exec 3>&-
[ "$(tail -c 6 both)" = hello ] && [ "$(stat -c %s both)" -gt 3000300 ] || fail "two files on one connection: $(stat -c %s both) bytes"

# Whoever reads slowly costs two pieces, and not the file.
truncate -s 100M public/huge.bin
resident() { awk '/VmRSS/ { print $2 }' "/proc/${children[0]}/status"; }
before=$(resident)
for _ in $(seq 20); do curl -s -m 2 --limit-rate 1K -o /dev/null "$base/huge.bin" & done
sleep 1
grown=$(($(resident) - before))
[ $grown -lt 30000 ] || fail "20 slow readers cost $grown KiB"
asked hello "$base/a.txt"
err_is_empty
finish
