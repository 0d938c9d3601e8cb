// SPDX-License-Identifier: MIT
// check_channel.c - what Vint's channels carry: send, receive, close
//
// `chan T` as an annotation says what may be sent and what arrives; a channel without annotation
// carries anything.
#include "check/check_private.h"

#include <string.h>

void check_channel_sent(Checker *c, Node *value, const Type *channel) {
  Type *element = channel->args[0];
  Type *got = check_expr(c, value, element);
  Misfit why;
  if (relate_fits(&c->relate, got, element, &why)) return;
  Diag *diag = diag_error(c->diags, DIAG_SEND_TYPE, value->span, check_report_type(c, element),
                          check_report_type(c, element), check_report_type(c, got));
  check_report_reason(c, diag, value, element, got, &why);
}

Type *check_channel_element(Checker *c, const Node *node, const Type *channel, const char *user) {
  if (channel->kind == TYPE_CHANNEL) return channel->args[0];
  bool may_be = relate_is_open(channel) || channel->kind == TYPE_UNION ||
                channel->kind == TYPE_NULL || channel->kind == TYPE_NEVER;
  if (may_be) return c->types->any;
  Diag *diag = diag_error(c->diags, DIAG_NOT_A_CHANNEL, node->span, user, "chan",
                          check_report_type(c, channel));
  if (channel->kind == TYPE_PROMISE) check_report_await(c, diag, node);
  return c->types->any;
}

static bool is_plain(const CallSite *site, uint32_t count) {
  if (site->arg_count != count) return false;
  for (uint32_t i = 0; i < count; i++) {
    if (site->args[i].name) return false;
  }
  return true;
}

static Type *check_send(Checker *c, CallSite *site) {
  Node *channel = site->args[0].value;
  Type *type = check_expr(c, channel, NULL);
  check_channel_element(c, channel, type, site->row->name);
  if (type->kind == TYPE_CHANNEL)
    check_channel_sent(c, site->args[1].value, type);
  else
    check_expr(c, site->args[1].value, NULL);
  bool is_try = strcmp(site->row->name, "try_send") == 0;
  return is_try ? c->types->boolean : c->types->null;
}

static Type *check_receive(Checker *c, CallSite *site) {
  Node *channel = site->args[0].value;
  return check_channel_element(c, channel, check_expr(c, channel, NULL), site->row->name);
}

bool check_channel_call(Checker *c, CallSite *site, Type **result) {
  const char *name = site->row->name;
  bool sends = strcmp(name, "send") == 0 || strcmp(name, "try_send") == 0;
  if (sends && is_plain(site, 2)) {
    *result = check_send(c, site);
    return true;
  }
  bool receives = strcmp(name, "receive") == 0;
  if (receives && is_plain(site, 1)) {
    *result = check_receive(c, site);
    return true;
  }
  bool closes = strcmp(name, "close") == 0 || strcmp(name, "is_closed") == 0;
  if (!closes || !is_plain(site, 1)) return false;
  check_receive(c, site);
  *result = name[0] == 'c' ? c->types->null : c->types->boolean;
  return true;
}
