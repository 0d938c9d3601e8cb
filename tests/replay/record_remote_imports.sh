#!/usr/bin/env bash
# Modules that are fetched from the net while the program runs are steps of a recording: the replay asks neither the net
# nor the cache nor the lock file, and touches none of them.
. "$(dirname "$0")/../support/check.sh"
cd "$work"
export XDG_CACHE_HOME=$work/cache
cat >server.vint <<'END'
import http
let texts = {
    "/a.luma": "import(\"./deep/b\") + 1\n",
    "/deep/b.luma": "41\n",
    "/c.luma": "\"c\"\n",
    "/written.luma": "\"written\"\n"
}
let server = http.serve(0, func(req) {
    if (texts.has(req["path"])) { return {"body": texts[req["path"]]} }
    return {"status": 404, "body": "no"}
})
print(server.url)
END
start_server server.vint
url=$server_url
cat >main.luma <<END
fn load(name: String): Promise(Any) do
  await yield()
  import("$url/" + name)
end
print(import("$url/written.luma"))
print(await Promise.all([load("a.luma"), load("c.luma"), load("a.luma")]))
print((await Promise.result(load("missing.luma"))).err.message)
print(await load("c.luma"))
END
replays() {
  rm -rf cache wick.lock
  run "$1" 0 "$wick" replay "$2"
  cmp -s first out || fail "$1 printed something else: $(diff first out)"
  [ ! -e wick.lock ] && [ ! -e cache ] || fail "$1 wrote a cache or a lock file"
}
"$wick" --record fetched main.luma >first || fail "the first recording failed"
grep -q '^\[42, "c", 42\]$' first || fail "the program printed: $(cat first)"
cp first first_run
"$wick" --record cached main.luma >first || fail "the second recording failed"
cmp -s first first_run || fail "the second recording printed something else: $(diff first_run first)"
echo "$url/c.luma sha256:$(printf '0%.0s' {1..64})" >wick.lock
rm -r cache
"$wick" --record refused main.luma >refused_out 2>refused_err && fail "another text than the locked one was taken"
refused=$(cat refused_err)
kill "$server_pid"
replays "fetched anew" fetched
replays "from the cache" cached
"$wick" replay refused >again_out 2>again_err && fail "the replay of the failed run did not fail"
cmp -s refused_out again_out || fail "the replay of the failed run printed: $(cat again_out)"
[ "$(cat again_err)" = "$refused" ] || fail "the replay of the failed run said: $(diff refused_err again_err)"
finish
