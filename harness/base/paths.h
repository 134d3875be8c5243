/* Where the project's own files are, found from the running executable: the checkout can be moved.
 * Strings are new; the caller frees them; NULL when there is no memory or no such place. */
#ifndef FORTYFOLD_BASE_PATHS_H
#define FORTYFOLD_BASE_PATHS_H

/* The folder of the executable (bin). */
char *paths_programs(void);

/* The checkout: the nearest folder above the executable that holds labs/ and reference/. */
char *paths_root(void);

/* A path below the checkout. */
char *paths_in_root(const char *relative);

#endif
