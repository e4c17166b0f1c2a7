/* What an answer does to a bundle (heard.py): it is counted, refusals set out on their way, and the unclear is read. */
#ifndef HEARD_H
#define HEARD_H
#include "waiting.h"

static int take(Solver *s, Bundle *b, i32 event, i32 step, i64 now); /* machine.h */
static void advance(Solver *s, Bundle *b, i64 now);

/* Luck of an address, known by its contents. */
static i32 address_of(Solver *s, const Address *wanted, i32 kinds) {
    u64 hash = 1;
    for (int kind = 0; kind < 6; kind++) {
        hash = mix(hash + (u64)wanted->known[kind]);
        for (i32 k = 0; wanted->known[kind] && k < kinds; k++) {
            u64 bits[2];
            memcpy(bits, wanted->low[kind] + k, 8);
            memcpy(bits + 1, wanted->high[kind] + k, 8);
            hash = mix(hash ^ mix(bits[0] + 3 * bits[1]));
        }
    }
    for (size_t n = 1; n < s->address_count; n++)
        if (s->addresses[n].hash == hash) return (i32)n;
    GROW(s, s->addresses, s->address_count, s->address_room);
    Address *made = s->addresses + s->address_count;
    *made = *wanted;
    made->hash = hash;
    for (int kind = 0; kind < 6; kind++) {
        if (!wanted->known[kind]) continue;
        made->low[kind] = keep(s, (size_t)kinds * sizeof(double));
        made->high[kind] = keep(s, (size_t)kinds * sizeof(double));
        memcpy(made->low[kind], wanted->low[kind], (size_t)kinds * sizeof(double));
        memcpy(made->high[kind], wanted->high[kind], (size_t)kinds * sizeof(double));
    }
    return (i32)s->address_count++;
}

/* The people whose address turns out to be bad, if any; the bundle keeps the others. */
static Bundle *bad_address(Solver *s, Bundle *b, i32 step, const Touch *touch) {
    if (!touch->any_bad) return NULL;
    i32 kinds = kinds_of(s, b);
    i64 kind = s->p->step_answer[step];
    Mark here = mark(s);
    double *low = scratch(s, kinds), *high = scratch(s, kinds), *good_low = scratch(s, kinds), *bad_high = scratch(s, kinds);
    Address known = s->addresses[b->address];
    Bundle *bad = share_of(s, b);
    for (i32 k = 0; k < kinds; k++) {
        double a = known.known[kind] ? known.low[kind][k] : 0.0, c = known.known[kind] ? known.high[kind][k] : 1.0, at = touch->bad[k];
        double share = c > a ? fmin(1.0, fmax(0.0, (at - a) / (c - a))) : (double)(at >= c);
        bad->w[k] = b->w[k] * share;
        b->w[k] *= 1.0 - share;
        low[k] = a;
        high[k] = c;
        bad_high[k] = fmin(at, c);
        good_low[k] = fmax(a, bad_high[k]);
    }
    known.known[kind] = 1;
    known.low[kind] = good_low;
    known.high[kind] = high;
    b->address = address_of(s, &known, kinds);
    known.low[kind] = low;
    known.high[kind] = bad_high;
    bad->address = address_of(s, &known, kinds);
    release(s, here);
    if (mass_of(s, bad) > TINY) return bad;
    drop(s, bad);
    return NULL;
}

/* What is to be heard of a touch. */
static void add_items(Solver *s, Bundle *b, i32 step, const Touch *touch, double scale, i64 now) {
    const Given *p = s->p;
    i32 made = b->touches, kinds = kinds_of(s, b);
    int phone = p->step_answer[step] == PHONE;
    if (touch->first != NULL && (touch->first_code == E_CONNECTED || touch->first_code == E_ACCEPTED)) {
        double sum = 0.0;
        for (i32 k = 0; k < kinds; k++) sum += b->w[k] * touch->first[k];
        count(s, touch->first_code == E_CONNECTED ? N_CONNECTED : N_ACCEPTED, b->cohort, sum);
    }
    i64 ends = now;
    if (phone) {
        ends = stretch(p, p->step_role[step], p->step_seconds[step] + p->step_talk[step]);
        ends = now + (ends > 1 ? ends : 1);
    }
    if (touch->first != NULL && touch->waits) {
        i64 start = now + (touch->first_code == E_CONNECTED);
        add_item(s, b, (Item){step, made, touch->first_groups, touch->groups, start, phone ? ends : -1, 0, 1.0, 0});
    } else if (touch->groups) {
        add_item(s, b, (Item){step, made, touch->groups, 0, ends, -1, 0, scale, 1});
    }
    for (i32 i = 0; i < touch->looks; i++) add_item(s, b, (Item){step, made, touch->look[i], 0, now, -1, 0, 1.0, 0});
}

/* ------------------------------------------------------------ what is heard */

static void count_answer(const Solver *s, i64 cohort, i32 step, i32 code, i64 now, double mass) {
    static const i32 heard[HEARD] = HEARD_CODES;
    const Given *p = s->p;
    for (int n = 0; n < HEARD; n++) {
        if (heard[n] != code) continue;
        p->said[step * HEARD + n] += mass;
        if (n >= 2) mark_curve(s, C_REPLIES, cohort, now, mass);
    }
    if (code == E_COMPLAINED && p->step_sender[step] >= 0) p->complaints[p->step_sender[step] * p->days + day_of(p, now)] += mass;
}

static int leads_away(const Solver *s, i64 state, i32 code, i32 step) {
    i64 taken = go_from(s, state, code, step);
    if (taken < 0) return 0;
    i64 target = s->p->move_target[taken];
    return s->p->state_kind[target] == END || s->p->state_task[target] == HANDOFF;
}

/* Whether this answer in this state leads to an end or a hand-off, read at once or only later. */
static int over(Solver *s, i64 state, i32 code, i32 step) {
    i32 *known = s->overs + (state * EVENTS + code) * s->p->steps + step;
    if (*known) return *known - 1;
    int found = leads_away(s, state, code, step);
    i64 unclear = go_from(s, state, E_REPLIED_UNCLASSIFIED, step);
    if (found && is_reply(code) && unclear >= 0) found = leads_away(s, s->p->move_target[unclear], code, step);
    *known = found + 1;
    return found;
}

static int is_simple(Solver *s, const Bundle *whole, const Part *part, i32 step) {
    const Given *p = s->p;
    i32 code = part->code;
    if (whole->pending_count || whole->review_count || !over(s, whole->state, code, step)) return 0;
    i64 target = p->move_target[go_from(s, whole->state, code, step)], unclear = part->unclear ? go_from(s, whole->state, E_REPLIED_UNCLASSIFIED, step) : -1;
    i64 review = unclear >= 0 ? p->move_target[unclear] : target;
    for (i32 n = 0; n < whole->item_count; n++) {
        const Item *other = whole->items + n;
        i32 signal = other->answer ? -1 : s->groups[other->groups].group[0].code[0];
        if (signal >= 0 && (go_from(s, target, signal, other->step) >= 0 || go_from(s, review, signal, other->step) >= 0)) return 0;
    }
    if (!is_refusal(code) || whole->own_at < 0) return 1;
    i64 since = part->unclear ? read_at(p, whole->state, whole->cohort, part->at) : part->at;
    return whole->own_at > known_everywhere(p, whole->cohort, since);
}

/* Those who hear the same in the same hours and come to the same place. Refusals keep what is next for them, and how soon. */
static Key pool_key(Solver *s, const Bundle *b, const Part *part, i32 step, int simple) {
    const Given *p = s->p;
    i64 taken = go_from(s, b->state, part->code, step), place = taken < 0 ? b->state : p->move_target[taken], begins = -1, span = 43200, now = part->at;
    if (p->state_task[place] == HANDOFF) { /* what comes in while the office is shut is begun when it opens */
        begins = hours(p, role_in(p, place, b->cohort, HANDOFF), -1, now);
        span = begins == now ? 21600 : (i64)1 << 40;
        if (begins == now) begins = -1;
    }
    Key key = {11, 12};
    put(&key, part->code);
    put(&key, part->unclear ? 1 + (go_from(s, b->state, E_REPLIED_UNCLASSIFIED, step) >= 0) : 0);
    put(&key, place);
    put(&key, b->cohort);
    put(&key, b->calendar);
    put(&key, begins);
    put(&key, taken >= 0 && p->state_kind[place] == END && p->move_timer[taken] >= 0 ? day_of(p, now) : -1); /* the list has them again after whole days */
    put(&key, b->round);
    put(&key, b->meetings);
    put(&key, b->fate);
    put(&key, b->address);
    put(&key, simple);
    if (simple) {
        i64 soon = now < b->expires && b->expires < now + SOON ? b->expires / 7200 : 0;
        put(&key, now / (soon ? 7200 : span));
        put(&key, soon);
        return key;
    }
    i64 own = floored(b->own_at, 43200);
    if (is_refusal(part->code)) {
        span = 1800;
        own = floored(b->own_at, 300);
        put(&key, floored(b->expires, 7200));
    }
    put(&key, now / span);
    put(&key, b->state);
    put(&key, step);
    put(&key, own);
    put(&key, b->own_why);
    put(&key, b->refused >= 0);
    put(&key, b->answered < 0);
    return key;
}

/* What is still to be heard after this; what comes in the same second and ranks behind it comes a second later. */
static void drop_item(Solver *s, Bundle *b, i32 heard, i32 code, i64 now) {
    i32 kept = 0;
    Item own = b->items[heard];
    for (i32 n = 0; n < b->item_count; n++) {
        if (n == heard) continue;
        Item item = b->items[n];
        const Groups *groups = s->groups + item.groups;
        int tie = 0;
        for (i32 g = 0; g < groups->count && !tie; g++) {
            const Delay *delay = s->delays + groups->group[g].delay;
            tie = delay->size == 1 && item.at + delay->last == now && comes_after(groups->group[g].rank, &item, code, &own);
        }
        if (tie) item.at++, item.last++;
        b->items[kept++] = item;
    }
    b->item_count = kept;
}

static void heard(Solver *s, Bundle *b, i32 code, i32 step, i64 now) {
    if (!is_refusal(code)) {
        take(s, b, code, step, now);
        return;
    }
    Pending sent = {now, {0}, code, step}; /* a refusal sets out to the executors of the channels */
    for (i64 channel = 0; channel < CHANNELS; channel++) {
        sent.known[channel] = known_on(s->p, b->cohort, channel, now);
        if (sent.known[channel] > sent.told) sent.told = sent.known[channel];
    }
    if (sent.told <= now) {
        take(s, b, code, step, now);
        return;
    }
    if (b->pending_count == NOTES) fail(s, NO_ROOM);
    b->pending[b->pending_count++] = sent;
}

/* What was heard changes what is known of these people, and what comes next: the machine's move, or that somebody reads it first. */
static void note(Solver *s, Bundle *b, i32 step, i32 code, int unclear, i64 now) {
    if (code != E_REPLIED_OUT_OF_OFFICE) {
        b->answered = b->touches;
        i32 kept = 0;
        for (i32 n = 0; n < b->item_count; n++) { /* of earlier touches: signals, and notes that a machine sends */
            Item item = b->items[n];
            if (item.answer) item.groups = notes_of(s, item.groups);
            else item.then = notes_of(s, item.then);
            if (item.groups) {
                item.last = item.at + s->groups[item.groups].last;
                b->items[kept++] = item;
            }
        }
        b->item_count = kept;
    }
    if (is_refusal(code)) b->refused = b->refused < 0 ? now : b->refused;
    else if (code == E_REPLIED_POSITIVE) b->refused = -1, b->pending_count = 0;
    if (unclear) {
        count(s, N_UNCLASSIFIED, b->cohort, mass_of(s, b));
        if (take(s, b, E_REPLIED_UNCLASSIFIED, step, now) > 0 || s->p->state_task[b->state] == REVIEW) {
            if (b->review_count == NOTES) fail(s, NO_ROOM);
            b->review[b->review_count][0] = code;
            b->review[b->review_count++][1] = step;
            return;
        }
    }
    heard(s, b, code, step, now);
}

static void hear_item(Solver *s, Bundle *b, const Item *item, i32 code, int unclear, i64 now) {
    if (item->answer) {
        note(s, b, item->step, code, unclear, now);
        return;
    }
    i32 step = item->step;
    if (item->then) add_item(s, b, (Item){step, item->made, item->then, 0, item->then_at >= 0 ? item->then_at : now, -1, 0, 1.0, 1});
    if (code == E_BOUNCED) {
        double mass = mass_of(s, b);
        count(s, N_BOUNCED, b->cohort, mass);
        i64 sender = s->p->step_sender[step];
        if (sender >= 0) s->p->bounces[sender * s->p->days + day_of(s->p, now)] += mass;
    }
    take(s, b, code, step, now);
}

/* This part of a bundle hears this, at this instant, and goes on from there; `hear` of heard.py. */
static void hear(Solver *s, Bundle *whole, const Part *part) {
    i32 kinds = kinds_of(s, whole), code = part->code;
    double mass = sum_of(part->w, kinds);
    if (mass <= 0.0) return;
    Item item = whole->items[part->item];
    if (item.answer) count_answer(s, whole->cohort, item.step, code, part->at, mass);
    int simple = item.answer && code != E_REPLIED_OUT_OF_OFFICE && is_simple(s, whole, part, item.step);
    if (!simple && mass < s->cutoff * (is_refusal(code) ? 0.1 : 1.0)) {
        for (i32 k = 0; k < kinds; k++) whole->w[k] += part->w[k];
        return;
    }
    int direct = !simple && mass >= s->least;
    Key key = {0, 0};
    if (!direct) {
        key = pool_key(s, whole, part, item.step, simple);
        Bundle *found = waiting_for(s, key.a, key.b);
        if (found != NULL) {
            found->at += (i64)nearbyint((double)(part->at - found->at) * mass / (mass + mass_of(s, found)));
            for (i32 k = 0; k < kinds; k++) found->w[k] += part->w[k];
            return;
        }
    }
    Bundle *b = share_of(s, whole);
    memcpy(b->w, part->w, (size_t)kinds * sizeof(double));
    if (simple) { /* no touch and no timer comes before they are where they go, whoever of them came first */
        b->item_count = 0;
        b->own_at = -1;
        b->own_why = NOTHING;
        b->due = s->p->end;
    } else {
        drop_item(s, b, part->item, code, part->at);
    }
    if (direct) {
        hear_item(s, b, &item, code, part->unclear, part->at);
        advance(s, b, part->at);
        return;
    }
    b->hears = item;
    b->hears_code = code;
    b->hears_unclear = part->unclear;
    b->at = part->at;
    b->why = HEAR;
    wait_for(s, key.a, key.b, b);
}

/* ------------------------------------------------------------ refusals */

static void tell_machine(Solver *s, Bundle *b, i32 n, i64 now) {
    Pending told = b->pending[n];
    for (i32 i = n + 1; i < b->pending_count; i++) b->pending[i - 1] = b->pending[i];
    b->pending_count--;
    take(s, b, told.event, told.step, now);
}

/* By now every channel knows. */
static void told_by_now(Solver *s, Bundle *b, i64 now) {
    for (;;) {
        i32 first = -1;
        for (i32 n = 0; n < b->pending_count; n++) {
            const Pending *each = b->pending + n;
            if (each->told > now) continue;
            if (first < 0 || each->told < b->pending[first].told || (each->told == b->pending[first].told && each->event < b->pending[first].event)) first = n;
        }
        if (first < 0) return;
        tell_machine(s, b, first, now);
    }
}

/* Whether the touch goes ahead once its executor has said what it knows. */
static int still_wanted(Solver *s, Bundle *b, i32 step, i64 now) {
    i64 channel = s->p->step_channel[step], stamp = b->stamp;
    while (b->stamp == stamp) {
        i32 first = -1;
        for (i32 n = 0; n < b->pending_count; n++)
            if (b->pending[n].known[channel] <= now && (first < 0 || b->pending[n].event < b->pending[first].event)) first = n;
        if (first < 0) break;
        tell_machine(s, b, first, now);
    }
    return b->stamp == stamp;
}

/* What was unclear is what it is; where that changes nothing the cadence goes on. */
static void read_reviews(Solver *s, Bundle *b, i64 now) {
    i32 reviews = b->review_count, unclear[NOTES][2];
    memcpy(unclear, b->review, sizeof unclear);
    b->review_count = 0;
    i64 stamp = b->stamp;
    for (i32 n = 0; n < reviews; n++) heard(s, b, unclear[n][0], unclear[n][1], now);
    if (b->stamp == stamp) take(s, b, E_DONE, -1, now);
}

#endif
