// SPDX-License-Identifier: MIT
// lib_crypto.c - Vint's module crypto: AES, RSA (vint.md 12.12)
//
//   AES   GCM with a key of 16, 24 or 32 bytes; the result is base64 of nonce (12 bytes), cipher text, tag (16)
//   RSA   keys as PEM; OAEP with SHA-256 for encrypting, PKCS #1 v1.5 with SHA-256 for signing; base64
//
// What must not be guessed comes from OpenSSL's own generator. Making an RSA key takes long, so a
// thread does it.
#include "base/memory.h"
#include "io/work.h"
#include "lib/answer.h"
#include "lib/base64.h"
#include "lib/crypto_api.h"
#include "lib/lib_private.h"

#include <stdlib.h>
#include <string.h>

#define NONCE_SIZE 12
#define TAG_SIZE   16

static NativeStatus answer_base64(NativeCall *call, Buffer *bytes) {
  Buffer out = {0};
  base64_encode(&out, bytes->bytes ? bytes->bytes : "", bytes->len);
  buffer_free(bytes);
  return answer_buffer(call, &out);
}

static bool take_base64(NativeCall *call, uint32_t index, Buffer *out) {
  Str *text;
  size_t at = 0;
  if (!args_str(call, index, &text)) return false;
  if (base64_decode(out, text->bytes, text->len, &at)) return true;
  answer_fail(call, "ValueError", "the text is no base64 (see character %zu)", at + 1);
  return false;
}

// --- AES -----------------------------------------------------------------------------------------

static const EVP_CIPHER *take_cipher(NativeCall *call, const CryptoApi *api, uint32_t index, Str **key) {
  if (!args_str(call, index, key)) return NULL;
  uint32_t len = (*key)->len;
  if (len != 16 && len != 24 && len != 32) {
    answer_fail(call, "ValueError", "the key must have 16, 24 or 32 bytes, got %u", len);
    return NULL;
  }
  const EVP_CIPHER *cipher = api->EVP_get_cipherbyname(len == 16   ? "AES-128-GCM"
                                                       : len == 24 ? "AES-192-GCM"
                                                                   : "AES-256-GCM");
  if (!cipher) answer_fail(call, "Error", "this libcrypto does not offer AES in GCM");
  return cipher;
}

static bool seal(const CryptoApi *api, const EVP_CIPHER *cipher, const Str *key, const Str *text,
                 Buffer *out) {
  unsigned char nonce[NONCE_SIZE];
  unsigned char tag[TAG_SIZE];
  int len = 0;
  int last = 0;
  if (api->RAND_bytes(nonce, NONCE_SIZE) != 1) return false;
  unsigned char *sealed = memory_require(NULL, (size_t)text->len + 32);
  EVP_CIPHER_CTX *context = api->EVP_CIPHER_CTX_new();
  bool ok = context &&
            api->EVP_CipherInit_ex(context, cipher, NULL, (const unsigned char *)key->bytes, nonce, 1) &&
            api->EVP_CipherUpdate(context, sealed, &len, (const unsigned char *)text->bytes,
                                  (int)text->len) &&
            api->EVP_CipherFinal_ex(context, sealed + len, &last) &&
            api->EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, tag);
  if (ok) {
    buffer_append(out, (char *)nonce, NONCE_SIZE);
    buffer_append(out, (char *)sealed, (size_t)len + (size_t)last);
    buffer_append(out, (char *)tag, TAG_SIZE);
  }
  api->EVP_CIPHER_CTX_free(context);
  free(sealed);
  return ok;
}

static bool unseal(const CryptoApi *api, const EVP_CIPHER *cipher, const Str *key, Buffer *sealed,
                   Buffer *out) {
  if (sealed->len < NONCE_SIZE + TAG_SIZE) return false;
  size_t size = sealed->len - NONCE_SIZE - TAG_SIZE;
  unsigned char *bytes = (unsigned char *)sealed->bytes;
  unsigned char *text = memory_require(NULL, size + 32);
  int len = 0;
  int last = 0;
  EVP_CIPHER_CTX *context = api->EVP_CIPHER_CTX_new();
  bool ok = context &&
            api->EVP_CipherInit_ex(context, cipher, NULL, (const unsigned char *)key->bytes, bytes, 0) &&
            api->EVP_CipherUpdate(context, text, &len, bytes + NONCE_SIZE, (int)size) &&
            api->EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, bytes + NONCE_SIZE + size) &&
            api->EVP_CipherFinal_ex(context, text + len, &last) > 0;
  if (ok) buffer_append(out, (char *)text, (size_t)len + (size_t)last);
  api->EVP_CIPHER_CTX_free(context);
  free(text);
  return ok;
}

#define SIZE_MAX_AES (1u << 30)

// What chance has a part in is a step of a recording: the arguments' hash and the result.
static OutsideWish wish_of(NativeCall *call, Buffer *details) {
  for (uint32_t i = 0; i < call->arg_count; i++) {
    if (!value_is_str(call->args[i])) continue;
    Str *text = value_as_str(call->args[i]);
    journal_put_text(details, text->bytes, text->len);
  }
  return (OutsideWish){"draws for", call->row->name, details->bytes ? details->bytes : "", details->len};
}

// True: *out is what was recorded.
static bool ask_recording(NativeCall *call, Buffer *out) {
  Buffer details = {0};
  OutsideWish wish = wish_of(call, &details);
  bool is_known = outside_ask(sched_outside(sched_of(call->vm)), &wish, out);
  buffer_free(&details);
  return is_known;
}

static void tell_recording(NativeCall *call, const Buffer *result) {
  Outside *outside = sched_outside(sched_of(call->vm));
  if (!outside_is_recording(outside)) return;
  Buffer details = {0};
  OutsideWish wish = wish_of(call, &details);
  outside_tell(outside, &wish, result);
  buffer_free(&details);
}

static NativeStatus encrypt_aes(NativeCall *call) {
  Str *text;
  Str *key;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  const CryptoApi *api = crypto_api_get(call);
  const EVP_CIPHER *cipher = api ? take_cipher(call, api, 1, &key) : NULL;
  if (!cipher) return NATIVE_FAILED;
  if (text->len > SIZE_MAX_AES) return answer_fail(call, "ValueError", "the text is too long");
  Buffer out = {0};
  if (ask_recording(call, &out)) return answer_base64(call, &out);
  if (seal(api, cipher, key, text, &out)) {
    tell_recording(call, &out);
    return answer_base64(call, &out);
  }
  buffer_free(&out);
  api->ERR_clear_error();
  return answer_fail(call, "Error", "the text cannot be encrypted");
}

static NativeStatus decrypt_aes(NativeCall *call) {
  Str *key;
  Buffer sealed = {0};
  const CryptoApi *api = crypto_api_get(call);
  const EVP_CIPHER *cipher = api ? take_cipher(call, api, 1, &key) : NULL;
  bool is_taken = cipher && take_base64(call, 0, &sealed);
  Buffer out = {0};
  bool ok = is_taken && unseal(api, cipher, key, &sealed, &out);
  buffer_free(&sealed);
  if (ok) return answer_buffer(call, &out);
  buffer_free(&out);
  if (!is_taken) return NATIVE_FAILED;
  api->ERR_clear_error();
  return answer_fail(call, "Error", "the text was not encrypted with this key, or it was changed");
}

// --- RSA keys ------------------------------------------------------------------------------------

typedef struct KeyTask {
  const CryptoApi *api;
  int bits;
  Buffer private_pem, public_pem;
  bool is_made;
} KeyTask;

static bool read_pem(const CryptoApi *api, BIO *bio, Buffer *out) {
  char chunk[1024];
  int count;
  while ((count = api->BIO_read(bio, chunk, sizeof(chunk))) > 0) {
    buffer_append(out, chunk, (size_t)count);
  }
  return out->len > 0;
}

static bool print_keys(KeyTask *task, EVP_PKEY *key) {
  const CryptoApi *api = task->api;
  BIO *secret = api->BIO_new(api->BIO_s_mem());
  BIO *open = api->BIO_new(api->BIO_s_mem());
  bool ok = secret && open &&
            api->PEM_write_bio_PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL) &&
            api->PEM_write_bio_PUBKEY(open, key) && read_pem(api, secret, &task->private_pem) &&
            read_pem(api, open, &task->public_pem);
  api->BIO_free(secret);
  api->BIO_free(open);
  return ok;
}

static void make_keys(const Work *work, void *context) {
  (void)work;
  KeyTask *task = context;
  const CryptoApi *api = task->api;
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *maker = api->EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
  task->is_made = maker && api->EVP_PKEY_keygen_init(maker) > 0 &&
                  api->EVP_PKEY_CTX_set_rsa_keygen_bits(maker, task->bits) > 0 &&
                  api->EVP_PKEY_keygen(maker, &key) > 0 && print_keys(task, key);
  api->EVP_PKEY_free(key);
  api->EVP_PKEY_CTX_free(maker);
  api->ERR_clear_error();
}

static Value deliver_keys(VM *vm, void *context) {
  KeyTask *task = context;
  if (!task->is_made) {
    vm_raise(vm, "Error", "crypto.generateRSA: the keys cannot be made");
    return VALUE_ABSENT;
  }
  Table *table = vm_table(vm);
  if (!table) return VALUE_ABSENT;
  vm_push_root(vm, value_object(table));
  bool ok = answer_set_text(vm, table, "privateKey", task->private_pem.bytes, task->private_pem.len) &&
            answer_set_text(vm, table, "publicKey", task->public_pem.bytes, task->public_pem.len);
  vm_pop_roots(vm, 1);
  return ok ? value_object(table) : VALUE_ABSENT;
}

static void free_keys(void *context) {
  KeyTask *task = context;
  buffer_free(&task->private_pem);
  buffer_free(&task->public_pem);
  free(task);
}

static void tell_wish(const void *context, OutsideWish *wish, Buffer *details) {
  wish->what = "makes keys";
  wish->subject = "RSA";
  journal_put_number(details, (uint64_t)((const KeyTask *)context)->bits);
}

static void save_keys(const void *context, Buffer *out) {
  const KeyTask *task = context;
  journal_put_number(out, task->is_made);
  journal_put_text(out, task->private_pem.bytes ? task->private_pem.bytes : "", task->private_pem.len);
  journal_put_text(out, task->public_pem.bytes ? task->public_pem.bytes : "", task->public_pem.len);
}

static void restore_keys(void *context, JournalCursor *in) {
  KeyTask *task = context;
  task->is_made = journal_get_number(in) != 0;
  JournalText text = journal_get_text(in);
  buffer_append(&task->private_pem, text.bytes, text.len);
  text = journal_get_text(in);
  buffer_append(&task->public_pem, text.bytes, text.len);
}

static NativeStatus generate_rsa(NativeCall *call) {
  static const WorkKind kind = {make_keys, deliver_keys, free_keys,
                                tell_wish, save_keys,    restore_keys};
  int64_t bits = 2048;
  if (args_given(call, 0) && !args_integer(call, 0, &bits)) return NATIVE_FAILED;
  if (bits < 1024 || bits > 8192) {
    return answer_fail(call, "ValueError", "the bits must be from 1024 to 8192, got %lld",
                       (long long)bits);
  }
  const CryptoApi *api = crypto_api_get(call);
  if (!api || !answer_may_wait(call)) return NATIVE_FAILED;
  KeyTask *task = memory_require(NULL, sizeof(KeyTask));
  *task = (KeyTask){.api = api, .bits = (int)bits};
  return answer_await(call, work_start(call->vm, &kind, task));
}

static int refuse_password(char *out, int size, int writes, void *context) {
  (void)out;
  (void)size;
  (void)writes;
  (void)context;
  return -1; // nobody is asked on the terminal
}

// Argument `index` as a key. NULL: raised.
static EVP_PKEY *take_key(NativeCall *call, const CryptoApi *api, uint32_t index, bool is_private) {
  Str *pem;
  if (!args_str(call, index, &pem)) return NULL;
  BIO *bio = api->BIO_new_mem_buf(pem->bytes, (int)pem->len);
  EVP_PKEY *key = NULL;
  if (bio && is_private) key = api->PEM_read_bio_PrivateKey(bio, NULL, refuse_password, NULL);
  if (bio && !is_private) key = api->PEM_read_bio_PUBKEY(bio, NULL, refuse_password, NULL);
  api->BIO_free(bio);
  bool is_rsa = key && api->EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
  if (is_rsa) return key;
  api->EVP_PKEY_free(key);
  api->ERR_clear_error();
  answer_fail(call, "ValueError", "parameter %u is no %s RSA key in PEM", index + 1,
              is_private ? "private" : "public");
  return NULL;
}

// --- RSA -----------------------------------------------------------------------------------------

static bool crypt_with(const CryptoApi *api, EVP_PKEY *key, bool encrypts, const char *bytes, size_t len,
                       Buffer *out) {
  EVP_PKEY_CTX *context = api->EVP_PKEY_CTX_new(key, NULL);
  size_t size = (size_t)api->EVP_PKEY_get_size(key);
  unsigned char *made = memory_require(NULL, size + 1);
  const EVP_MD *digest = api->EVP_get_digestbyname("SHA256");
  bool ok = context &&
            (encrypts ? api->EVP_PKEY_encrypt_init(context) : api->EVP_PKEY_decrypt_init(context)) > 0 &&
            api->EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
            api->EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) > 0;
  const unsigned char *in = (const unsigned char *)bytes;
  ok = ok && (encrypts ? api->EVP_PKEY_encrypt(context, made, &size, in, len)
                       : api->EVP_PKEY_decrypt(context, made, &size, in, len)) > 0;
  if (ok) buffer_append(out, (char *)made, size);
  api->EVP_PKEY_CTX_free(context);
  free(made);
  return ok;
}

static NativeStatus encrypt_rsa(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  const CryptoApi *api = crypto_api_get(call);
  EVP_PKEY *key = api ? take_key(call, api, 1, false) : NULL;
  if (!key) return NATIVE_FAILED;
  size_t most = (size_t)api->EVP_PKEY_get_size(key) - 66;
  Buffer out = {0};
  bool is_recorded = ask_recording(call, &out);
  bool ok = is_recorded || crypt_with(api, key, true, text->bytes, text->len, &out);
  api->EVP_PKEY_free(key);
  if (ok && !is_recorded) tell_recording(call, &out);
  if (ok) return answer_base64(call, &out);
  buffer_free(&out);
  api->ERR_clear_error();
  return answer_fail(call, "ValueError", "the text has %u bytes; with this key at most %zu can be encrypted",
                     text->len, most);
}

static NativeStatus decrypt_rsa(NativeCall *call) {
  Buffer sealed = {0};
  const CryptoApi *api = crypto_api_get(call);
  EVP_PKEY *key = api && take_base64(call, 0, &sealed) ? take_key(call, api, 1, true) : NULL;
  Buffer out = {0};
  bool ok = key && crypt_with(api, key, false, sealed.bytes ? sealed.bytes : "", sealed.len, &out);
  buffer_free(&sealed);
  if (key) api->EVP_PKEY_free(key);
  if (ok) return answer_buffer(call, &out);
  buffer_free(&out);
  if (!key) return NATIVE_FAILED;
  api->ERR_clear_error();
  return answer_fail(call, "Error", "the text was not encrypted for this key");
}

static NativeStatus sign_rsa(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  const CryptoApi *api = crypto_api_get(call);
  EVP_PKEY *key = api ? take_key(call, api, 1, true) : NULL;
  if (!key) return NATIVE_FAILED;
  size_t size = (size_t)api->EVP_PKEY_get_size(key);
  unsigned char *made = memory_require(NULL, size + 1);
  EVP_MD_CTX *context = api->EVP_MD_CTX_new();
  bool ok = context &&
            api->EVP_DigestSignInit(context, NULL, api->EVP_get_digestbyname("SHA256"), NULL, key) > 0 &&
            api->EVP_DigestSign(context, made, &size, (const unsigned char *)text->bytes, text->len) > 0;
  Buffer out = {0};
  if (ok) buffer_append(&out, (char *)made, size);
  free(made);
  api->EVP_MD_CTX_free(context);
  api->EVP_PKEY_free(key);
  if (ok) return answer_base64(call, &out);
  api->ERR_clear_error();
  return answer_fail(call, "Error", "the text cannot be signed");
}

static NativeStatus verify_rsa(NativeCall *call) {
  Str *text;
  Buffer signature = {0};
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  const CryptoApi *api = crypto_api_get(call);
  EVP_PKEY *key = api && take_base64(call, 1, &signature) ? take_key(call, api, 2, false) : NULL;
  EVP_MD_CTX *context = key ? api->EVP_MD_CTX_new() : NULL;
  bool ok = context &&
            api->EVP_DigestVerifyInit(context, NULL, api->EVP_get_digestbyname("SHA256"), NULL, key) > 0 &&
            api->EVP_DigestVerify(context, (const unsigned char *)signature.bytes, signature.len,
                                  (const unsigned char *)text->bytes, text->len) == 1;
  buffer_free(&signature);
  if (!key) return NATIVE_FAILED;
  api->EVP_MD_CTX_free(context);
  api->EVP_PKEY_free(key);
  api->ERR_clear_error();
  return answer_bool(call, ok);
}

// --- Others --------------------------------------------------------------------------------------

// Takes as long whatever the texts are; only their lengths show.
static NativeStatus compare(NativeCall *call) {
  Str *a;
  Str *b;
  if (!args_str(call, 0, &a) || !args_str(call, 1, &b)) return NATIVE_FAILED;
  volatile unsigned char difference = a->len != b->len;
  for (uint32_t i = 0; i < a->len && a->len == b->len; i++) {
    difference |= (unsigned char)(a->bytes[i] ^ b->bytes[i]);
  }
  return answer_bool(call, difference == 0);
}

static NativeStatus random_bytes(NativeCall *call) {
  int64_t count;
  unsigned char bytes[1024];
  if (!args_integer(call, 0, &count)) return NATIVE_FAILED;
  if (count < 1 || count > (int64_t)sizeof(bytes)) {
    return answer_fail(call, "ValueError", "the number must be from 1 to %zu, got %lld", sizeof(bytes),
                       (long long)count);
  }
  const CryptoApi *api = crypto_api_get(call);
  if (!api) return NATIVE_FAILED;
  Buffer out = {0};
  if (ask_recording(call, &out)) return answer_buffer(call, &out);
  if (api->RAND_bytes(bytes, (int)count) != 1) {
    return answer_fail(call, "Error", "there are no random bytes");
  }
  base64_encode_hex(&out, (char *)bytes, (size_t)count);
  tell_recording(call, &out);
  return answer_buffer(call, &out);
}

#define CRYPTO(name, signature, function, doc)                                                     \
  { "crypto", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    CRYPTO("encryptAES", "fn(text: String, key: String): String", encrypt_aes,
           "The text encrypted by AES (GCM) with a key of 16, 24 or 32 bytes, as base64."),
    CRYPTO("decryptAES", "fn(text: String, key: String): String", decrypt_aes,
           "Undoes encryptAES; an error if the key is another one or the text was changed."),
    CRYPTO("generateRSA", "fn(bits?: Number): Any", generate_rsa,
           "A pair of keys as PEM: {privateKey, publicKey}. Waits for it."),
    CRYPTO("encryptRSA", "fn(text: String, publicKey: String): String", encrypt_rsa,
           "A short text encrypted for the owner of the private key (OAEP), as base64."),
    CRYPTO("decryptRSA", "fn(text: String, privateKey: String): String", decrypt_rsa,
           "Undoes encryptRSA."),
    CRYPTO("signRSA", "fn(text: String, privateKey: String): String", sign_rsa,
           "The text's signature (SHA-256), as base64."),
    CRYPTO("verifyRSA", "fn(text: String, signature: String, publicKey: String): Boolean", verify_rsa,
           "Is it the text's signature by the owner of the private key?"),
    CRYPTO("constantTimeCompare", "fn(a: String, b: String): Boolean", compare,
           "Are they equal? Takes as long wherever they differ."),
    CRYPTO("randomBytes", "fn(count: Number): String", random_bytes,
           "So many bytes that nobody can guess, in hexadecimal digits; not repeated by --seed."),
};

LibModule lib_crypto_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
