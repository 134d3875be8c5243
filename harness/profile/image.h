/* Image: an ELF file that a process has mapped, and the functions in it.
 *
 * Units: addresses are those that the file gives ("values"); an address in the process is that
 * plus the bias at which the file was loaded.
 *
 * Ownership: an image keeps the file mapped; texts it returns live as long as it does.
 */
#ifndef FORTYFOLD_PROFILE_IMAGE_H
#define FORTYFOLD_PROFILE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image;

/* Maps the file at `path`. NULL when it is no 64-bit ELF file of this machine, cannot be read, or
 * is damaged. image_free() releases it. */
struct image *image_open(const char *path);

/* The image of the kernel's page of functions in every process, [vdso]: read from our own. NULL
 * where there is none. */
struct image *image_vdso(void);

/* The value of a symbol that the file defines (.dynsym, then .symtab); 0 where it does not. */
uint64_t image_symbol(const struct image *image, const char *name);

/* The address of a section and its size; 0 where there is none (a stripped file keeps those that
 * are loaded). */
uint64_t image_section(const struct image *image, const char *name);

/* What to add to the file's addresses when the byte at `offset` of the file lies at `start`.
 * False when no segment holds that byte. */
bool image_bias(const struct image *image, uint64_t start, uint64_t offset, uint64_t *bias);

/* The function that `value` lies in, NULL where the file names none. */
const char *image_function(struct image *image, uint64_t value);

/* NULL is legal. */
void image_free(struct image *image);

#endif
