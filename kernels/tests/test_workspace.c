#include "kernels/workspace.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

Test(workspace, is_kept_for_the_next_call)
{
    struct workspace first = workspace_take(1 << 20), again, smaller;

    cr_assert_not_null(first.room);
    cr_expect_geq(first.bytes, 1 << 20);
    memset(first.room, 1, first.bytes);
    workspace_give_back(first);
    again = workspace_take(1 << 20);
    cr_expect_eq(again.room, first.room);
    workspace_give_back(again);
    smaller = workspace_take(100);
    cr_expect_eq(smaller.room, first.room);
    cr_expect_eq(smaller.bytes, first.bytes, "still as large as it is");
    workspace_give_back(smaller);
}

Test(workspace, nobody_shares_one)
{
    struct workspace one = workspace_take(1000), other = workspace_take(1000);

    cr_expect_neq(one.room, other.room);
    workspace_give_back(one);
    workspace_give_back(other);
    one = workspace_take(1000);
    other = workspace_take(1000);
    cr_expect_neq(one.room, other.room);
    workspace_give_back(other);
    workspace_give_back(one);
}

Test(workspace, the_larger_one_is_kept)
{
    struct workspace small = workspace_take(1000), large = workspace_take(2 << 20), next;

    workspace_give_back(small);
    workspace_give_back(large);
    next = workspace_take(1);
    cr_expect_geq(next.bytes, 2 << 20);
    workspace_give_back(next);
}

Test(workspace, more_than_that_is_not_kept)
{
    struct workspace huge = workspace_take(WORKSPACE_KEPT_MOST + 1), next;

    cr_assert_not_null(huge.room);
    workspace_give_back(huge);
    next = workspace_take(1);
    cr_expect_lt(next.bytes, WORKSPACE_KEPT_MOST);
    workspace_give_back(next);
}

Test(workspace, says_that_there_is_no_memory)
{
    cr_expect_null(workspace_take(SIZE_MAX).room);
    workspace_give_back(workspace_take(SIZE_MAX));
    workspace_give_back((struct workspace){0});
}
