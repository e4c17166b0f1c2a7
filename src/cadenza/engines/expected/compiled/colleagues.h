/* What the news of colleagues does to bundles (news.py). */
#ifndef COLLEAGUES_H
#define COLLEAGUES_H
#include "machine.h"

static const i32 news_events[4] = {E_ACCOUNT_OPTED_OUT, E_ACCOUNT_BECAME_CUSTOMER, E_ACCOUNT_MEETING_BOOKED, E_ACCOUNT_REPLIED_NEGATIVE};

/* Out of the cadence, together with others in the same place in the same week. */
static void gone(Solver *s, Bundle *b, const double *w, i32 number, i64 at) {
    i64 week = week_of(s->p, at) + 1;
    Key key = {21, 22};
    i64 same[] = {number, b->state, b->calendar, week, b->answered < 0, b->refused >= 0, b->round};
    for (size_t n = 0; n < sizeof same / sizeof *same; n++) put(&key, same[n]);
    Bundle *found = waiting_for(s, key.a, key.b);
    if (found != NULL) {
        for (i32 k = 0; k < kinds_of(s, b); k++) found->w[k] += w[k];
        return;
    }
    Bundle *part = share_of(s, b);
    memcpy(part->w, w, (size_t)kinds_of(s, b) * sizeof(double));
    i64 until_then = s->p->start + week * WEEK;
    part->news = number;
    part->at = (until_then < s->p->end ? until_then : s->p->end) - 1;
    part->why = AWAY;
    wait_for(s, key.a, key.b, part);
}

/* Those whom the news of a colleague has reached since the bundle was looked at last go their own way. */
static void reached(Solver *s, Bundle *b, i64 now) {
    int last = now >= s->p->end, all_end = 1;
    i64 at = last ? s->p->end - 1 : now;
    const i32 *listening = news_for(s, b->state);
    double times[4], sum = 0.0;
    for (i32 n = 0; n < 4; n++) {
        times[n] = listening[n] ? news_between(s, b->cohort, n, b->seen, now) : 0.0;
        sum += times[n];
        all_end = all_end && listening[n] != 1;
    }
    double away_mass = sum * mass_of(s, b);
    if (away_mass <= TINY || (away_mass < s->least && !last && !all_end)) return;
    b->seen = now;
    i32 kinds = kinds_of(s, b);
    Mark here = mark(s);
    double *w = scratch(s, kinds);
    for (i32 n = 0; n < 4; n++) {
        if (!listening[n]) continue;
        double share = -expm1(-times[n]);
        for (i32 k = 0; k < kinds; k++) {
            w[k] = b->w[k] * share;
            b->w[k] *= 1.0 - share;
        }
        if (listening[n] == 2) gone(s, b, w, n, at);
        else if (sum_of(w, kinds) > TINY) {
            Bundle *part = share_of(s, b);
            memcpy(part->w, w, (size_t)kinds * sizeof(double));
            take(s, part, news_events[n], -1, at);
            advance(s, part, at);
        }
    }
    release(s, here);
}

#endif
