/* Rows of people, and the luck that is theirs alone. */
#ifndef ROWS_H
#define ROWS_H
#include "common.h"

/* ------------------------------------------------------------ luck */

/* The finaliser of splitmix64, as in draws.py. */
static inline u64 mix(u64 z) {
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline double unit(u64 bits) { return (double)(bits >> 11) * UNIT; }

/* `unit(bits) < share` is `bits >> 11 < threshold(share)`: both sides times 2**53, which changes no digit. */
static inline u64 threshold(double share) {
    double units = share * 0x1p53;
    if (!(units > 0.0)) return 0;
    if (units >= 0x1p53) return UINT64_C(1) << 53;
    u64 whole = (u64)units;
    return whole + ((double)whole < units);
}

static inline u64 pick(const Row *row, u64 code) { return mix(row->base + code + GOLDEN * (u64)(i64)row->round); }

/* ------------------------------------------------------------ people */

enum { NOBODY_YET, GONE, FIRST_ROW };

static inline i32 number_of(const Row *row) { return (i32)row->number; }

static inline i64 place_of(const Sim *s, const Row *row) { return row - s->rows; }

static inline Rare *rare_of(const Sim *s, Row *row) {
    row->flags |= RARE;
    return s->rare + place_of(s, row);
}

/* When the touch was due from which a pause leads away, or -1. */
static inline i32 planned_of(const Sim *s, const Row *row) { return row->flags & PLANS ? s->rare[place_of(s, row)].planned : -1; }

static inline void set_planned(const Sim *s, Row *row, i32 at) {
    row->flags = (uint8_t)((row->flags & ~PLANS) | (at >= 0 ? PLANS : 0));
    if (at >= 0) rare_of(s, row)->planned = at;
}

/* Since when the clock of `elapsed` stands still, or -1. */
static inline i32 held_of(const Sim *s, const Row *row) { return row->flags & HELD ? s->rare[place_of(s, row)].held : -1; }

static inline void set_held(const Sim *s, Row *row, i32 at) {
    row->flags = (uint8_t)((row->flags & ~HELD) | (at >= 0 ? HELD : 0));
    if (at >= 0) rare_of(s, row)->held = at;
}

static inline i32 on_channel(const Row *row, i32 channel) { return (i32)(row->luck >> (12 + 4 * channel) & 15); }

static inline i32 at_most_latest(i64 t) { return t < LATEST ? (i32)t : LATEST; }

/* Somebody to whom nothing has happened yet gets a row. */
SELDOM Row *begin_life(Sim *s, i32 person) {
    i32 place = s->first_spare ? s->first_spare : s->row_count++;
    Row *row = s->rows + place;
    if (s->first_spare) s->first_spare = (i32)row->number;
    s->place[person] = place;
    memset(row, 0, sizeof *row);
    row->number = (u32)person;
    row->cohort = (uint16_t)s->p->person_cohort[person];
    row->calendar = (uint16_t)s->p->person_calendar[person];
    row->segment = (uint8_t)s->p->person_segment[person];
    row->position = (u32)s->p->person_position[person];
    row->state = (uint16_t)s->p->cohort_start[row->cohort];
    row->due = row->expires = row->refused = -1;
    row->round = row->answered = row->last_step = -1;
    row->flags = KNOWN;
    return row;
}

/* Who comes `i`-th. */
static inline i32 arrival(const Sim *s, i64 i) { return s->arrivals == NULL ? (i32)i : s->arrivals[i]; }

/* The person's row, or one that is nobody's. */
static inline Row *row_at(const Sim *s, u64 person) { return s->rows + s->place[person]; }

/* Rows lie far apart: ask for the next ones while this one is worked on. */
static inline void fetch_row(const Sim *s, u64 person) { __builtin_prefetch(row_at(s, person), 1); }

/* The person's row; nobody's where nothing can happen to the person any more. */
static inline Row *row_of(Sim *s, i32 person) { return s->place[person] == NOBODY_YET ? begin_life(s, person) : row_at(s, (u64)(u32)person); }

#endif
