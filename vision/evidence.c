#include "vision/evidence.h"

#include <math.h>

enum { TESSERACT = (1u << OCR_MODEL_COUNT) - 1 };

static const double logit_most = 8;

static int kinds(unsigned models)
{
        return ((models & TESSERACT) != 0) + ((models >> OCR_GLYPH) & 1) + ((models >> OCR_NET) & 1);
}

void evidence_add(struct evidence *evidence, enum ocr_model model, double sure)
{
        evidence->models |= 1u << model;
        evidence->votes++;
        evidence->glyph_votes += model == OCR_GLYPH;
        evidence->net_votes += model == OCR_NET;
        if (model == OCR_NET)
                evidence->net_sure = fmax(evidence->net_sure, sure);
}

void evidence_join(struct evidence *evidence, const struct evidence *other)
{
        evidence->models |= other->models;
        evidence->votes += other->votes;
        evidence->glyph_votes += other->glyph_votes;
        evidence->net_votes += other->net_votes;
        evidence->net_sure = fmax(evidence->net_sure, other->net_sure);
}

int evidence_weight(const struct evidence *evidence)
{
        return 10 * __builtin_popcount(evidence->models) + 10 * kinds(evidence->models) + 4 * evidence->votes;
}

void evidence_oppose(struct evidence *rival, const struct evidence *other)
{
        rival->models =
            __builtin_popcount(other->models & TESSERACT) > __builtin_popcount(rival->models & TESSERACT)
                ? (other->models | (rival->models & ~(unsigned)TESSERACT))
                : (rival->models | (other->models & ~(unsigned)TESSERACT));
        rival->votes = MAX(rival->votes, other->votes);
        rival->glyph_votes += other->glyph_votes;
        rival->net_votes += other->net_votes;
        rival->net_sure = fmax(rival->net_sure, other->net_sure);
}

static float logit(double share)
{
        double kept = fmin(fmax(share, 0.5), 1 - 1e-4);
        return (float)(log(kept / (1 - kept)) / logit_most);
}

static float half_each(unsigned models)
{
        return (float)MIN(2, __builtin_popcount(models & TESSERACT)) / 2;
}

void basis_take(struct basis *basis, const struct evidence *best, const struct evidence *rival, int votes,
                bool proof)
{
        int net_votes = best->net_votes + rival->net_votes;
        *basis =
            (struct basis){.of = {
                               [BASIS_NET] = best->net_votes > 0,
                               [BASIS_NET_SURE] = best->net_votes > 0 ? logit(best->net_sure) : 0,
                               [BASIS_NET_SHARE] = net_votes ? (float)best->net_votes / (float)net_votes : 0,
                               [BASIS_TESSERACT] = half_each(best->models),
                               [BASIS_VOTES] = (float)best->votes / (float)MAX(1, votes),
                               [BASIS_GLYPH] = best->glyph_votes > 0,
                               [BASIS_GLYPH_OTHER] = rival->glyph_votes > 0,
                               [BASIS_NET_OTHER] = rival->net_votes > 0,
                               [BASIS_OTHERS] = half_each(rival->models),
                               [BASIS_PROOF] = proof,
                           }};
}

void basis_worsen(struct basis *basis, const struct basis *part)
{
        for (int i = 0; i < BASIS_MEASURES; i++) {
                bool against = i == BASIS_GLYPH_OTHER || i == BASIS_NET_OTHER || i == BASIS_OTHERS;
                basis->of[i] = against ? fmaxf(basis->of[i], part->of[i]) : fminf(basis->of[i], part->of[i]);
        }
        basis->doubted = basis->doubted || part->doubted;
}

bool basis_is_contested(const struct basis *basis)
{
        static const float sure = 0.55f, each_more = 0.1f;
        float others = basis->of[BASIS_OTHERS], more = others - basis->of[BASIS_TESSERACT];
        return others > 0 && more >= 0 && basis->of[BASIS_NET_SURE] < sure + each_more * more;
}

double doubted(double probability)
{
        static const double right = 0.9;
        return fmin(probability, right);
}

bool basis_is_of_network_alone(const struct basis *basis, enum basis_sort sort)
{
        bool dated = sort == BASIS_DATE && basis->of[BASIS_GLYPH] <= 0;
        return (dated || sort == BASIS_NAME || sort == BASIS_LATIN) && basis->of[BASIS_NET] > 0 &&
               basis->of[BASIS_TESSERACT] <= 0;
}

double basis_probability(const struct basis *basis, enum basis_sort sort)
{
        double sum = basis_weights[sort][0];
        for (int i = 0; i < BASIS_MEASURES; i++)
                sum += (double)(basis_weights[sort][1 + i] * basis->of[i]);
        double probability = 1 / (1 + exp(-sum));
        return basis->doubted ? doubted(probability) : probability;
}
