#include "base/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

void pack_bytes(struct pack *pack, const void *bytes, size_t size)
{
    if (pack->failed || size == 0) {
        return;
    }
    if (size > pack->capacity - pack->size) {
        size_t capacity = (pack->size + size) * 2;
        unsigned char *grown = realloc(pack->bytes, capacity);
        if (grown == NULL) {
            pack->failed = true;
            return;
        }
        pack->bytes = grown;
        pack->capacity = capacity;
    }
    memcpy(pack->bytes + pack->size, bytes, size);
    pack->size += size;
}

void pack_u64(struct pack *pack, uint64_t number)
{
    pack_bytes(pack, &number, sizeof number);
}

void pack_f64(struct pack *pack, double number)
{
    pack_bytes(pack, &number, sizeof number);
}

void pack_string(struct pack *pack, const char *text)
{
    size_t length = strlen(text);
    pack_u64(pack, length);
    pack_bytes(pack, text, length);
}

void pack_free(struct pack *pack)
{
    free(pack->bytes);
    memset(pack, 0, sizeof *pack);
}

void unpack_bytes(struct unpack *unpack, void *into, size_t size)
{
    if (unpack->failed || unpack->left < size) {
        unpack->failed = true;
        memset(into, 0, size);
        return;
    }
    memcpy(into, unpack->at, size);
    unpack->at += size;
    unpack->left -= size;
}

uint64_t unpack_u64(struct unpack *unpack)
{
    uint64_t number;
    unpack_bytes(unpack, &number, sizeof number);
    return number;
}

double unpack_f64(struct unpack *unpack)
{
    double number;
    unpack_bytes(unpack, &number, sizeof number);
    return number;
}

char *unpack_string(struct unpack *unpack)
{
    uint64_t length = unpack_u64(unpack);
    if (length > unpack->left) {
        unpack->failed = true;
        length = 0;
    }
    char *text = malloc((size_t)length + 1);
    if (text == NULL) {
        return NULL;
    }
    unpack_bytes(unpack, text, (size_t)length);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0') {
            text[i] = '?';
        }
    }
    text[length] = '\0';
    return text;
}

/* Header and body in one system call: two would wake the other end twice. */
static enum status send_all(int fd, struct iovec *parts, size_t count)
{
    while (count > 0) {
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
        ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            return status_fail(STATUS_IO, "cannot send a message: %s", strerror(errno));
        }
        size_t left = (size_t)sent;
        while (count > 0 && left >= parts->iov_len) {
            left -= parts->iov_len;
            parts++;
            count--;
        }
        if (count > 0) {
            parts->iov_base = (char *)parts->iov_base + left;
            parts->iov_len -= left;
        }
    }
    return STATUS_OK;
}

enum status wire_send(int fd, enum wire_kind kind, uint64_t token, const struct pack *pack)
{
    if (pack->failed) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a message");
    }
    struct wire_header header = {WIRE_MAGIC, kind, token, pack->size};
    struct iovec parts[] = {{&header, sizeof header}, {pack->bytes, pack->size}};
    return send_all(fd, parts, 2);
}

enum status wire_read_some(int fd, void *into, size_t least, size_t most, size_t *size)
{
    unsigned char *bytes = into;
    *size = 0;
    while (*size < least) {
        ssize_t got = read(fd, bytes + *size, most - *size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return status_fail(STATUS_IO, "the other end of a socket is gone");
        }
        *size += (size_t)got;
    }
    return STATUS_OK;
}

enum status wire_read(int fd, void *into, size_t size)
{
    size_t got;
    return wire_read_some(fd, into, size, size, &got);
}
