#!/usr/bin/env bash
# Option and environment variable reach a real server; both languages (async.md 3.10).
. "$(dirname "$0")/../support/check.sh"
cd "$work"

cat >server.luma <<'END'
let server = http.serve(0, fn(req): Any do "at ${req.target}" end)
print(server.url)
END
cat >client.luma <<'END'
let text: String = await http.get("/users/7")
print(text)
END
printf 'import net\nprint(net.get("/users/7"))\n' >client.vint

start_server server.luma
for client in client.luma client.vint; do
  run "$client, --base-url" 0 "$wick" --base-url "$server_url" $client
  out_is "at /users/7"
  run "$client, --base-url=" 0 "$wick" "--base-url=$server_url" $client
  out_is "at /users/7"
  run "$client, WICK_BASE_URL" 0 env WICK_BASE_URL="$server_url" "$wick" $client
  out_is "at /users/7"
  run "$client, none" 1 env -u WICK_BASE_URL "$wick" $client
  err_has "--base-url"
  err_has "WICK_BASE_URL"
  out_is_empty
done
finish
