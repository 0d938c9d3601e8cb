// SPDX-License-Identifier: MIT
// check_async_test.c - async and the types that are asked for: async.md 3, luma.md 8
#include "check_sample.h"

#define HEAD                                                                                       \
  "let User = { id = String, name = String }\nlet Post = { title = String }\n"                     \
  "let load = fn(id: Number): Promise(User) do await http.get(\"/u/${id}\") end\n"

static const Sample PROMISES[] = {
    {HEAD "print(load(1).name)\n",
     "A002 4:15 Member access requires a table, got Promise(User) | `(await load(1)).name`"},
    {HEAD "let x = await load(1).name\n", "A002 4:23 got Promise(User) | `(await load(1)).name`"},
    {HEAD "load(1):greet(2)\n", "A002 4:9 got Promise(User) | `(await load(1)):greet(…)`"},
    {HEAD "let p = load(1)\np.name = \"x\"\n", "A002 5:3 | `(await p).name`"},
    {HEAD "let n = load(1) + 1\n",
     "A003 4:9 ADD requires (Number, Number) or (String, String) or type with __add "
     "method, got (Promise(User), Number): the left operand | `await load(1)`"},
    {HEAD "let n = 1 - load(1)\n", "A003 4:13 the right operand is a promise | `await load(1)`"},
    {HEAD "let n = -load(1)\n", "A003 4:10 Unary negation requires Number"},
    {HEAD "if load(1) do print(1) end\n",
     "A004 4:4 If condition: expected Boolean, got Promise(User) | `await load(1)`"},
    {HEAD "while !load(1) do print(1) end\n",
     "A004 4:8 Logical not: expected Boolean, got Promise(User)"},
    {HEAD "let p = load(1)\np()\n",
     "A005 5:1 Call expression requires a function, got Promise(User) | `(await p)(…)`"},
    {HEAD "for x in load(1) do print(x) end\n",
     "A006 4:10 For loop requires List or Table iterator, got Promise(User)"},
    {HEAD "print(load(1)[0])\n",
     "A007 4:7 Index operation requires List or Table, got Promise(User)"},
    {HEAD "load(1)\nlet n = 1\n", "A008 4:1 this Promise(User) is dropped | `let _ = load(1)`"},
    {HEAD "let _ = load(1)\nload(2)\n", ""},
    {HEAD "for i in [1] do load(i) end\n", "A008 4:17 is dropped"},
    {HEAD "if true do load(1) end\nlet n = 1\n", "A008 4:12 is dropped"},
    {HEAD "let f = fn() do load(1) end\nlet p: Promise(User) = f()\n", ""},
    {HEAD "print(\"${load(1)}\")\n", "A010 4:10 this is a Promise(User)"},
    {HEAD "print(load(1) == null)\n", "A011 4:7 Promise(User) and Null are never equal"},
    {HEAD "match load(1) do _ do print(1) end end\n", "A003 4:7 match tests a value"},
    {HEAD "let u: User = load(1)\n",
     "T012 4:15 Variable u: declared type User, got Promise(User) | `await load(1)`"},
    {HEAD "let f = fn(u: User) do u end\nf(load(1))\n",
     "T006 5:3 expected User, got Promise(User) | `await load(1)`"},
    {HEAD "let [a] = load(1)\n", "T028 4:5 got Promise(User) | `await load(1)`"},
    {HEAD "let xs: List(User) = [load(1)]\n", "T013 4:23 User vs Promise(User) | `await load(1)`"},
};

static const Sample AWAITS[] = {
    {"let n = await 5\n", "A001 1:15 await requires a Promise, got Number | leave out the `await`"},
    {HEAD "let n = await load\n", "A001 4:15 got fn(Number): Promise(User) | `await load(…)`"},
    {"let f = fn(): Number do 1 end\nlet n = await f()\n",
     "A001 2:15 await requires a Promise, got Number | not async"},
    {"let c = Channel.new()\nlet v = await c\n",
     "A001 2:15 got Channel(Unknown) | `await c:receive()`"},
    {"let a: Any = 1\nlet b = await a\nlet c = await b.x\n", ""},
    {HEAD
     "let s: String = (await load(1)).name\nprint(\"${(await load(1)).name}\", [await load(2)])\n"
     "if (await load(1)).name == \"x\" do print(1) end\nlet n: Number = (await load(1)).name\n",
     "T012 7:17 declared type Number, got String"},
    {"let p: Promise(Number) = await sleep(1)\n",
     "T012 1:26 declared type Promise(Number), got Null | leave out the `await`"},
    {"fn later(): Number do await sleep(1) 5 end\nlet n: Number = later()\n",
     "T012 2:17 got Promise(Number) | `await later()`"},
    {"let later = fn() do await sleep(1) 5 end\nlet n: Number = await later()\nlet s: String = "
     "await later()\n",
     "T012 3:17 declared type String, got Number"},
    {"let later = fn(): Promise(Number) do \"x\" end\n", "T003 1:38 declared Number, got String"},
    {"let a = fn(): Promise(Number) do 5 end\nlet b = fn(): Promise(Number) do a() end\nlet c: "
     "Promise(Number) = b()\n",
     ""},
    {"let a = fn(): Promise(Number) do 5 end\nlet b = fn(): Number do return a() end\n",
     "T002 2:32 Return type mismatch: expected Number, got Promise(Number) | `await a()`"},
    {"let f = fn(g: fn(): Promise(Any)) do await g() end\nlet _ = f(fn() do 42 end)\nlet _ = "
     "f(fn() do sleep(1) end)\n",
     "T006 2:11 expected fn(): Promise(Any), got fn(): Number | declare its result"},
    {"let f = fn(g: fn(): Number) do g() end\nf(fn() do await sleep(1) 1 end)\n",
     "T006 2:3 expected fn(): Number, got fn(): Promise(Number) | the function is async"},
    {"let f = fn(): Promise(String) do end\n", "A009 1:9 `f` is a stub | `f is not implemented`"},
    {"let f = fn(): Number do\n  -- later\nend\n",
     "A009 1:9 `f` is a stub: it is declared to give Number"},
    {"let f = fn() do end\nlet g = fn(): Null do end\nlet h = fn(): Any do end\nlet r = f()\n", ""},
};

static const Sample CALLBACKS[] = {
    {HEAD "let us: List(User) = [1, 2]:map(load)\n",
     "T012 4:22 got List(Promise(User)) | `await Promise.all([1, 2]:map(load))`"},
    {HEAD "let us = await Promise.all([1, 2]:map(fn(i) do await load(i) end))\nlet s: Number = "
          "us[0].name\n",
     "T012 5:17 got String"},
    {"let b = [1]:filter(fn(x) do await sleep(x) true end)\n",
     "A012 1:20 `filter` uses the callback's answer at once | Promise.all"},
    {"let b = [1]:find(fn(x) do await sleep(x) true end)\n", "A012 1:18 `find`"},
    {"let b = [1]:sort(fn(x, y) do await sleep(x) x - y end)\n", "A012 1:18 `sort`"},
    {"let b = [1]:reduce(fn(x, y) do await sleep(x) x + y end, 0)\n", "A012 1:20 `reduce`"},
    {"let V = { x = Number, __add = fn(a, b) do await sleep(1) a end }\n",
     "A013 1:31 `__add` cannot be async"},
    {"let [n, u] = await Promise.all([Promise.all([sleep(1)]), sleep(1)])\nlet x: Number = u\nlet "
     "y: String = n\n",
     "T012 2:17 got Null\nT012 3:17 got List(Null)"},
    {HEAD "let r = await Promise.result(load(1))\nlet s: String = r.ok.name\nlet k: String = "
          "r.err.kind\n",
     ""},
    {"let ch: Channel(Number) = Channel.new(1)\nlet _ = ch:send(\"x\")\n",
     "T006 2:17 expected Number, got String"},
    {"let ch = Channel.new(1)\nlet _ = ch:send(\"x\")\nlet n: Number = await ch:receive()\n",
     "T012 3:17 got String"},
    {"let ch: Channel(Number) = Channel.new()\nfor await v in ch do let n: String = v print(n) "
     "end\n",
     "T012 2:38 got Number"},
    {"for await v in [1] do print(v) end\n",
     "A015 1:16 For await requires a Channel, got List(Number)"},
    {"let ch: Channel(Number) = Channel.new()\nfor v in ch do print(v) end\n",
     "T027 2:10 got Channel(Number) | for await v in ch do"},
};

static const Sample EXPECTED[] = {
    {HEAD "let u: User = await http.get(\"/u\")\nlet r = await http.get(\"/u\")\nlet s: Number = "
          "r.ok.body\n",
     "T012 6:17 got String"},
    {HEAD "let f = fn(u: User): String do u.name end\nprint(f(await http.get(\"/u\")))\n", ""},
    {HEAD "let u = cast(User, await http.get(\"/u\"))\nlet s: String = u.name\n", ""},
    {HEAD "let g = http.get\nlet r = await g(\"/u\")\nlet u: User = await g(\"/u\")\n",
     "T012 6:15 got Result(Response, Error)"},
    {HEAD "let r = await http.get(\"/u\")\nlet u = cast(User, r)\n",
     "T047 5:20 cast: expected User"},
    {HEAD "fn f(c: Boolean): Promise(List(Post)) do\n  if c do return await fetch(\"/a\") end\n"
          "  match c do\n    true do http.get(\"/b\") end\n    _ do do await http.get(\"/c\") end "
          "end\n  end\nend\n",
     ""},
    {HEAD "fn f(): Result(User, Error) do\n  let r = await http.get(\"/\")\n  return r\nend\n",
     "T002 6:10 expected Result(User, Error), got Result(Response, Error) | let r: Result(User, "
     "Error) = await"},
    {"let x = await Promise.al([sleep(1)])\n",
     "T021 1:23 Promise has no member named `al` | 'all'"},
    {"let f = fn(id: String): Promise(Usr) do await http.get(\"/u\") end\n",
     "T039 1:33 unknown type Usr\nA014 1:52 what is asked of `http.get` here is the unknown type "
     "Usr"},
    {HEAD "let us: List(User) = await Promise.all([http.get(\"/a\"), http.get(\"/b\")])\n"
          "let r: Result(User, Error) = await Promise.result(http.get(\"/c\"))\n",
     ""},
    {"let http = { get = fn(u: String): Number do 1 end }\nlet s: String = http.get(\"/\")\n",
     "T012 2:17 got Number"},
};

// --- The seed ------------------------------------------------------------------------------------

static const char SEED[] =
    "let User = { name = String }\nlet Post = { title = String }\nlet Data = { value = Number }\n"
    "let parseUser = fn(response: Any): Result(User, Error) do\n"
    "  return { ok = { name = \"n\" }, err = null }\nend\n"
    "let process = fn(raw: String): Result(Data, Error) do\n"
    "  return { ok = { value = 1 }, err = null }\nend\n"
    "let fetchData = fn(url: String): Promise(String) do\n  -- returns promise\nend\n"
    "let fetchUser = fn(id: String): Result(User, Error) do\n"
    "  let response = await http.get(\"/users/${id}\")\n  return parseUser(response)\nend\n"
    "let block2 = fetchUser(\"1\")\n"
    "fn fetchAndProcess(id: String): Promise(Result(Data, Error)) do\n"
    "  let raw = await fetchData(id)\n  return process(raw)\nend\n"
    "let block3 = fetchAndProcess(\"1\")\n"
    "let data1 = await fetch(\"/api/data1\")\nlet data2 = await fetch(\"/api/data2\")\n"
    "let promise1 = fetch(\"/api/data1\")\nlet promise2 = fetch(\"/api/data2\")\n"
    "let data1 = await promise1\nlet data2 = await promise2\n"
    "fn fetchUser(id: String): Promise(Result(User, Error)) do\n"
    "  let response = await http.get(\"/users/${id}\")\n"
    "  if response.err != null do\n    return { ok = null, err = response.err }\n  end\n"
    "  return parseUser(response.ok)\nend\n"
    "let block6 = fetchUser(\"1\")\n"
    "let fetchUser = fn(id: String): Promise(User) do\n  await http.get(\"/users/${id}\")\nend\n"
    "let fetchPosts = fn(userId: String): Promise(List(Post)) do\n"
    "  await http.get(\"/posts?user=${userId}\")\nend\n"
    "let userPromise = fetchUser(\"123\")\nlet postsPromise = fetchPosts(\"123\")\n"
    "let user = await userPromise\nlet posts = await postsPromise\n"
    "let name = user.name\nlet title = posts[0].title\n";

static const MethodCallNode *tail_request(Checked *k, const char *name) {
  const NodeList *items = &k->program->main->body->items;
  for (uint32_t i = items->count; i-- > 0;) {
    if (items->items[i]->kind != NODE_DECLARE) continue;
    const DeclareNode *declare = (const DeclareNode *)items->items[i];
    const PatternNameNode *pattern = (const PatternNameNode *)declare->pattern;
    if (strcmp(pattern->name->text, name) != 0) continue;
    const FunctionNode *function = (const FunctionNode *)declare->value;
    const ExpressionNode *tail = (const ExpressionNode *)function->body->items.items[0];
    return (const MethodCallNode *)((const AwaitNode *)tail->value)->operand;
  }
  return NULL;
}

static void test_seed(void) {
  Checked k;
  checked_make(&k, DIALECT_LUMA, SEED);
  CHECK(k.diags.error_count == 0);
  CHECK(sample_is_right(&k, "A009 10:17 `fetchData` is a stub"));
  CHECK_STR(checked_type(&k, "fetchData"), "fn(String): Promise(String)");
  CHECK_STR(checked_type(&k, "block2"), "Promise(Result(User, Error))");
  CHECK_STR(checked_type(&k, "block3"), "Promise(Result(Data, Error))");
  CHECK_STR(checked_type(&k, "data1"), "Result(Response, Error)");
  CHECK_STR(checked_type(&k, "promise2"), "Promise(Result(Response, Error))");
  CHECK_STR(checked_type(&k, "block6"), "Promise(Result(User, Error))");
  CHECK_STR(checked_type(&k, "userPromise"), "Promise(User)");
  CHECK_STR(checked_type(&k, "user"), "User");
  CHECK_STR(checked_type(&k, "posts"), "List(Post)");
  CHECK_STR(checked_type(&k, "name"), "String");
  CHECK_STR(checked_type(&k, "title"), "String");
  const MethodCallNode *request = tail_request(&k, "fetchPosts");
  CHECK(request && request->expected && request->is_own_field);
  if (request) CHECK_STR(types_text(&k.types, request->expected), "List(Post)");
  checked_free(&k);
}

int main(void) {
  SAMPLES(DIALECT_LUMA, PROMISES);
  SAMPLES(DIALECT_LUMA, AWAITS);
  SAMPLES(DIALECT_LUMA, CALLBACKS);
  SAMPLES(DIALECT_LUMA, EXPECTED);
  test_seed();
  return check_done("check_async");
}
