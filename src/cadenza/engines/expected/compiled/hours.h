/* Time: `Clocks` of the world, and whose hours a thing waits for. */
#ifndef HOURS_H
#define HOURS_H
#include "shares.h"

/* The first index in [low, high) whose value is greater than x. */
static inline i64 after_value(const i64 *a, i64 x, i64 low, i64 high) {
    while (low < high) {
        i64 middle = (low + high) >> 1;
        if (x < a[middle]) high = middle;
        else low = middle + 1;
    }
    return low;
}

static i64 forward(const Given *p, i64 window, i64 t) {
    if (window < 0) return t;
    i64 low = p->window[window], high = p->window[window + 1], i = after_value(p->opens, t, low, high);
    if (i > low && t < p->closes[i - 1]) return t;
    return i < high ? p->opens[i] : NEVER;
}

static i64 after_open(const Given *p, i64 window, i64 t, i64 seconds) {
    if (seconds <= 0) return t;
    i64 low = p->window[window], high = p->window[window + 1], i = after_value(p->opens, t, low, high), opened = 0;
    if (i > low) {
        i64 rest = p->closes[i - 1] - t;
        opened = p->total[i - 1] - (rest > 0 ? rest : 0);
    }
    i64 j = after_value(p->total, opened + seconds - 1, low, high);
    return j < high ? p->closes[j] - (p->total[j] - opened - seconds) : NEVER;
}

static i64 add_time(const Given *p, i64 calendar, i64 column, i64 t, i64 amount, i64 unit) {
    if (t >= NEVER) return NEVER;
    if (unit == EXACT) return t + amount;
    if (unit == BUSINESS_HOURS) return after_open(p, p->hours_window[calendar * COLUMNS + column], t, amount);
    i64 low = p->zone[p->calendar_zone[calendar]], high = p->zone[p->calendar_zone[calendar] + 1];
    i64 wall = t + p->zone_offset[after_value(p->zone_at, t, low, high) - 1], ordinal = floored(wall, DAY);
    i64 first = p->business[calendar], last = p->business[calendar + 1];
    i64 i = amount == 0 ? after_value(p->business_days, ordinal - 1, first, last) : after_value(p->business_days, ordinal, first, last) + amount - 1;
    if (i >= last) return NEVER;
    if (p->business_days[i] == ordinal) return t;
    wall += (p->business_days[i] - ordinal) * DAY;
    return wall - p->zone_offset[after_value(p->zone_walls, wall, low, high) - 1];
}

/* The first second from `now` on in which both the role works and the window is open. */
static i64 hours(const Given *p, i64 role, i64 window, i64 now) {
    if (p->chain[p->role_selling_time[role]] <= 0.0) return p->end;
    for (;;) {
        i64 at = forward(p, p->role_window[role], now);
        now = forward(p, window, at);
        if (now == at || now >= p->end) return now;
    }
}

static i64 stretch(const Given *p, i64 role, i64 seconds) {
    double selling = p->chain[p->role_selling_time[role]];
    return seconds == 0 ? 0 : selling <= 0.0 ? p->end : (i64)((double)seconds / selling + 0.5);
}

/* Which of the organization's days it is. */
static i64 day_of(const Given *p, i64 now) {
    i64 i = after_value(p->day_at, now, 0, p->days + 1);
    return (i < p->days ? i : p->days) - 1;
}

static i64 week_of(const Given *p, i64 now) { return (now - p->start) / WEEK; }

static i64 role_in(const Given *p, i64 state, i64 cohort, i64 task) {
    i64 role = p->task_role[cohort * TASKS + task];
    if (role < 0) role = p->state_role[state];
    return role >= 0 ? role : p->nobody;
}

/* When a refusal is known on a channel. */
static i64 known_on(const Given *p, i64 cohort, i64 channel, i64 now) {
    i64 i = cohort * CHANNELS + channel;
    return p->cohort_reach[i] <= 0 ? now : add_time(p, p->calendar, NO_CHANNEL, now, p->cohort_reach[i], p->cohort_reach_unit[i]);
}

static i64 known_everywhere(const Given *p, i64 cohort, i64 now) {
    i64 last = now;
    for (i64 channel = 0; channel < CHANNELS; channel++) {
        i64 known = known_on(p, cohort, channel, now);
        if (known > last) last = known;
    }
    return last;
}

/* When an unclear reply is read that comes in now. */
static i64 read_at(const Given *p, i64 state, i64 cohort, i64 now) {
    i64 role = role_in(p, state, cohort, REVIEW);
    return hours(p, role, -1, now) + stretch(p, role, p->task_seconds[cohort * TASKS + REVIEW]);
}

/* When the touch is made that these people wait for until `at`. */
static i64 made_at(const Given *p, i64 state, i64 calendar, i64 at) {
    i64 step = p->state_step[state];
    if (p->state_kind[state] != WAIT || step < 0) return at;
    i64 role = p->step_role[step], window = p->forward_window[calendar * COLUMNS + p->step_channel[step]];
    if (p->step_answer[step] != EMAIL || role == p->nobody) return hours(p, role, window, at);
    return forward(p, window, hours(p, role, -1, at) + stretch(p, role, p->step_seconds[step]));
}

/* From when on a refusal does not reach a channel's executor before `until`, least first. */
static const Late *too_late(Solver *s, i64 cohort, i64 state, i64 until, int unclear) {
    const Given *p = s->p;
    i64 role = unclear ? role_in(p, state, cohort, REVIEW) : -1;
    Late *found = s->late + (mix((u64)until * 64 + (u64)(role * 8 + cohort)) & 255);
    if (found->until == until && found->role == role && found->cohort == cohort) return found;
    *found = (Late){cohort, role, until, 0, {0}};
    for (i64 channel = 0; channel < CHANNELS; channel++) {
        i64 i = cohort * CHANNELS + channel, amount = p->cohort_reach[i], unit = p->cohort_reach_unit[i];
        int last = amount > 0 || unclear;
        for (i64 other = i + 1; other < (cohort + 1) * CHANNELS; other++) last = last && (p->cohort_reach[other] != amount || p->cohort_reach_unit[other] != unit);
        if (!last) continue;
        i64 low = p->start, high = until;
        while (high - low > 1) {
            i64 middle = (low + high) / 2;
            i64 known = known_on(p, cohort, channel, unclear ? read_at(p, state, cohort, middle) : middle);
            if (known > until) high = middle;
            else low = middle;
        }
        i32 n = found->count++;
        while (n > 0 && found->at[n - 1] > low) found->at[n] = found->at[n - 1], n--;
        found->at[n] = low;
    }
    return found;
}

#endif
