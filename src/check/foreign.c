// SPDX-License-Identifier: MIT
// foreign.c - names that other languages have, and what they are called in Luma
#include "check/foreign.h"

#include <string.h>

typedef struct Foreign {
  const char *name;
  const char *here;
} Foreign;

static const char *const NOTHING = "nothing is written `null`";
static const char *const FAILURE = "there are no exceptions: what may fail gives a Result, and a promise's failure is "
                                   "looked at with `await Promise.result(p)`";

static const char *find(const Foreign *rows, uint32_t count, const char *name) {
  for (uint32_t i = 0; i < count; i++) {
    if (strcmp(rows[i].name, name) == 0) return rows[i].here;
  }
  return NULL;
}

const char *foreign_name(const char *name) {
  const Foreign rows[] = {
      {"nil", NOTHING},       {"None", NOTHING},      {"undefined", NOTHING},
      {"NULL", NOTHING},      {"True", "write `true`"}, {"False", "write `false`"},
      {"try", FAILURE},       {"catch", FAILURE},     {"except", FAILURE},
      {"finally", FAILURE},   {"pcall", FAILURE},     {"throw", "a failure is returned as a Result; `panic(\"…\")` ends the fiber"},
      {"raise", "a failure is returned as a Result; `panic(\"…\")` ends the fiber"},
      {"console", "`print(…)` writes a line"},
      {"println", "`print(…)` writes a line"},
      {"printf", "`print(\"${a} and ${b}\")` writes a line; `write(1, …)` writes without its end"},
      {"echo", "`print(…)` writes a line"},
      {"this", "a method names its object as first parameter: `fn(self) do … end`"},
      {"new", "an instance is made by `cast(Type, { field = value })`"},
      {"require", "a module is read by `import(\"path\")`"},
      {"include", "a module is read by `import(\"path\")`"},
      {"len", "the length is asked of the value: `x:length()`"},
      {"str", "a text of any value is `\"${x}\"`"},
      {"tostring", "a text of any value is `\"${x}\"`"},
      {"tonumber", "a text is read as a number by `text:to_number()`, an Option"},
      {"parseInt", "a text is read as a number by `text:to_number()`, an Option"},
      {"int", "a text is read as a number by `text:to_number()`, an Option; `math.floor(x)` cuts off"},
      {"float", "a text is read as a number by `text:to_number()`, an Option"},
      {"pairs", "a loop goes over a table itself: `for [key, value] in t do`"},
      {"ipairs", "a loop goes over a list itself; with the index: `for [item, i] in indexed(xs) do`"},
      {"enumerate", "with the index: `for [item, i] in indexed(xs) do`"},
      {"JSON", "`json.decode(text)` and `json.encode(value)`"},
      {"setTimeout", "`await sleep(ms)` waits; `after(ms, fn() do … end)` is a case of select"},
      {"go", "calling an async function starts it; `await group(fn(g) do … end)` waits for several"},
      {"spawn", "calling an async function starts it; `await group(fn(g) do … end)` waits for several"},
      {"chan", "a channel is made by `Channel.new(capacity)`"},
      {"make", "a channel is made by `Channel.new(capacity)`"},
      {"typeOf", "the kind of a value is `typeof(x)`"},
      {"type", "the kind of a value is `typeof(x)`"},
      {"instanceof", "`isInstanceOf(value, Type)`"},
      {"assert", "`if !condition do panic(\"…\") end`"},
      {"Some", "`Option.some(value)`"},
      {"Ok", "`Result.ok(value)`"},
      {"Err", "`Result.err(error)`"},
      {"ok", "an arm `ok do` binds nothing: read the field, as in `r.ok`"},
      {"err", "an arm `err do` binds nothing: read the field, as in `r.err`"},
      {"some", "an arm `some do` binds nothing: read the field, as in `o.some`"},
      {"none", "an arm `none do` binds nothing; an Option without value is `Option.none()`"},
      {"elsif", "write `else if`"},
  };
  return find(rows, ARRAY_LEN(rows), name);
}

const char *foreign_member(const char *name, const char *const *names, uint32_t count) {
  static const Foreign rows[] = {
      {"size", "length"},        {"len", "length"},         {"count", "length"},
      {"append", "push"},        {"add", "push"},           {"push_back", "push"},
      {"forEach", "each"},       {"foreach", "each"},       {"includes", "contains"},
      {"has", "contains"},       {"indexOf", "index_of"},   {"indexOf", "find"},
      {"index", "index_of"},     {"index", "find"},
      {"substring", "slice"},    {"substr", "slice"},       {"sub", "slice"},
      {"upcase", "upper"},       {"toUpper", "upper"},      {"downcase", "lower"},
      {"toLower", "lower"},      {"strip", "trim"},         {"startswith", "starts_with"},
      {"endswith", "ends_with"}, {"replaceAll", "replace"}, {"gsub", "replace"},
      {"toInt", "to_number"},    {"parse", "decode"},       {"stringify", "encode"},
      {"dumps", "encode"},       {"loads", "decode"},       {"delete", "remove"},
      {"del", "remove"},         {"containsKey", "has"},    {"items", "entries"},
      {"some", "any"},           {"every", "all"},          {"fold", "reduce"},        {"inject", "reduce"},      {"select", "filter"},
      {"collect", "map"},        {"extend", "concat"},      {"concat", "merge"},
      {"recv", "receive"},       {"get", "receive"},        {"put", "send"},
      {"go", "spawn"},           {"start", "spawn"},
  };
  for (uint32_t row = 0; row < ARRAY_LEN(rows); row++) {
    if (strcmp(rows[row].name, name) != 0) continue;
    for (uint32_t i = 0; i < count; i++)
      if (strcmp(names[i], rows[row].here) == 0) return names[i];
  }
  return NULL;
}

const char *foreign_type(const char *name) {
  static const Foreign rows[] = {
      {"int", "Number"},     {"Int", "Number"},       {"integer", "Number"}, {"Integer", "Number"},
      {"float", "Number"},   {"Float", "Number"},     {"double", "Number"},  {"num", "Number"},
      {"str", "String"},     {"text", "String"},      {"Text", "String"},    {"bool", "Boolean"},
      {"Bool", "Boolean"},   {"dict", "Table"},       {"Dict", "Table"},     {"map", "Table"},
      {"Map", "Table"},      {"object", "Table"},     {"Object", "Table"},   {"Record", "Table"},
      {"array", "List"},     {"vector", "List"},      {"tuple", "List"},     {"void", "Null"},
      {"Void", "Null"},      {"nil", "Null"},         {"None", "Null"},      {"unit", "Null"},
      {"any", "Any"},        {"unknown", "Any"},      {"Maybe", "Option"},   {"Optional", "Option"},
      {"Future", "Promise"}, {"Task", "Promise"},     {"chan", "Channel"},   {"never", "Never"},
      {"func", "Function"},  {"function", "Function"},
  };
  return find(rows, ARRAY_LEN(rows), name);
}
