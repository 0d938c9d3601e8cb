// SPDX-License-Identifier: MIT
// lib_hash.c - Vint's modules encoding and hash, and crypto's hashes (vint.md 12.12)
#include "lib/answer.h"
#include "lib/base64.h"
#include "lib/crypto_api.h"
#include "lib/lib_private.h"

#include <string.h>

// --- encoding ------------------------------------------------------------------------------------

static NativeStatus encode(NativeCall *call, void (*write)(Buffer *, const char *, size_t)) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  Buffer out = {0};
  write(&out, text->bytes, text->len);
  return answer_buffer(call, &out);
}

static NativeStatus decode(NativeCall *call, const char *name,
                           bool (*read)(Buffer *, const char *, size_t, size_t *)) {
  Str *text;
  size_t at = 0;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  Buffer out = {0};
  if (read(&out, text->bytes, text->len, &at)) return answer_buffer(call, &out);
  buffer_free(&out);
  return answer_fail(call, "ValueError", "the text is no %s (see character %zu)", name, at + 1);
}

static NativeStatus to_base64(NativeCall *call) {
  return encode(call, base64_encode);
}
static NativeStatus from_base64(NativeCall *call) {
  return decode(call, "base64", base64_decode);
}
static NativeStatus to_hex(NativeCall *call) {
  return encode(call, base64_encode_hex);
}
static NativeStatus from_hex(NativeCall *call) {
  return decode(call, "pairs of hexadecimal digits", base64_decode_hex);
}

// --- Digests -------------------------------------------------------------------------------------

static NativeStatus digest(NativeCall *call, const char *name) {
  Str *text;
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int len = 0;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  const CryptoApi *api = crypto_api_get(call);
  if (!api) return NATIVE_FAILED;
  const EVP_MD *md = api->EVP_get_digestbyname(name);
  if (!md || !api->EVP_Digest(text->bytes, text->len, bytes, &len, md, NULL)) {
    api->ERR_clear_error();
    return answer_fail(call, "Error", "this libcrypto does not offer %s", name);
  }
  Buffer out = {0};
  base64_encode_hex(&out, (char *)bytes, len);
  return answer_buffer(call, &out);
}

static NativeStatus md5(NativeCall *call) {
  return digest(call, "MD5");
}
static NativeStatus sha1(NativeCall *call) {
  return digest(call, "SHA1");
}
static NativeStatus sha256(NativeCall *call) {
  return digest(call, "SHA256");
}
static NativeStatus sha512(NativeCall *call) {
  return digest(call, "SHA512");
}

static NativeStatus hmac_sha256(NativeCall *call) {
  Str *text;
  Str *key;
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int len = 0;
  if (!args_str(call, 0, &text) || !args_str(call, 1, &key)) return NATIVE_FAILED;
  const CryptoApi *api = crypto_api_get(call);
  if (!api) return NATIVE_FAILED;
  const EVP_MD *md = api->EVP_get_digestbyname("SHA256");
  api->HMAC(md, key->bytes, (int)key->len, (const unsigned char *)text->bytes, text->len, bytes, &len);
  Buffer out = {0};
  base64_encode_hex(&out, (char *)bytes, len);
  return answer_buffer(call, &out);
}

#define ROW(owner, name, signature, function, doc)                                                 \
  { owner, name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define TEXT_ROW(owner, name, function, doc) ROW(owner, name, "fn(text: String): String", function, doc)

static const NativeRow rows[] = {
    TEXT_ROW("encoding", "base64Encode", to_base64, "The bytes as base64."),
    TEXT_ROW("encoding", "base64Decode", from_base64, "The bytes that the base64 says."),
    TEXT_ROW("encoding", "hexEncode", to_hex, "The bytes as hexadecimal digits."),
    TEXT_ROW("encoding", "hexDecode", from_hex, "The bytes that the hexadecimal digits say."),
    TEXT_ROW("hash", "md5", md5, "The MD5 digest, in hexadecimal digits; broken, for old data only."),
    TEXT_ROW("hash", "sha1", sha1, "The SHA-1 digest, in hexadecimal digits; for old data only."),
    TEXT_ROW("hash", "sha256", sha256, "The SHA-256 digest, in hexadecimal digits."),
    TEXT_ROW("hash", "sha512", sha512, "The SHA-512 digest, in hexadecimal digits."),
    ROW("hash", "hmacSHA256", "fn(text: String, key: String): String", hmac_sha256,
        "The HMAC with SHA-256, in hexadecimal digits."),
    TEXT_ROW("crypto", "hashMD5", md5, "The MD5 digest, in hexadecimal digits; broken, for old data only."),
    TEXT_ROW("crypto", "hashSHA256", sha256, "The SHA-256 digest, in hexadecimal digits."),
};

LibModule lib_hash_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
