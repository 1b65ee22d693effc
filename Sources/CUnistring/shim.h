// The two functions of Debian's libunistring-dev that Swift calls, declared here and not taken from its headers: those
// define the fixed-width integer types anew, which no Swift module that also imports Glibc accepts.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct unicode_normalization_form;
extern const struct unicode_normalization_form uninorm_nfc;
extern const struct unicode_normalization_form uninorm_nfkc;
extern const struct unicode_normalization_form uninorm_nfkd;

uint8_t *u8_normalize(
    const struct unicode_normalization_form *form, const uint8_t *s, size_t n, uint8_t *result, size_t *length);
uint8_t *u8_casefold(
    const uint8_t *s, size_t n, const char *language, const struct unicode_normalization_form *form, uint8_t *result,
    size_t *length);

// A normal form is the address of an incomplete struct, which Swift cannot import as a variable.
static inline const struct unicode_normalization_form *unistring_nfc(void) { return &uninorm_nfc; }
static inline const struct unicode_normalization_form *unistring_nfkc(void) { return &uninorm_nfkc; }
static inline const struct unicode_normalization_form *unistring_nfkd(void) { return &uninorm_nfkd; }
