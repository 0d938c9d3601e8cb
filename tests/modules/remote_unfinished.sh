#!/usr/bin/env bash
# A program that ends while modules are being fetched leaves nothing behind (the sanitizer build tells).
. "$(dirname "$0")/../support/check.sh"
cd "$work"
export XDG_CACHE_HOME=$work/cache
cat >server.vint <<'END'
import http
let server = http.serve(0, func(req) { sleep(60000); return "never" })
print(server.url)
END
start_server server.vint

cat >main.luma <<END
fn load(name: String): Promise(Any) do
  await yield()
  import("$server_url/" + name)
end
let loads = [load("a.luma"), load("b.luma")]
await sleep(20)
let _ = load("c.luma")
await sleep(20)
END
cp main.luma raises.luma
printf 'let x: Any = {}\nprint(x + 1)\n' >>raises.luma
run "a program that raises" 1 "$wick" raises.luma
grep -q '__add' "$work/err" || fail "it said $(cat "$work/err")"
[ "$(wc -l <"$work/err")" -lt 8 ] || fail "it said more: $(cat "$work/err")"
echo 'process.exit(3)' >>main.luma
run "a program that exits" 3 "$wick" main.luma
err_is_empty
finish
