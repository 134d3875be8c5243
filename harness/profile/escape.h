/* Escape: names inside XML and JSON. What no letter shows (letters.h) becomes U+FFFD. */
#ifndef FORTYFOLD_PROFILE_ESCAPE_H
#define FORTYFOLD_PROFILE_ESCAPE_H

#include <stdio.h>

/* The text for an element or an attribute in quotes. */
void escape_xml(const char *text, FILE *out);

/* The text as a string of JSON, with its quotes. No <, > or & stands in it: it can be put into
 * XML, and no CDATA section or script ends in it. */
void escape_json(const char *text, FILE *out);

#endif
