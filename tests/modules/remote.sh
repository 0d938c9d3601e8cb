#!/usr/bin/env bash
# Modules from addresses: fetched, cached, locked; never anything else than the lock file says.
. "$(dirname "$0")/../support/check.sh"
cd "$work"
export XDG_CACHE_HOME=$work/cache

# A server whose files are in the folder `net`; what it has served is in `served`.
cat >server.vint <<'END'
import http, os
let served = 0
let texts = {
    "/shapes.luma": "import(\"./deep/unit\") + 1\n",
    "/deep/unit.luma": "let counted = import(\"../count.vint\")\ncounted.n\n",
    "/count.vint": "package count { let n = 41 }\n",
    "/plain": "5\n",
    "/wrong.luma": "let x: Number = \"one\"\nx\n",
    "/missing.luma": "import(\"./nowhere\")\n",
    "/slow.luma": "\"slow\"\n",
    "/moved.luma": "\"old\"\n"
}
let server = http.serve(0, func(req) {
    let path = req["path"]
    if (path == "/served") { return {"body": string(served)} }
    if (path == "/change") { texts["/count.vint"] = "package count { let n = 99 }\n"; return {"body": "done"} }
    served = served + 1
    if (path == "/slow.luma") { sleep(300) }
    if (texts.has(path)) { return {"body": texts[path]} }
    return {"status": 404, "body": "no"}
})
print(server.url)
END
start_server server.vint
url=$server_url
served() { printf 'import net\nprint(net.get("%s/served"))\n' "$url" >ask.vint; "$wick" ask.vint; }

mkdir app && cd app
printf 'print(import("%s/shapes.luma"), import("%s/shapes.luma"))\n' "$url" "$url" >main.luma
run "the first run fetches" 0 "$wick" main.luma
out_is "42 42"
err_is_empty
grep -q "^$url/shapes.luma sha256:[0-9a-f]\{64\}$" wick.lock || fail "wick.lock: $(cat wick.lock)"
[ "$(grep -c sha256: wick.lock)" = 3 ] || fail "wick.lock should have three lines: $(cat wick.lock)"
[ "$(grep sha256: wick.lock)" = "$(grep sha256: wick.lock | LC_ALL=C sort)" ] || fail "wick.lock is not sorted"
before=$(served)
run "the second takes the cache" 0 "$wick" main.luma
out_is "42 42"
run "--offline" 0 "$wick" --offline main.luma
out_is "42 42"
run "check" 0 "$wick" check main.luma
[ "$(served)" = "$before" ] || fail "something was fetched again"

printf 'print(import("%s/plain"))\n' "$url" >plain.luma
run "no ending" 65 "$wick" plain.luma
err_has "its name should end in .luma or .vint"
printf 'print(import("%s/nothing.luma"))\n' "$url" >missing.luma
run "not there" 65 "$wick" missing.luma
err_has "the server answers with status 404"
err_has "missing.luma:1:14"
printf 'import("%s/missing.luma")\n' "$url" >missing.luma
run "what it imports is not there" 65 "$wick" missing.luma
err_has "$url/nowhere.luma"
err_has "$url/missing.luma:1:8"
printf 'import("%s/wrong.luma")\n' "$url" >wrong.luma
run "mistakes in it" 65 "$wick" wrong.luma
err_has "$url/wrong.luma:1:17"
printf 'import("%s/slow.luma")\n' "$url" >offline.luma
run "--offline, not in the cache" 65 "$wick" --offline offline.luma
err_has "it is not in the cache, and --offline fetches nothing"
printf 'import("http://127.0.0.1:9/x.luma")\n' >refused.luma
run "nobody answers" 65 "$wick" refused.luma
err_has "cannot import http://127.0.0.1:9/x.luma"
printf 'import("http://example.org/x.luma")\n' >plain_http.luma
run "http:// from elsewhere" 65 "$wick" plain_http.luma
err_has "only https:// addresses can be imported"
printf 'import("https://me:secret@example.org/x.luma")\n' >secret.luma
run "a password" 65 "$wick" secret.luma
err_has "would end up in the lock file"

# The server changes a file: whoever has the old text in the cache goes on, others are told.
printf 'import net\nnet.get("%s/change")\n' "$url" >change.vint
"$wick" change.vint
run "the cache has what is locked" 0 "$wick" main.luma
out_is "42 42"
rm -r "$XDG_CACHE_HOME"
run "it is not what is locked" 65 "$wick" main.luma
err_has "count.vint: what it gives now has the SHA-256"
err_has "but wick.lock says $(sed -n 's/.*count.vint sha256://p' wick.lock)"
err_has 'wick lock FILE'
out_is_empty
run "lock" 0 "$wick" lock main.luma
out_is "main.luma: 3 addresses locked"
run "after that it is" 0 "$wick" main.luma
out_is "100 100"

# A damaged cache is fetched again, a damaged lock file is said.
for file in "$XDG_CACHE_HOME"/wick/modules/*; do echo damage >>"$file"; done
run "a damaged cache" 0 "$wick" main.luma
out_is "100 100"
echo nonsense >>wick.lock
run "a damaged lock file" 65 "$wick" main.luma
err_has "wick.lock is damaged in line 5"
sed -i '$d' wick.lock

# At run time: a computed address, fetched while others run; two imports of it fetch it once.
cat >dynamic.luma <<END
fn load(name: String): Promise(String) do
  await yield()
  import("$url/" + name)
end
var ticks = 0
fn tick(): Promise(Null) do
  while ticks < 5 do
    await sleep(20)
    ticks = ticks + 1
  end
end
let ticking = tick()
let both = await Promise.all([load("slow.luma"), load("slow.luma")])
print(both, ticks)
await ticking
print(import("./relative"))
END
printf 'let name = "shapes.luma"\nimport("%s/" + name)\n' "$url" >relative.luma
before=$(served)
run "a computed address" 0 "$wick" dynamic.luma
out_is '["slow", "slow"] 5
100'
[ "$(served)" = $((before + 1)) ] || fail "fetched $(($(served) - before)) times instead of once"
grep -q "slow.luma sha256:" wick.lock || fail "what was imported at run time is not locked"
printf 'fn load(n: String): Any do import(n) end\nload("%s/nothing.luma")\n' "$url" >dynamic_missing.luma
run "a computed address that is not there" 1 "$wick" dynamic_missing.luma
err_has "ImportError: cannot import $url/nothing.luma: the server answers with status 404"
err_has "dynamic_missing.luma:1:"

# Many processes at once: nobody sees half a file.
rm -rf "$XDG_CACHE_HOME" wick.lock
pids=()
for i in 1 2 3 4 5 6; do
  "$wick" main.luma >"$work/many.$i" 2>&1 &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || fail "one of six at once failed"; done
for i in 1 2 3 4 5 6; do [ "$(cat "$work/many.$i")" = "100 100" ] || fail "six at once: $(cat "$work/many.$i")"; done
[ "$(grep -c sha256: wick.lock)" = 3 ] || fail "the lock file after six at once: $(cat wick.lock)"
[ -z "$(find "$XDG_CACHE_HOME" . -name '*.??????' -o -name 'wick.lock.*')" ] || fail "a temporary file was left"

# No cache at all: it works, and fetches each time.
XDG_CACHE_HOME= HOME= run "no cache" 0 "$wick" main.luma
out_is "100 100"
finish
