/* The walk through the machine's table (people.py), what is counted (tally.py), and the news of colleagues (news.py). */
#ifndef WALK_H
#define WALK_H
#include "split.h"

static void count(const Solver *s, int name, i64 cohort, double amount) { s->p->plain[cohort * PLAIN + name] += amount; }

static void mark_curve(const Solver *s, int curve, i64 cohort, i64 now, double amount) {
    s->p->curves[(cohort * CURVES + curve) * s->p->weeks + week_of(s->p, now)] += amount;
}

/* The value of what is won, where it belongs in time: `slice` for each of the cycle's slices. */
static void won_weekly(const Solver *s, i64 cohort, i64 now, double slice, const Delay *cycle) {
    const Given *p = s->p;
    i64 before = 0;
    for (i64 week = (now - p->start) / WEEK; week < p->weeks; week++) {
        i64 first = p->start + week * WEEK, last = first + WEEK < p->end ? first + WEEK : p->end, by_then = until(cycle, last - 1 - now);
        if (by_then > before) mark_curve(s, C_WON_VALUE, cohort, first > now ? first : now, (double)(by_then - before) * slice);
        before = by_then;
    }
}

static void work(const Solver *s, i64 role, double seconds, i64 now) {
    s->p->worked[role] += seconds;
    s->p->worked_weekly[role * s->p->weeks + week_of(s->p, now)] += seconds;
}

/* Where these people are at the horizon. */
static void stand(const Solver *s, const Bundle *b) {
    if (b->round < 0) return;
    double mass = mass_of(s, b);
    i64 kind = s->p->state_kind[b->state];
    if (kind == END) s->p->ended[b->cohort * s->p->outcomes + s->p->state_outcome[b->state]] += mass;
    else s->p->standing[b->cohort * 3 + (kind == START ? 0 : 1)] += mass;
    if (b->answered < 0) s->p->standing[b->cohort * 3 + 2] += mass;
}

/* ------------------------------------------------------------ the machine */

static i64 go_from(const Solver *s, i64 state, i32 event, i32 step) {
    const Given *p = s->p;
    if (step >= 0) {
        i64 named = p->named[step * EVENTS + event];
        if (named >= 0) event = (i32)named;
    }
    return p->go[state * p->events + event];
}

static i64 due_of(const Solver *s, const Bundle *b, i64 taken, i64 now, i32 step) {
    const Given *p = s->p;
    i64 timer = p->move_timer[taken], column = p->move_channel[taken], at;
    if (timer == PLANNED) at = b->planned;
    else if (timer == RETURN && step >= 0 && p->cohort_away[b->cohort] >= 0) at = now + p->tables[p->cohort_away[b->cohort] * POINTS + POINTS / 2];
    else {
        at = timer == AFTER ? b->touched : now;
        if (p->move_amount[taken] >= 0) at = add_time(p, b->calendar, column, at, p->move_amount[taken], p->move_unit[taken]);
    }
    return forward(p, p->forward_window[b->calendar * COLUMNS + column], at > now ? at : now);
}

/* Take the event: -1 where it changes nothing, 0 where they stay (a flag was raised), 1 where a new state was entered. */
static int move(const Solver *s, Bundle *b, i32 event, i32 step, i64 now) {
    const Given *p = s->p;
    i64 taken = go_from(s, b->state, event, step);
    if (taken < 0) return -1;
    i64 source = b->state, target = p->move_target[taken], before = p->state_kind[source], after = p->state_kind[target], timer = p->move_timer[taken];
    if (event == E_ENROLLED) b->enrolled = b->touched = now;
    else if (event == E_DONE && before == TOUCH) b->touched = now;
    i64 due = timer == KEEP ? b->due : timer >= 0 ? due_of(s, b, taken, now, step) : -1;
    if (after != HOLD && p->state_task[target] != REVIEW) b->planned = -1;
    else if (before == WAIT) b->planned = b->due;
    else if (before == TOUCH) b->planned = b->since;
    i64 was = p->paused[source], paused = p->paused[target];
    if (p->cohort_elapsed[b->cohort] < 0 || p->state_step[target] < 0) b->expires = -1;
    else if (event == E_ENROLLED)
        b->expires = add_time(p, b->calendar, NO_CHANNEL, now, p->cohort_elapsed[b->cohort], p->cohort_elapsed_unit[b->cohort]);
    else if (b->expires >= 0 && b->held >= 0 && was && !paused) b->expires += now - b->held;
    if (!paused) b->held = -1;
    else if (!was) b->held = now;
    b->due = due;
    b->state = (i32)target;
    if (timer == KEEP && before == after) return 0;
    b->since = now;
    b->stamp++;
    return 1;
}

/* ------------------------------------------------------------ news */

static double *news_at(double *of, const Given *p, i64 cohort, i64 event) { return of + (cohort * 4 + event) * (p->days + 1); }

static void tell(Solver *s, i64 cohort, i64 event, i64 now, double amount) {
    news_at(s->told, s->p, cohort, event)[after_value(s->p->day_at, now, 0, s->p->days + 1) - 1] += amount;
}

/* A day begins: what was told before it adds up. */
static void begin_news(Solver *s, i64 day) {
    for (i64 n = 0; n < s->p->cohorts * 4; n++) {
        double *told = s->told + n * (s->p->days + 1), *before = s->before + n * (s->p->days + 1);
        if (day) before[day] = before[day - 1] + told[day - 1];
        before[day + 1] = before[day] + told[day];
    }
}

static double heard_until(const Solver *s, i64 cohort, i64 event, i64 now) {
    const Given *p = s->p;
    i64 day = after_value(p->day_at, now, 0, p->days + 1) - 1;
    day = day < p->days - 1 ? day : p->days - 1;
    if (day < 0) return 0.0;
    double share = (double)(now - p->day_at[day]) / (double)(p->day_at[day + 1] - p->day_at[day]);
    return news_at(s->before, p, cohort, event)[day] + share * news_at(s->told, p, cohort, event)[day];
}

/* How many such news a person can be expected to have had from colleagues in between. */
static double news_between(const Solver *s, i64 cohort, i64 event, i64 since, i64 now) {
    return s->p->colleagues[cohort] * (heard_until(s, cohort, event, now) - heard_until(s, cohort, event, since)) / (double)s->p->news_size[cohort];
}

/* Which news of colleagues a state listens to: 0 none, 1 what changes something, 2 what leads to an end; by NEWS. */
static const i32 *news_for(Solver *s, i64 state) {
    static const i32 events[4] = {E_ACCOUNT_OPTED_OUT, E_ACCOUNT_BECAME_CUSTOMER, E_ACCOUNT_MEETING_BOOKED, E_ACCOUNT_REPLIED_NEGATIVE};
    i32 *found = s->newsy + state * 5;
    if (found[4]) return found;
    const Given *p = s->p;
    i64 taken[4];
    for (int n = 0; n < 4; n++) taken[n] = p->go[state * p->events + events[n]];
    if (taken[1] >= 0 && taken[2] >= 0) taken[1] = -1; /* who becomes a customer had a meeting before, and that has been told */
    for (int n = 0; n < 4; n++) found[n] = taken[n] < 0 ? 0 : p->state_kind[p->move_target[taken[n]]] == END ? 2 : 1;
    found[4] = 1;
    return found;
}

static int listens(Solver *s, i64 state) {
    const i32 *found = news_for(s, state);
    return found[0] || found[1] || found[2] || found[3];
}

#endif
