// SPDX-License-Identifier: MIT
// decls.h - what the checker knows of built-in names
//
// The runtime's natives are described by rows that the host hands in; their signatures are Luma
// types as text, parsed here with the checker's own small reader when a name is first used. Single
// capital letters (T, U, K, V, E) are generic.
//
//   {"",        "print",  "fn(values: Any...): Null"}          a global
//   {"math",    "pi",     "Number"}                            a constant of a module
//   {"http",    "get",    "fn(url: String, options?: Table): Promise(Expected)"}   C 3.9
//   {"List(T)", "map",    "fn(f: fn(T): U): List(U)"}          a method, without its receiver
//   {"string",  "",       "Imported"}                          the module is no global
//   {"fs",      "async",  "Module(fs.async)"}                  a module in a module
//
// A parameter `name?` may be left out, `name...` stands for any number. The type `Expected` is what
// the place of use expects (check_expected.c). `Any` where a row says nothing better.
#ifndef DECLS_H
#define DECLS_H

#include "base/vec.h"
#include "check/types.h"

#define DECL_LUMA 1
#define DECL_VINT 2

typedef struct DeclRow {
  const char *owner; // "": global; a module's name; a receiver type for methods
  const char *name;
  const char *signature;
  uint32_t languages; // DECL_*
} DeclRow;

typedef struct DeclModule {
  const char *name;
  uint32_t languages;
  uint32_t imported; // where only an import makes it known
} DeclModule;

#define DECLS_HEADS 1024

typedef struct Decls {
  const DeclRow *rows;
  uint32_t count;
  uint32_t *next; // row number + 1 of the next one in its chain, 0 at the end
  VEC(DeclModule) modules;
  uint32_t heads[DECLS_HEADS]; // chains by the hash of the row's name
} Decls;

// Builds the chains. `rows` must outlive it.
void decls_init(Decls *decls, const DeclRow *rows, uint32_t count);
void decls_free(Decls *decls);

bool decls_has_global(const Decls *decls, Dialect dialect, const char *name);
bool decls_is_module(const Decls *decls, Dialect dialect, const char *name);
// Such a module is no global.
bool decls_is_imported(const Decls *decls, Dialect dialect, const char *name);
// The row, or NULL. `owner` without type arguments: "List", "http", "".
const DeclRow *decls_find(const Decls *decls, Dialect dialect, const char *owner, const char *name);
// Names of a module's or receiver's members, or the globals (owner ""), for suggestions and
// completion.
uint32_t decls_names(const Decls *decls, Dialect dialect, const char *owner, const char **out,
                     uint32_t max);
// The row's signature as a type; generic letters are TYPE_VARIABLE. `expected` stands for
// `Expected`.
Type *decls_type(Types *types, const DeclRow *row, Type *expected);
bool decls_wants_expected(const DeclRow *row); // its signature mentions Expected

#endif
