// SPDX-License-Identifier: MIT
// url_test.c - URLs: parsed, resolved by the examples of RFC 3986, built
#include "check.h"
#include "io/url.h"

static Buffer shown;

static const char *resolve(const char *base_text, const char *reference_text) {
  Url base;
  Url reference;
  const char *problem;
  buffer_clear(&shown);
  if (!url_parse(base_text, strlen(base_text), &base, &problem)) return problem;
  if (!url_parse(reference_text, strlen(reference_text), &reference, &problem)) return problem;
  url_resolve(&shown, &base, &reference);
  return shown.bytes;
}

static const char *text_of(UrlPart part) {
  buffer_clear(&shown);
  buffer_append(&shown, part.bytes ? part.bytes : "(absent)", part.bytes ? part.len : 8);
  buffer_text(&shown, "");
  return shown.len ? shown.bytes : "";
}

static void test_parts(void) {
  Url url;
  const char *problem = NULL;
  const char *text = "https://me:pw@[::1]:8080/a/b.c?x=1&y#top";
  CHECK(url_parse(text, strlen(text), &url, &problem));
  CHECK_STR(text_of(url.scheme), "https");
  CHECK_STR(text_of(url.user), "me:pw");
  CHECK_STR(text_of(url.host), "[::1]");
  CHECK_STR(text_of(url.port), "8080");
  CHECK_STR(text_of(url.path), "/a/b.c");
  CHECK_STR(text_of(url.query), "x=1&y");
  CHECK_STR(text_of(url.fragment), "top");
  CHECK(url_host_is_local(&url));
  CHECK(url_is_http(&url));
  CHECK_STR(text_of(url_last_segment(&url)), "b.c");
  CHECK(url_parse("/posts?user=1", 13, &url, &problem));
  CHECK_STR(text_of(url.scheme), "(absent)");
  CHECK_STR(text_of(url.host), "(absent)");
  CHECK_STR(text_of(url_last_segment(&url)), "posts");
  CHECK(url_parse("", 0, &url, &problem));
  CHECK_STR(text_of(url_last_segment(&url)), "");
}

static void test_problems(void) {
  Url url;
  const char *problem = NULL;
  CHECK(!url_parse("http://a:70000/", 15, &url, &problem));
  CHECK_STR(problem, "the port must be a number up to 65535");
  CHECK(!url_parse("http://[::1/", 12, &url, &problem));
  CHECK_STR(problem, "the host begins with [ but has no ]");
  CHECK(!url_parse("http://a/\r\nX: y", 15, &url, &problem));
  CHECK_STR(problem, "it contains a control character");
}

// RFC 3986, 5.4.
static void test_resolving(void) {
  static const char *const pairs[][2] = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {";x", "http://a/b/c/;x"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
  };
  for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
    CHECK_STR(resolve("http://a/b/c/d;p?q", pairs[i][0]), pairs[i][1]);
  }
  CHECK_STR(resolve("http://127.0.0.1:8080", "/users/7"), "http://127.0.0.1:8080/users/7");
  CHECK_STR(resolve("http://127.0.0.1:8080", "users/7"), "http://127.0.0.1:8080/users/7");
}

static void test_encoding(void) {
  Buffer out = {0};
  url_encode(&out, "a b&\xC3\xA9/~", 8);
  CHECK_STR(out.bytes, "a%20b%26%C3%A9%2F~");
  buffer_clear(&out);
  url_decode(&out, "a%20b+c%2", 9, false);
  CHECK_STR(out.bytes, "a b+c%2");
  buffer_clear(&out);
  url_decode(&out, "a+b%zz", 6, true);
  CHECK_STR(out.bytes, "a b%zz");
  buffer_clear(&out);
  url_normalize(&out, "/a b/\xC3\xA9?q=<x>%20", 16);
  CHECK_STR(out.bytes, "/a%20b/%C3%A9?q=%3Cx%3E%20");
  buffer_clear(&out);
  url_add_pair(&out, "q", 1, "a b", 3);
  url_add_pair(&out, "n", 1, "1", 1);
  CHECK_STR(out.bytes, "q=a%20b&n=1");
  buffer_free(&out);
}

static void test_pairs(void) {
  Buffer name = {0};
  Buffer value = {0};
  size_t position = 0;
  UrlPart query = {"a=1&&b=x+y&c", 12};
  CHECK(url_next_pair(query, &position, &name, &value));
  CHECK_STR(name.bytes, "a");
  CHECK_STR(value.bytes, "1");
  CHECK(url_next_pair(query, &position, &name, &value));
  CHECK_STR(name.bytes, "b");
  CHECK_STR(value.bytes, "x y");
  CHECK(url_next_pair(query, &position, &name, &value));
  CHECK_STR(name.bytes, "c");
  CHECK(value.len == 0);
  CHECK(!url_next_pair(query, &position, &name, &value));
  buffer_free(&name);
  buffer_free(&value);
}

static void test_origin(void) {
  Url a;
  Url b;
  const char *problem;
  CHECK(url_parse("http://h/x", 10, &a, &problem));
  CHECK(url_parse("HTTP://H:80/y", 13, &b, &problem));
  CHECK(url_same_origin(&a, &b));
  CHECK(url_parse("http://h:81/y", 13, &b, &problem));
  CHECK(!url_same_origin(&a, &b));
  CHECK(url_parse("https://h/x", 11, &b, &problem));
  CHECK(!url_same_origin(&a, &b));
}

int main(void) {
  test_parts();
  test_problems();
  test_resolving();
  test_encoding();
  test_pairs();
  test_origin();
  buffer_free(&shown);
  return check_done("url");
}
