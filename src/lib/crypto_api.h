// SPDX-License-Identifier: MIT
// crypto_api.h - OpenSSL's libcrypto, opened when the first function of hash or crypto is used
//
// Linking it would add to every start. Its functions are found by name and called through this
// table.
#ifndef CRYPTO_API_H
#define CRYPTO_API_H

#include "vm/vm.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#define CRYPTO_FUNCTIONS(F)                                                                        \
  F(EVP_Digest)                                                                                    \
  F(EVP_get_digestbyname)                                                                          \
  F(EVP_CIPHER_CTX_new)                                                                            \
  F(EVP_CIPHER_CTX_free)                                                                           \
  F(EVP_CIPHER_CTX_ctrl)                                                                           \
  F(EVP_get_cipherbyname)                                                                          \
  F(EVP_CipherInit_ex)                                                                             \
  F(EVP_CipherUpdate)                                                                              \
  F(EVP_CipherFinal_ex)                                                                            \
  F(EVP_PKEY_CTX_new)                                                                              \
  F(EVP_PKEY_CTX_new_id)                                                                           \
  F(EVP_PKEY_CTX_free)                                                                             \
  F(EVP_PKEY_keygen_init)                                                                          \
  F(EVP_PKEY_keygen)                                                                               \
  F(EVP_PKEY_CTX_set_rsa_keygen_bits)                                                              \
  F(EVP_PKEY_CTX_set_rsa_padding)                                                                  \
  F(EVP_PKEY_CTX_set_rsa_oaep_md)                                                                  \
  F(EVP_PKEY_encrypt_init)                                                                         \
  F(EVP_PKEY_encrypt)                                                                              \
  F(EVP_PKEY_decrypt_init)                                                                         \
  F(EVP_PKEY_decrypt)                                                                              \
  F(EVP_PKEY_get_size)                                                                             \
  F(EVP_PKEY_get_base_id)                                                                          \
  F(EVP_PKEY_free)                                                                                 \
  F(EVP_MD_CTX_new)                                                                                \
  F(EVP_MD_CTX_free)                                                                               \
  F(EVP_DigestSignInit)                                                                            \
  F(EVP_DigestSign)                                                                                \
  F(EVP_DigestVerifyInit)                                                                          \
  F(EVP_DigestVerify)                                                                              \
  F(BIO_new)                                                                                       \
  F(BIO_s_mem)                                                                                     \
  F(BIO_new_mem_buf)                                                                               \
  F(BIO_read)                                                                                      \
  F(BIO_free)                                                                                      \
  F(PEM_write_bio_PrivateKey)                                                                      \
  F(PEM_write_bio_PUBKEY)                                                                          \
  F(PEM_read_bio_PrivateKey)                                                                       \
  F(PEM_read_bio_PUBKEY)                                                                           \
  F(RAND_bytes)                                                                                    \
  F(HMAC)                                                                                          \
  F(ERR_clear_error)

unsigned char *HMAC(const EVP_MD *md, const void *key, int key_len, const unsigned char *data,
                    size_t len, unsigned char *out, unsigned int *out_len);
void ERR_clear_error(void);

typedef struct CryptoApi {
#define CRYPTO_MEMBER(name) __typeof__(name) *name;
  CRYPTO_FUNCTIONS(CRYPTO_MEMBER)
#undef CRYPTO_MEMBER
} CryptoApi;

// The table of this VM. NULL: raised, with what is missing.
const CryptoApi *crypto_api_get(NativeCall *call) MUST_USE;

#endif
