#include "vision/document_card.h"

#include "vision/card_dates.h"
#include "vision/card_numbers.h"
#include "vision/card_text.h"

void read_card(struct page *page, enum doc_kind kind, struct document_reading *ret)
{
        const struct page_line *number = read_id_number(page, ret);
        if (kind == DOC_DRIVER_LICENSE) {
                read_license_number(page, ret);
                read_license_class(page, ret);
        }
        read_dates(page, kind, ret);
        if (kind == DOC_ALIEN_CARD)
                read_latin_name(page, number, ret);
        else
                read_korean_name(page, number, ret);
        if (kind != DOC_ALIEN_CARD)
                read_address(page, ret);
        read_issuer(page, kind, ret);
}
