// SPDX-License-Identifier: MIT
// multipart_test.c - damaged multipart bodies are refused, and parts lie within them
#include "base/rng.h"
#include "check.h"
#include "lib/multipart.h"

#include <stdlib.h>
#include <string.h>

static const char BODY[] =
    "preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n"
    "--b\r\ncontent-disposition: form-data; name=b; filename=\"x\\\"y.txt\"\r\n"
    "Content-Type: text/plain\r\n\r\ntwo\r\n\r\n--b--\r\nepilogue";
static const char TYPE[] = "multipart/form-data; charset=utf-8; boundary=\"b\"";

// Reads all parts. False: malformed. Each must lie behind the one before, in the body.
static bool read_all(const char *type, const char *bytes, size_t len, uint32_t *count) {
  Multipart multipart;
  MultipartPart part = {0};
  const char *problem = NULL;
  MultipartStatus status = MULTIPART_MALFORMED;
  size_t behind = 0;
  *count = 0;
  if (multipart_init(&multipart, type, bytes, len)) {
    while ((status = multipart_next(&multipart, &part, &problem)) == MULTIPART_PART) {
      CHECK(part.from >= behind && part.from <= len && part.len <= len - part.from);
      CHECK(part.name.len > 0);
      behind = part.from + part.len;
      ++*count;
    }
    CHECK((status == MULTIPART_MALFORMED) == (problem != NULL));
  }
  multipart_free_part(&part);
  return status == MULTIPART_END;
}

static void test_parts(void) {
  Multipart multipart;
  MultipartPart part = {0};
  const char *problem;
  CHECK(multipart_is_type(TYPE));
  CHECK(!multipart_is_type("multipart/form-database"));
  CHECK(multipart_init(&multipart, TYPE, BODY, sizeof(BODY) - 1));
  CHECK(multipart_next(&multipart, &part, &problem) == MULTIPART_PART);
  CHECK_STR(part.name.bytes, "a");
  CHECK(!part.is_file && part.len == 3 && memcmp(BODY + part.from, "one", 3) == 0);
  CHECK(multipart_next(&multipart, &part, &problem) == MULTIPART_PART);
  CHECK_STR(part.name.bytes, "b");
  CHECK_STR(part.file_name.bytes, "x\"y.txt");
  CHECK_STR(part.type.bytes, "text/plain");
  CHECK(part.is_file && part.len == 5 && memcmp(BODY + part.from, "two\r\n", 5) == 0);
  CHECK(multipart_next(&multipart, &part, &problem) == MULTIPART_END);
  multipart_free_part(&part);
}

// Each beginning of the body, in a block of exactly its size, so that a sanitizer sees reads behind
// it.
static void test_beginnings(void) {
  size_t end = (size_t)(strstr(BODY, "--b--") - BODY) + 5;
  for (size_t len = 0; len < sizeof(BODY); len++) {
    uint32_t count;
    char *copy = malloc(len + !len);
    memcpy(copy, BODY, len);
    CHECK(read_all(TYPE, copy, len, &count) == (len >= end));
    free(copy);
  }
}

static void test_mutants(void) {
  Rng rng;
  rng_init(&rng, 7);
  static const char bits[] = "\r\n-b:;=\" \\\0ax";
  for (int i = 0; i < 50000; i++) {
    char bytes[sizeof(BODY)];
    uint32_t count;
    memcpy(bytes, BODY, sizeof(BODY));
    size_t len = sizeof(BODY) - 1 - rng_below(&rng, 8);
    for (uint64_t k = 1 + rng_below(&rng, 4); k > 0; k--) {
      bytes[rng_below(&rng, len)] = bits[rng_below(&rng, sizeof(bits) - 1)];
    }
    char *copy = malloc(len);
    memcpy(copy, bytes, len);
    (void)read_all(TYPE, copy, len, &count);
    CHECK(count <= 3);
    free(copy);
  }
}

static void test_types(void) {
  static const char *const wrong[] = {"multipart/form-data",
                                      "multipart/form-data; boundary=",
                                      "multipart/form-data; boundary=\"b",
                                      "multipart/form-data; boundary=a\tb",
                                      "multipart/form-data; boundary=\"b \"",
                                      "multipart/form-data; x=b"};
  uint32_t count;
  for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
    CHECK(!read_all(wrong[i], BODY, sizeof(BODY) - 1, &count));
  }
}

int main(void) {
  test_parts();
  test_beginnings();
  test_mutants();
  test_types();
  return check_done("multipart");
}
