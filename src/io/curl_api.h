// SPDX-License-Identifier: MIT
// curl_api.h - libcurl, opened when the first request is made
//
// Linking against libcurl would make every start four times as long (34 libraries), also of
// programs that never ask the network anything. So its functions are found by name when they are
// first needed, and called through this table.
#ifndef CURL_API_H
#define CURL_API_H

#include "base/buffer.h"

#include <curl/curl.h>

// The names of the functions without their prefix "curl_", with their types from curl's header.
#define CURL_FUNCTIONS(F)                                                                          \
  F(global_init)                                                                                   \
  F(easy_init)                                                                                     \
  F(version_info)                                                                                  \
  F(easy_cleanup)                                                                                  \
  F(easy_strerror)                                                                                 \
  F(url)                                                                                           \
  F(url_set)                                                                                       \
  F(url_cleanup)                                                                                   \
  F(slist_append)                                                                                  \
  F(slist_free_all)                                                                                \
  F(multi_init)                                                                                    \
  F(multi_cleanup)                                                                                 \
  F(multi_add_handle)                                                                              \
  F(multi_remove_handle)                                                                           \
  F(multi_info_read)                                                                               \
  F(multi_socket_action)                                                                           \
  F(multi_strerror)

typedef struct CurlApi {
  void *library;
#define CURL_MEMBER(name) __typeof__(curl_##name) *name;
  CURL_FUNCTIONS(CURL_MEMBER)
#undef CURL_MEMBER
  // These three have type-checking macros of the same name in curl's header.
  CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
  CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
  CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
} CurlApi;

// False: `reason` says what is missing, in a sentence for the program's user. The library stays
// open until the process ends: it may have threads.
bool curl_api_open(CurlApi *api, Buffer *reason) MUST_USE;

#endif
