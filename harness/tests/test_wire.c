#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/wire.h"

Test(wire, fields_are_read_in_the_order_they_were_written)
{
    struct pack pack = {0};
    pack_u64(&pack, UINT64_MAX);
    pack_f64(&pack, -0.1);
    pack_string(&pack, "naïve");
    pack_string(&pack, "");
    pack_f64(&pack, NAN);
    struct unpack in = {pack.bytes, pack.size, false};
    cr_expect_eq(unpack_u64(&in), UINT64_MAX);
    cr_expect_eq(unpack_f64(&in), -0.1);
    char *text = unpack_string(&in), *empty = unpack_string(&in);
    cr_expect_str_eq(text, "naïve");
    cr_expect_str_eq(empty, "");
    cr_expect(isnan(unpack_f64(&in)));
    cr_expect_not(in.failed);
    cr_expect_eq(in.left, 0);
    free(text);
    free(empty);
    pack_free(&pack);
    cr_expect_null(pack.bytes);
}

Test(wire, what_is_not_there_reads_as_nothing_and_is_noticed)
{
    struct pack pack = {0};
    pack_u64(&pack, 1);
    for (size_t size = 0; size < pack.size; size++) {
        struct unpack in = {pack.bytes, size, false};
        cr_expect_eq(unpack_u64(&in), 0);
        cr_expect(in.failed);
    }
    struct unpack none = {NULL, 0, false};
    cr_expect_eq(unpack_f64(&none), 0);
    char *text = unpack_string(&none);
    cr_expect_str_eq(text, "");
    cr_expect(none.failed);
    free(text);
    pack_free(&pack);
}

Test(wire, after_a_failure_nothing_more_is_read)
{
    struct pack pack = {0};
    pack_u64(&pack, 99); /* a length, of which nothing follows */
    pack_u64(&pack, 7);
    struct unpack in = {pack.bytes, pack.size, false};
    char *text = unpack_string(&in);
    cr_expect_str_eq(text, "");
    cr_expect(in.failed);
    cr_expect_eq(unpack_u64(&in), 0, "a field behind a broken one has no known place");
    free(text);
    pack_free(&pack);
}

Test(wire, a_string_with_zero_bytes_stays_one_string)
{
    struct pack pack = {0};
    pack_u64(&pack, 3);
    pack_bytes(&pack, "a\0b", 3);
    struct unpack in = {pack.bytes, pack.size, false};
    char *text = unpack_string(&in);
    cr_expect_str_eq(text, "a?b");
    free(text);
    pack_free(&pack);
}

Test(wire, a_frame_arrives_whole_with_its_token)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    struct pack pack = {0};
    pack_string(&pack, "hello");
    cr_assert_eq(wire_send(ends[0], WIRE_DONE, 0x1234567890abcdefU, &pack), STATUS_OK);
    struct wire_header header;
    unsigned char body[64];
    cr_assert_eq(wire_read(ends[1], &header, sizeof header), STATUS_OK);
    cr_expect_eq(header.magic, WIRE_MAGIC);
    cr_expect_eq(header.kind, WIRE_DONE);
    cr_expect_eq(header.token, 0x1234567890abcdefU);
    cr_assert_eq(header.size, pack.size);
    cr_assert_eq(wire_read(ends[1], body, header.size), STATUS_OK);
    cr_expect_arr_eq(body, pack.bytes, pack.size);
    pack_free(&pack);
    close(ends[0]);
    close(ends[1]);
}

Test(wire, a_closed_end_is_an_error_and_no_signal)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    close(ends[1]);
    const struct pack nothing = {0};
    cr_expect_eq(wire_send(ends[0], WIRE_DONE, 1, &nothing), STATUS_IO);
    char byte;
    cr_expect_eq(wire_read(ends[0], &byte, 1), STATUS_IO);
    close(ends[0]);
}

Test(wire, half_a_message_is_an_error)
{
    int ends[2];
    char into[8];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    cr_assert_eq(write(ends[1], "abc", 3), 3);
    close(ends[1]);
    cr_expect_eq(wire_read(ends[0], into, sizeof into), STATUS_IO);
    close(ends[0]);
}

Test(wire, a_pack_that_ran_out_of_memory_is_not_sent)
{
    struct pack pack = {.failed = true};
    pack_u64(&pack, 1);
    cr_expect_eq(pack.size, 0);
    cr_expect_eq(wire_send(-1, WIRE_DONE, 1, &pack), STATUS_NO_MEMORY);
    pack_free(&pack);
}
