/*
 * Lines of text as the finder leaves them.
 */
#include "vision/text.h"

#include "unit/test.h"

static struct cv_line line_at(double left, double right, double y, double height)
{
        return (struct cv_line){(left + right) / 2, y, right - left, height, 0, 1};
}

/* Controls: the last line alone is looked at; any line is joined with any. */
TEST(text_joins_a_word_across_what_was_sorted_between)
{
        struct cv_line parted[] = {line_at(823, 1182, 464, 32), line_at(19, 81, 472, 15),
                                   line_at(1167, 1490, 468, 32)},
                       apart[] = {line_at(823, 1182, 464, 32), line_at(19, 81, 472, 15),
                                  line_at(1300, 1490, 468, 32)},
                       below[] = {line_at(823, 1182, 464, 32), line_at(1167, 1490, 500, 32)};
        CHECK(text_join_words(parted, LEN(parted)) == 2);
        CHECK(line_left(&parted[0]) == 823 && line_right(&parted[0]) == 1490);
        CHECK(text_join_words(apart, LEN(apart)) == 3);
        CHECK(text_join_words(below, LEN(below)) == 2);
}
