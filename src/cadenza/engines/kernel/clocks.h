/* Time: `Clocks` of the world, with a step straight to the neighbourhood instead of a bisection from afar. */
#ifndef CLOCKS_H
#define CLOCKS_H
#include "common.h"

#define HINT_SHIFT 16 /* a hint for every 18 hours */

/* The first index in [low, high) whose value is greater than x. */
static inline i64 after_value(const i64 *a, i64 x, i64 low, i64 high) {
    while (low < high) {
        i64 middle = (low + high) >> 1;
        if (x < a[middle]) high = middle;
        else low = middle + 1;
    }
    return low;
}

/* For each window and every 18 hours, how many openings lie before; for each calendar and day, how many business days. */
static void make_hints(Sim *s) {
    const Program *p = s->p;
    i64 windows = p->window_count - 1, calendars = p->business_count - 1;
    i64 first = 0, last = p->end;
    s->hint_base = first;
    s->hint_count = (i32)(((last - first) >> HINT_SHIFT) + 2);
    s->hints = fresh(s, (size_t)(windows * s->hint_count), sizeof *s->hints);
    for (i64 w = 0; w < windows; w++) {
        i64 i = p->window[w], high = p->window[w + 1];
        for (i32 k = 0; k < s->hint_count; k++) {
            while (i < high && p->opens[i] <= first + ((i64)k << HINT_SHIFT)) i++;
            s->hints[w * s->hint_count + k] = (i32)i;
        }
    }
    s->rank_base = p->epoch / DAY - 2;
    s->rank_count = (p->epoch + last) / DAY - s->rank_base + 4;
    s->ranks = fresh(s, (size_t)(calendars * s->rank_count), sizeof *s->ranks);
    for (i64 c = 0; c < calendars; c++) {
        i64 i = p->business[c], high = p->business[c + 1];
        for (i64 k = 0; k < s->rank_count; k++) {
            while (i < high && p->days[i] < s->rank_base + k) i++;
            s->ranks[c * s->rank_count + k] = (i32)i;
        }
    }
}

/* How many openings of the window (as an index into `opens`) begin at `t` or before. */
static inline i64 opened_by(const Sim *s, i64 window, i64 t) {
    const Program *p = s->p;
    i64 high = p->window[window + 1], k = (t - s->hint_base) >> HINT_SHIFT;
    if (t < s->hint_base || k >= s->hint_count) return after_value(p->opens, t, p->window[window], high);
    i64 i = s->hints[window * s->hint_count + k];
    while (i < high && p->opens[i] <= t) i++;
    return i;
}

/* The first open second from `t` on. */
static inline i64 forward(const Sim *s, i64 window, i64 t) {
    if (window < 0) return t;
    const Program *p = s->p;
    i64 i = opened_by(s, window, t);
    if (i > p->window[window] && t < p->closes[i - 1]) return t;
    return i < p->window[window + 1] ? p->opens[i] : NEVER;
}

/* The opening that `t` lies in, or the next one. */
static inline void opening(const Sim *s, i64 window, i64 t, i64 *opens, i64 *shuts) {
    const Program *p = s->p;
    i64 i = after_value(p->closes, t, p->window[window], p->window[window + 1]);
    int found = i < p->window[window + 1];
    *opens = found ? p->opens[i] : NEVER;
    *shuts = found ? p->closes[i] : NEVER;
}

/* The first instant with that many open seconds between `t` and it. */
static i64 after_open(const Sim *s, i64 window, i64 t, i64 seconds) {
    const Program *p = s->p;
    if (seconds <= 0) return t;
    i64 low = p->window[window], high = p->window[window + 1];
    i64 i = opened_by(s, window, t), opened = 0;
    if (i > low) {
        i64 rest = p->closes[i - 1] - t;
        opened = p->total[i - 1] - (rest > 0 ? rest : 0);
    }
    i64 j = after_value(p->total, opened + seconds - 1, low, high);
    return j < high ? p->closes[j] - (p->total[j] - opened - seconds) : NEVER;
}

/* How many business days of the calendar (as an index into `days`) lie before the day. */
static inline i64 days_before(const Sim *s, i64 calendar, i64 ordinal) {
    const Program *p = s->p;
    i64 k = ordinal - s->rank_base;
    if (k >= 0 && k < s->rank_count) return s->ranks[calendar * s->rank_count + k];
    return after_value(p->days, ordinal - 1, p->business[calendar], p->business[calendar + 1]);
}

static inline i64 offset_at(const i64 *changes, const i64 *offset, i64 t, i64 low, i64 high) {
    i64 i = low;
    while (i < high && changes[i] <= t) i++;
    return offset[i - 1];
}

/* When the calendar's day around `t` begins, if its clock is not changed on the day or on those beside it; else -1. */
static i64 plain_day(const Sim *s, i64 calendar, i64 t) {
    const Program *p = s->p;
    i64 zone = p->calendar_zone[calendar], low = p->zone[zone], high = p->zone[zone + 1], i = low;
    while (i < high && p->zone_at[i] <= t) i++;
    i64 offset = p->zone_offset[i - 1], begins = (t + offset) / DAY * DAY - offset;
    if (i - 1 > low && p->zone_at[i - 1] > begins - DAY) return -1;
    return i < high && p->zone_at[i] < begins + 2 * DAY ? -1 : begins;
}

/* `t` plus a lowered duration in the calendar's business time; not moved into a window. */
static i64 add_time(const Sim *s, i64 calendar, i64 column, i64 t, i64 amount, i64 unit) {
    const Program *p = s->p;
    if (t >= NEVER) return NEVER;
    if (unit == EXACT) return t + amount;
    if (unit == BUSINESS_HOURS) return after_open(s, p->hours_window[calendar * COLUMNS + column], t, amount);
    i64 zone = p->calendar_zone[calendar], low = p->zone[zone], high = p->zone[zone + 1];
    i64 wall = t + offset_at(p->zone_at, p->zone_offset, t, low, high), ordinal = wall / DAY;
    i64 i = amount == 0 ? days_before(s, calendar, ordinal) : days_before(s, calendar, ordinal + 1) + amount - 1;
    if (i >= p->business[calendar + 1]) return NEVER;
    if (p->days[i] == ordinal) return t;
    wall += (p->days[i] - ordinal) * DAY;
    return wall - offset_at(p->zone_walls, p->zone_offset, wall, low, high);
}

#endif
