// SPDX-License-Identifier: MIT
// check_expected.c - the type asked for is the type delivered (C 3.9)
//
// A built-in whose row says `Expected` delivers what its place asks for: the declared result of the
// function, an annotation, a parameter's type, through return, tail, branches and await. Where
// nothing is asked it is Result(Response, Error). The compiler reads what was asked from the call's
// `expected` and passes it to the native.
#include "check/check_private.h"

Type *check_expected_default(Checker *c) {
  return types_of2(c->types, TYPE_RESULT, c->types->response, c->types->error);
}

// Who names a type that does not exist means something by it, but nothing can be decoded.
static void warn_unknown(Checker *c, const CallSite *site, const Type *asked) {
  const DeclRow *row = site->row;
  const char *name =
      row->owner[0] ? arena_printf(c->types->arena, "%s.%s", row->owner, row->name) : row->name;
  Diag *diag =
      diag_error(c->diags, DIAG_EXPECTED_UNKNOWN, site->callee_span, name,
                 check_report_type(c, asked), check_report_type(c, check_expected_default(c)));
  diag_help(c->diags, diag, "declare the type, so that the body is decoded: `let %s = { … }`",
            asked->name->text);
}

Type *check_expected_row(Checker *c, CallSite *site, Type *expected) {
  Type *asked = types_prune(check_async_payload(types_prune(expected)));
  if (asked && asked->kind == TYPE_UNKNOWN_NAME) warn_unknown(c, site, asked);
  bool says_nothing = !check_expr_expects(asked) || asked->kind == TYPE_NEVER;
  *site->expected = says_nothing ? NULL : asked;
  return decls_type(c->types, site->row, says_nothing ? check_expected_default(c) : asked);
}
