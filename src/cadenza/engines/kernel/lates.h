/* How late things were: kept so that quantiles are exact to the second, in memory that grows with the different seconds, not with the touches. */
#ifndef LATES_H
#define LATES_H
#include "common.h"

#define LATE_BINS 65536 /* lateness has 31 bits: 16 and 15 */
#ifndef MANY_LATE
#define MANY_LATE ((size_t)1 << 18)
#endif

/* By their digits, last one first; `spare` is as long. Gives where they are: 3 rounds, so in `spare`. */
static u32 *sort_late(u32 *at, u32 *spare, size_t count) {
    for (int shift = 0; shift < 33; shift += 11) {
        u32 first[1 << 11] = {0}, total = 0;
        for (size_t i = 0; i < count; i++) first[at[i] >> shift & 2047]++;
        for (int d = 0; d < 1 << 11; d++) {
            u32 n = first[d];
            first[d] = total;
            total += n;
        }
        for (size_t i = 0; i < count; i++) spare[first[at[i] >> shift & 2047]++] = at[i];
        u32 *swap = at;
        at = spare;
        spare = swap;
    }
    return at;
}

/* Count by second what was noted one by one. */
SELDOM void fold_late(Sim *s, Lates *lates) {
    u32 *spare = fresh(s, lates->count, sizeof *spare), *at = sort_late(lates->at, spare, lates->count);
    Late *known = fresh(s, lates->known_count + lates->count, sizeof *known);
    size_t i = 0, k = 0, n = 0;
    while (i < lates->count || k < lates->known_count) {
        u32 late = i < lates->count && (k == lates->known_count || at[i] < lates->known[k].late) ? at[i] : lates->known[k].late;
        known[n] = (Late){late, 0};
        if (k < lates->known_count && lates->known[k].late == late) known[n].times = lates->known[k++].times;
        for (; i < lates->count && at[i] == late; i++) known[n].times++;
        n++;
    }
    release(s, spare);
    release(s, lates->known);
    lates->known = larger(s, known, n, sizeof *known);
    lates->known_count = n;
    lates->count = 0;
}

/* Room for one more: by counting where there is much to count, and it may be worth it. */
SELDOM void make_room(Sim *s, Lates *lates) {
    if (lates->room >= MANY_LATE && lates->room >= lates->known_count) fold_late(s, lates);
    GROW(s, lates->at, lates->count, lates->room, 1024);
}

static inline void add_late(Sim *s, Lates *lates, i64 late) {
    if (late <= 0) {
        lates->punctual++;
        return;
    }
    if (lates->count == lates->room) make_room(s, lates);
    lates->at[lates->count++] = (u32)late;
}

/* The smallest value that at least `rank` of those in bin `bin` (of 2**shift seconds) and the bins before it do not exceed; `before` are in those. */
static i64 value_in_bin(const Lates *lates, i64 first, i64 last, u64 rank, u32 bin, int shift, u32 *bins) {
    u32 width = UINT32_C(1) << shift, value = 0;
    memset(bins, 0, width * sizeof *bins);
    for (i64 c = first; c <= last; c++) {
        for (size_t i = 0; i < lates[c].count; i++)
            if (lates[c].at[i] >> shift == bin) bins[lates[c].at[i] & (width - 1)]++;
        for (size_t i = 0; i < lates[c].known_count; i++)
            if (lates[c].known[i].late >> shift == bin) bins[lates[c].known[i].late & (width - 1)] += lates[c].known[i].times;
    }
    while (rank > bins[value]) rank -= bins[value++];
    return ((i64)bin << shift) + value;
}

/* How many lie in each bin of 2**shift seconds. */
static void fill_bins(const Lates *lates, int shift, u32 *bins) {
    for (size_t i = 0; i < lates->count; i++) bins[lates->at[i] >> shift]++;
    for (size_t i = 0; i < lates->known_count; i++) bins[lates->known[i].late >> shift] += lates->known[i].times;
}

/* The smallest values that at least 50 and 90 per cent do not exceed, over the cohorts first to last; 0 of none. By halves of their digits. */
static void late_quantiles(const Lates *lates, i64 first, i64 last, u32 *bins, i64 *found) {
    static const u64 percent[2] = {50, 90};
    u64 total = 0;
    u32 any = 0;
    for (i64 c = first; c <= last; c++) {
        total += lates[c].punctual + lates[c].count;
        for (size_t i = 0; i < lates[c].count; i++) any |= lates[c].at[i];
        for (size_t i = 0; i < lates[c].known_count; i++) {
            any |= lates[c].known[i].late;
            total += lates[c].known[i].times;
        }
    }
    int shift = any ? (32 - __builtin_clz(any)) / 2 : 0;
    u64 punctual = 0, rank[2];
    u32 bin[2] = {0, 0};
    memset(bins, 0, ((size_t)(any >> shift) + 1) * sizeof *bins);
    for (i64 c = first; c <= last; c++) {
        punctual += lates[c].punctual;
        fill_bins(lates + c, shift, bins);
    }
    for (int n = 0; n < 2; n++) {
        rank[n] = (total * percent[n] + 99) / 100;
        rank[n] = rank[n] > punctual ? rank[n] - punctual : 0;
        while (rank[n] && rank[n] > bins[bin[n]]) rank[n] -= bins[bin[n]++];
    }
    for (int n = 0; n < 2; n++)
        if (rank[n]) found[n] = value_in_bin(lates, first, last, rank[n], bin[n], shift, bins);
}

static void sum_up_late(Sim *s) {
    i64 groups = s->p->cohort_count > 1 ? s->p->cohort_count + 1 : 1;
    u32 *bins = fresh(s, LATE_BINS, sizeof *bins);
    for (i64 group = 0; group < groups; group++) {
        i64 first = group == 0 ? 0 : group - 1, last = group == 0 ? s->p->cohort_count - 1 : group - 1;
        late_quantiles(s->touch_late, first, last, bins, s->out->late + 4 * group);
        late_quantiles(s->handoff_late, first, last, bins, s->out->late + 4 * group + 2);
    }
}

#endif
