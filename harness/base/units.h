/* Units: numbers as people read them, and as they type them.
 *
 * Units: times are seconds, memory is bytes, a ratio has none. One table of scales a quantity
 * serves both directions, so that what is printed can be typed again.
 *
 * Ownership: a text is returned by value; `units_seconds(s).text` lives to the end of the full
 * expression that holds the call, which is long enough for an argument of printf.
 */
#ifndef FORTYFOLD_BASE_UNITS_H
#define FORTYFOLD_BASE_UNITS_H

#include <stdint.h>

#include "base/status.h"

struct units_text {
    char text[40]; /* UTF-8 */
};

/* Three significant digits with an SI prefix: "850 ns", "1.23 ms", "92.1 s", "1,230 s".
 * NAN gives "–"; any sign is legal. */
struct units_text units_seconds(double seconds);

/* A length of time for a reader who waits: "8 s", "2 min 5 s", "1 h 20 min". Whole seconds. */
struct units_text units_duration(double seconds);

/* "512 bytes", "1.50 KiB", "2.00 GiB". */
struct units_text units_bytes(uint64_t bytes);

/* Three significant digits, thousands set apart: "0.972×", "23.4×", "13,400×". NAN gives "–". */
struct units_text units_ratio(double ratio);

/* As units_ratio, without the sign ×: for the ends of an interval. */
struct units_text units_factor(double ratio);

/* All digits, thousands set apart: "1,000,000". */
struct units_text units_count(uint64_t count);

/* A setting as it was given, a number of at least 0 below 1e18: "1,000", "99.5", "0.1". */
struct units_text units_setting(double number);

/* Reads "512M", "2G", "2 GiB", "4096": a number and a binary unit (K, M, G, T are powers of 1024,
 * also written KB or KiB). STATUS_BAD_INPUT: anything else, nothing, a negative number, or more
 * bytes than 64 bits count. `text` is not NULL. */
enum status units_parse_bytes(const char *text, uint64_t *bytes);

/* Reads "1.5s", "200 ms", "2min", "90": a number and a unit, seconds where there is none.
 * STATUS_BAD_INPUT: anything else, nothing, a negative number, one that is not finite. */
enum status units_parse_seconds(const char *text, double *seconds);

#endif
