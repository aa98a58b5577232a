#include "vision/document_field.h"

#include <math.h>

void set_field(struct document_reading *reading, enum doc_field field, struct str text,
               const struct basis *basis, enum basis_sort sort)
{
        double probability = basis_probability(basis, sort);
        reading->basis[field] = *basis;
        doc_set(&reading->fields, field, text,
                basis_is_of_network_alone(basis, sort) ? doubted(probability) : probability);
}

void set_agreed(struct document_reading *reading, enum doc_field field, const struct tally *tally, bool proof)
{
        const struct tally_entry *best = tally_best(tally);
        if (!best)
                return;
        struct basis basis = tally_basis(tally, best, proof);
        set_field(reading, field, str_from(best->text), &basis, tally->sort);
}

void place_field(struct document_reading *reading, enum doc_field field, const struct cv_line *line)
{
        struct box *place = &reading->places[field];
        int left = (int)line_left(line), right = (int)line_right(line);
        int top = (int)(line->y - line->height / 2), bottom = (int)(line->y + line->height / 2);
        if (place->width > 0) {
                left = MIN(left, place->x);
                top = MIN(top, place->y);
                right = MAX(right, place->x + place->width);
                bottom = MAX(bottom, place->y + place->height);
        }
        *place = (struct box){left, top, right - left, bottom - top};
}

struct box fields_box(const struct document_reading *reading)
{
        struct box all = {0};
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++) {
                const struct box *place = &reading->places[field];
                if (place->width <= 0)
                        continue;
                int right = MAX(all.x + all.width, place->x + place->width);
                int bottom = MAX(all.y + all.height, place->y + place->height);
                all.x = all.width > 0 ? MIN(all.x, place->x) : place->x;
                all.y = all.width > 0 ? MIN(all.y, place->y) : place->y;
                all.width = right - all.x;
                all.height = bottom - all.y;
        }
        return all;
}

void paint_box(struct document_reading *reading, struct box box)
{
        if (reading->paint_len == DOCUMENT_PAINT_MAX)
                reading->number_missed = true;
        else
                reading->paint[reading->paint_len++] = box;
}

void paint_line(struct document_reading *reading, const struct cv_line *line, double from, double to)
{
        /* Finders of lines cut into the last letter. */
        double margin = to < 1 ? 0 : 0.5 * line->height / line->width;
        struct cv_line part = text_part(line, from, to + margin);
        double tall = part.height * 1.15 + fabs(sin(part.angle)) * part.width;
        paint_box(reading, (struct box){(int)(part.x - part.width / 2), (int)(part.y - tall / 2),
                                        (int)ceil(part.width), (int)ceil(tall)});
}
