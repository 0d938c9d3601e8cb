#!/usr/bin/env bash
# The web server among the examples, asked by curl.                            (vint.md 12.5, docs/http.md)
. "$(dirname "$0")/../../support/check.sh"
root=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$work"
set -m # so that what runs in the background may be interrupted
port=$((10000 + $$ % 22000))
mkdir site
echo '<h1>site' >site/index.html
printf 'a picture' >cat.png
"$wick" "$root/examples/web_server.vint" $port site >out 2>err &
server=$!
children+=($server)
for _ in $(seq 100); do grep -q notices out && break; sleep 0.05; done
base=http://127.0.0.1:$port
asked() {
  local wanted=$1
  shift
  got=$(curl -s -m 10 "$@")
  [ "$got" = "$wanted" ] || fail "curl $*: '$got', expected '$wanted'"
}
asked '302 /notices' -o /dev/null -w '%{http_code} %header{location}' "$base/"
asked '[{"id":1,"by":"bob","text":"Bread is in the kitchen."}]' "$base/notices"
asked '404 {"error":"NotThere(notice 9 is not there)"}' -w '' "$base/notices/9" -o body -w '%{http_code} ' --next -s "file://$work/body"
asked 401 -o /dev/null -w '%{http_code}' -d '{"text": "hello"}' "$base/api/notices"
curl -s -m 5 -N "$base/news" >news &
listener=$!
sleep 0.3
asked '{"id":2,"by":"ann","text":"hello"}' -u ann:secret -d '{"text": "hello"}' "$base/api/notices"
asked 400 -o /dev/null -w '%{http_code}' -u ann:secret -H 'content-type: application/json' -d '{"text": ' "$base/api/notices"
asked '{"url":"/pictures/cat.png","size":9}' -u bob:hunter2 -F picture=@cat.png "$base/api/pictures"
asked '415' -o /dev/null -w '%{http_code}' -u bob:hunter2 -F picture=@news "$base/api/pictures"
asked 'a picture' "$base/pictures/cat.png"
asked '206 icture' -r 3- "$base/pictures/cat.png" -o body -w '%{http_code} ' --next -s "file://$work/body"
asked '<h1>site' "$base/pages/"
asked 404 -o /dev/null -w '%{http_code}' --path-as-is "$base/pages/../cat.png"
curl -s "$base/metrics" | grep -q 'http_requests_total{method="POST",status="401"} 1' || fail "the metrics"
for _ in $(seq 100); do grep -q hello news && break; sleep 0.05; done
kill $listener
grep -q '^data: {"id":2,"by":"ann","text":"hello"}$' news || fail "the news: $(cat news)"
kill -INT $server
wait $server
[ $? = 0 ] || fail "its status"
tail -1 out | grep -q 'shutting down' || fail "it did not shut down"
err_is_empty
finish
