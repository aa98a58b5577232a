/* Where the holder's picture is on a card. */
#pragma once

#include "vision/page.h"

/* The largest area that is neither paper nor text. Width 0 where there is none of a portrait's size. */
void portrait_find(const struct page *page, struct box *ret);
/* On every card but a passport the number stands beside the portrait, or just above or below. True also where
 * none was read: then the card is not accepted. */
bool portrait_is_beside_number(const struct document_reading *reading, struct box portrait);
/* How much of the sides of the card, of which one has the portrait, is neither plain nor lightly patterned:
 * the larger share of the two. */
double portrait_busy_share(const struct image *card);
