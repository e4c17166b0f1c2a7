/* Bundles move through the machine: what divides them while they wait, and what a state asks for (solve.py, tasks.py). */
#ifndef MACHINE_H
#define MACHINE_H
#include "heard.h"

/* ------------------------------------------------------------ edges */

/* From when on in this wait a refusal comes too late for what happens `then`. */
static Instants late_for(Solver *s, const Wait *wait, i64 then, int unclear) {
    const Late *late = too_late(s, wait->bundle->cohort, wait->bundle->state, then, unclear);
    Instants found;
    between(late->at, late->count, wait->now, wait->end, &found.at, &found.count);
    return found;
}

static Edges edges_of(Solver *s, const Wait *wait, i32 code, i32 step, int unclear) {
    const Given *p = s->p;
    const Bundle *b = wait->bundle;
    Edges found = {NULL, NULL, 0, 0};
    i64 kind = p->state_kind[b->state];
    int touch = (b->own_why == DUE || b->own_why == BEGIN || b->own_why == MAKE) && (kind == WAIT || kind == TOUCH), clock = b->expires >= 0 && b->expires != b->clocked;
    if (is_refusal(code) && (touch || clock)) {
        found = wait->ends;
        if (touch) found = with(s, found, late_for(s, wait, made_at(p, b->state, b->calendar, b->own_at), unclear));
        return clock ? with(s, found, late_for(s, wait, b->expires, unclear)) : found;
    }
    i64 taken = go_from(s, b->state, code, step), target = taken >= 0 ? p->move_target[taken] : -1;
    if (target < 0 || p->state_kind[target] == END) return wait->ends;
    const i64 *all = p->edges + p->edge_first[b->cohort * p->calendars + b->calendar], *last = p->edges + p->edge_first[b->cohort * p->calendars + b->calendar + 1];
    if (p->state_task[target] == HANDOFF) {
        i64 role = role_in(p, target, b->cohort, HANDOFF);
        all = p->office + p->office_first[role];
        last = p->office + p->office_first[role + 1];
    }
    between(all, last - all, wait->now, wait->end, &found.soft, &found.soft_count);
    return found;
}

static void handle(Solver *s, Bundle *b); /* solver.c */

/* Divide what may be heard until the next certain event, and wait for that. */
static void advance(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    i64 end = p->end, at = b->own_at >= 0 ? b->own_at : end;
    i32 why = b->own_at >= 0 ? b->own_why : NOTHING;
    if (b->expires >= 0 && b->expires != b->clocked) {
        i64 clock = b->expires > now ? b->expires : now;
        if (clock <= at) at = clock, why = CLOCK;
    }
    if (b->pending_count) {
        i64 told = b->pending[0].told;
        for (i32 n = 1; n < b->pending_count; n++) told = b->pending[n].told < told ? b->pending[n].told : told;
        if (told <= at) at = told, why = TOLD;
    }
    at = at < end ? at : end;
    if (b->item_count && at > now) {
        Mark here = mark(s);
        Wait wait = {b, now, at, {NULL, NULL, 0, 0}};
        between(p->week_edges, p->week_edge_count, now, at, &wait.ends.soft, &wait.ends.soft_count);
        for (Part *part = divide(s, b, &wait, p->chain[p->cohort_unclassified[b->cohort]]); part != NULL; part = part->next)
            if (part->at < end) hear(s, b, part);
        release(s, here);
    }
    if (mass_of(s, b) <= TINY) {
        drop(s, b);
        return;
    }
    if (at >= end && !(p->colleagues[b->cohort] > 0.0 && now < end && listens(s, b->state))) {
        stand(s, b);
        drop(s, b);
        return;
    }
    b->at = at;
    b->why = why;
    if ((b->item_count == 0 && (why == TOLD || why == READ || (why == BEGIN && p->state_kind[b->state] == TASK))) ||
        (why == MAKE && at == now && b->pending_count == 0 && mass_of(s, b) > s->small))
        handle(s, b);
    else push(s, b);
}

/* ------------------------------------------------------------ the machine */

/* A few equally likely values of a table, fewer for few people: how many, and the width of each. */
static i64 points(const Solver *s, const i64 *table, double mass, i64 *width) {
    i64 most = mass / s->least < LEADS ? (i64)(mass / s->least) : LEADS;
    i64 number = table[0] == table[POINTS - 1] ? 1 : most > 1 ? most : 1;
    *width = POINTS / number;
    return number;
}

/* They are away for different times. */
static void away(Solver *s, Bundle *b, i64 taken, i64 now) {
    const Given *p = s->p;
    const i64 *table = p->tables + p->cohort_away[b->cohort] * POINTS;
    i64 window = p->forward_window[b->calendar * COLUMNS + p->move_channel[taken]], width, number = points(s, table, mass_of(s, b), &width);
    i32 kinds = kinds_of(s, b);
    for (i64 n = 0; n < number; n++) {
        Bundle *part = share_of(s, b);
        for (i32 k = 0; k < kinds; k++) {
            part->w[k] = b->w[k] / (double)(number - n);
            b->w[k] -= part->w[k];
        }
        part->own_at = part->due = forward(p, window, now + table[n * width + width / 2]);
        part->own_why = DUE;
        advance(s, part, now);
    }
}

/* Some of those who opted out change their minds. */
static void asks_back(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    double share = p->chain[p->cohort_asked_back[b->cohort]], mass = 0.0;
    i32 kinds = kinds_of(s, b);
    Mark here = mark(s);
    double *whole = scratch(s, kinds);
    for (i32 k = 0; k < kinds; k++) {
        whole[k] = b->w[k] * share;
        b->w[k] *= 1.0 - share;
        mass += whole[k];
    }
    const i64 *table = p->tables + p->cohort_asked_back_delay[b->cohort] * POINTS;
    i64 width, number = points(s, table, mass, &width);
    for (i64 n = 0; n < number && mass > TINY; n++) {
        Bundle *part = share_of(s, b);
        for (i32 k = 0; k < kinds; k++) part->w[k] = whole[k] / (double)number;
        i64 at = now + table[n * width + width / 2];
        if (part->own_at < 0 || at < part->own_at) part->own_at = at, part->own_why = ASKED;
        advance(s, part, now);
    }
    release(s, here);
}

static void touch_begins(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    i64 step = p->state_step[b->state], role = p->step_role[step];
    if (p->step_answer[step] == EMAIL && role != p->nobody) {
        b->own_at = hours(p, role, -1, now);
        b->own_why = BEGIN;
    } else {
        b->own_at = hours(p, role, p->forward_window[b->calendar * COLUMNS + p->step_channel[step]], now);
        b->own_why = MAKE;
    }
}

/* Those who decline go their way, here and now; the luck of one meeting is the same when it comes to it again. */
static void book(Solver *s, Bundle *b, i64 now) {
    double chance = b->fate & 1 ? 1.0 : b->fate & 2 ? 0.0 : s->p->chain[s->p->cohort_booked[b->cohort]];
    Bundle *part = share_of(s, b);
    for (i32 k = 0; k < kinds_of(s, b); k++) {
        part->w[k] = b->w[k] * (1.0 - chance);
        b->w[k] *= chance;
    }
    b->fate |= 1;
    part->fate |= 2;
    if (mass_of(s, part) > TINY) {
        take(s, part, E_MEETING_DECLINED, -1, now);
        advance(s, part, now);
    } else drop(s, part);
    if (mass_of(s, b) > TINY) take(s, b, E_MEETING_BOOKED, -1, now);
}

static void task(Solver *s, Bundle *b, i64 now) {
    i64 what = s->p->state_task[b->state];
    if (what == BOOKING) book(s, b, now);
    else if (what == MEETING) {
        b->own_at = now;
        b->own_why = MEET;
    } else {
        if (what == HANDOFF) count(s, N_HANDOFFS, b->cohort, mass_of(s, b));
        b->own_at = hours(s->p, role_in(s->p, b->state, b->cohort, what), -1, now);
        b->own_why = BEGIN;
    }
}

/* Back into the pool: nobody is left in the bundle. */
static void back(Solver *s, Bundle *b) {
    i64 c = b->cohort;
    b->item_count = 0;
    Bundle *stays = share_of(s, b);
    for (i32 k = 0; k < kinds_of(s, b); k++) {
        stays->w[k] = b->w[k];
        b->w[k] = 0.0;
    }
    GROW(s, s->pool[c], s->pool_count[c], s->pool_room[c]);
    s->pool[c][s->pool_count[c]++] = stays;
}

static void enter(Solver *s, Bundle *b, i64 now) {
    i64 kind = s->p->state_kind[b->state];
    b->own_at = -1;
    b->own_why = NOTHING;
    if (kind == WAIT || kind == HOLD || (kind == END && b->due >= 0)) {
        b->own_at = b->due > now ? b->due : now;
        b->own_why = kind == END ? COOLED : DUE;
    } else if (kind == TOUCH) touch_begins(s, b, now);
    else if (kind == TASK) task(s, b, now);
    else if (kind == START) back(s, b);
}

/* As the reference engine's `_held`: an opportunity counts when it is created, and is won when its cycle is over. */
static void held(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    i64 c = b->cohort, left = p->end - 1 - now;
    double mass = mass_of(s, b), created = mass * p->chain[p->cohort_opportunity[c]], deals = created * p->chain[p->cohort_won[c]], value = p->mean_value[c];
    count(s, N_MEETINGS, c, mass);
    mark_curve(s, C_MEETINGS, c, now, mass);
    count(s, N_OPPORTUNITIES, c, created);
    mark_curve(s, C_OPPORTUNITIES, c, now, created);
    count(s, N_PIPELINE, c, created * value);
    const Delay *cycle = s->delays + p->cohort_cycle[c];
    double inside = (double)until(cycle, left) / (double)cycle->size;
    count(s, N_WON, c, deals * inside);
    count(s, N_WON_VALUE, c, deals * inside * value);
    won_weekly(s, c, now, deals * value / (double)cycle->size, cycle);
    if (p->colleagues[c] > 0.0 && inside > 0.0) {
        i64 slices = cycle->size < 32 ? cycle->size : 32;
        for (i64 n = 0; n < slices; n++) {
            i64 later = cycle->table[(2 * n + 1) * cycle->size / (2 * slices)];
            if (later <= left) tell(s, c, 1, now + later, deals / (double)slices);
        }
    }
    b->meetings++;
    b->fate = 0;
}

/* What an event means beyond the person, and who of those who opted out will ask to come back. */
static void after_event(Solver *s, Bundle *b, i32 event, i64 taken, i64 now) {
    const Given *p = s->p;
    i64 c = b->cohort;
    double mass = mass_of(s, b);
    if (event == E_MEETING_BOOKED) {
        count(s, N_MEETINGS_BOOKED, c, mass);
        tell(s, c, 2, now, mass);
    } else if (event == E_REPLIED_NEGATIVE) tell(s, c, 3, now, mass);
    else if (event == E_MEETING_HELD) held(s, b, now);
    else if (event == E_ASKED_BACK) {
        count(s, N_ASKED_BACK, c, mass);
        b->refused = -1;
        b->pending_count = 0;
    }
    if (event != E_UNSUBSCRIBED && event != E_COMPLAINED) return;
    if (p->move_scope[taken] > 0) tell(s, c, 0, now, mass);
    if (p->cohort_asked_back[c] >= 0 && b->round >= 0 && go_from(s, b->state, E_ASKED_BACK, -1) >= 0) asks_back(s, b, now);
}

/* As the reference engine's `take`: -1 nothing changed, 0 a flag, 1 a new state. */
static int take(Solver *s, Bundle *b, i32 event, i32 step, i64 now) {
    const Given *p = s->p;
    i64 taken = go_from(s, b->state, event, step);
    double before = event == E_ASKED_BACK ? mass_of(s, b) : 0.0;
    int moved = move(s, b, event, step, now);
    if (moved < 0) return moved;
    if (event == E_ASKED_BACK) {
        count(s, N_ASKED_BACK, b->cohort, before);
        b->refused = -1;
        b->pending_count = 0;
    }
    if (moved) enter(s, b, now);
    else if (b->due >= 0 && b->own_why == DUE) b->own_at = b->due > now ? b->due : now;
    if (event != E_ASKED_BACK) after_event(s, b, event, taken, now);
    if (moved > 0 && step >= 0 && p->move_timer[taken] == RETURN && p->cohort_away[b->cohort] >= 0) away(s, b, taken, now);
    return moved;
}

#endif
