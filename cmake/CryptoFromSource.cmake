# dependency::sodium and dependency::bearssl compiled from .deps/: the few files behind what
# core/crypto calls. The linker leaves out what is not used of them.
set(deps "${PROJECT_SOURCE_DIR}/.deps")

function(require_sources folder)
  if(NOT EXISTS "${folder}")
    message(FATAL_ERROR "${folder} is missing: run `npm run setup`")
  endif()
endfunction()

# libsodium: SHA-256, HMAC-SHA-256 and the helpers for secret memory. Its configure script would
# write version.h.
set(sodium_dir "${deps}/libsodium-1.0.18/src/libsodium")
require_sources("${sodium_dir}")
set(VERSION 1.0.18)
set(SODIUM_LIBRARY_VERSION_MAJOR 10)
set(SODIUM_LIBRARY_VERSION_MINOR 3)
set(SODIUM_LIBRARY_MINIMAL_DEF "")
configure_file(
  "${sodium_dir}/include/sodium/version.h.in" "${PROJECT_BINARY_DIR}/sodium/sodium/version.h" @ONLY
)
add_library(
  sodium STATIC
  "${sodium_dir}/crypto_auth/hmacsha256/auth_hmacsha256.c"
  "${sodium_dir}/crypto_hash/sha256/cp/hash_sha256_cp.c"
  "${sodium_dir}/crypto_hash/sha256/hash_sha256.c"
  "${sodium_dir}/crypto_verify/sodium/verify.c"
  "${sodium_dir}/sodium/utils.c"
)
target_include_directories(
  sodium SYSTEM
  PUBLIC "${PROJECT_BINARY_DIR}/sodium" "${sodium_dir}/include"
  PRIVATE "${PROJECT_BINARY_DIR}/sodium/sodium" "${sodium_dir}/include/sodium"
)
target_compile_definitions(sodium PRIVATE CONFIGURED=1 NATIVE_LITTLE_ENDIAN=1)
add_library(dependency::sodium ALIAS sodium)

# BearSSL: AES in counter mode and GHASH, both in constant time with 64-bit arithmetic, and GCM over
# them.
set(bearssl_dir "${deps}/bearssl-0.6")
require_sources("${bearssl_dir}")
file(GLOB bearssl_codecs "${bearssl_dir}/src/codec/*c[0-9][0-9]*.c")
add_library(
  bearssl STATIC
  "${bearssl_dir}/src/aead/gcm.c"
  "${bearssl_dir}/src/hash/ghash_ctmul64.c"
  "${bearssl_dir}/src/symcipher/aes_ct.c"
  "${bearssl_dir}/src/symcipher/aes_ct64.c"
  "${bearssl_dir}/src/symcipher/aes_ct64_ctr.c"
  "${bearssl_dir}/src/symcipher/aes_ct64_enc.c"
  "${bearssl_dir}/src/codec/ccopy.c"
  ${bearssl_codecs}
)
target_include_directories(bearssl SYSTEM PUBLIC "${bearssl_dir}/inc" PRIVATE "${bearssl_dir}/src")
add_library(dependency::bearssl ALIAS bearssl)

# They are small, and every byte goes through them.
target_compile_options(sodium PRIVATE -O3)
target_compile_options(bearssl PRIVATE -O3)
