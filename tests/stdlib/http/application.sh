#!/usr/bin/env bash
# The application with routes, parameters and middleware, asked by curl.       (vint.md 12.5, 13.44)
. "$(dirname "$0")/../../support/check.sh"
root=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$work"
port=$((10000 + $$ % 22000))
sed -n '/^let crawl/q;p' "$root/examples/site_crawler.vint" >server.vint
echo "http.listen(\"$port\", \"up\")" >>server.vint
"$wick" server.vint >out 2>err &
server=$!
trap 'kill $server 2>/dev/null' EXIT
for _ in $(seq 100); do grep -q up out 2>/dev/null && break; sleep 0.1; done
base=http://127.0.0.1:$port
# asked WANTED ARGUMENTS OF curl …
asked() {
  local wanted=$1
  shift
  got=$(curl -s -m 10 "$@")
  [ "$got" = "$wanted" ] || fail "curl $*: '$got', expected '$wanted'"
}
asked 'hello Ann' "$base/?name=Ann"
asked '{"id":"2","links":["3","4"]}' "$base/pages/2"
asked '{"a":[1,2.5]}' -d '{"a": [1, 2.5]}' "$base/echo"
asked 201 -o /dev/null -w '%{http_code}' -d '{}' "$base/echo"
asked 'who are you?' "$base/private"
asked 'a secret' -H 'authorization: me' "$base/private"
asked '302 /' -o /dev/null -w '%{http_code} %header{location}' "$base/old"
asked 'said late' "$base/late"
asked 'application/json *' -o /dev/null -w '%{content_type} %header{access-control-allow-origin}' "$base/pages/1"
asked wick -o /dev/null -w '%header{x-served-by}' "$base/"
asked 500 -o /dev/null -w '%{http_code}' "$base/broken"
asked 200 -o /dev/null -w '%{http_code}' -X OPTIONS "$base/pages/1"
asked '{"error":{"type":"NotFound","message":"no route for GET /none","code":"NOT_FOUND","status":404,"details":null}}' "$base/none"
asked 404 -o /dev/null -w '%{http_code}' "$base/pages/"
finish
