/* How a touch is answered (answers.py): one draw cut into classes, a latency, side signals. The additions are in the reference's order. */
#ifndef ANSWERS_H
#define ANSWERS_H
#include "others.h"

typedef struct {
    i32 event;
    i64 after;
} Answer;

typedef struct {
    u64 draw;
    i32 count;
    Answer answer[4];
} Answers;

static inline void add_answer(Answers *found, i32 event, i64 after) { found->answer[found->count++] = (Answer){event, after}; }

/* The row of rates of this person's touch: step, variant, segment. */
static inline i64 rates_row(const Sim *s, const Row *row, i32 step) {
    const Program *p = s->p;
    i64 first = p->step_variant[step], last = p->step_variant[step + 1], variant = 0;
    if (last - first > 1) {
        double u = unit(mix(row->base + p->step_variant_code[step]));
        while (variant < last - first - 1 && u >= p->weight[first + variant]) variant++;
    }
    return p->step_row[step] + variant * p->cohort_segments[row->cohort] + row->segment;
}

/* What the touches of the last seven days do to refusals; counts this one, which is the person's `touches`-th. */
static double pressure_of(Sim *s, const Row *row) {
    i64 cohort = row->cohort;
    u32 *recent = s->recent[place_of(s, row)], now = (u32)s->now;
    i32 before = row->touches - 1, kept = before < RECENT ? before : RECENT, n = 0;
    while (n < kept && recent[(before - 1 - n) % RECENT] > now) n++;
    recent[before % RECENT] = now + (u32)WEEK; /* until when it counts */
    return s->r->pressure[cohort * DEPTH + (n < DEPTH - 1 ? n : DEPTH - 1)];
}

/* Whether the mail is in an inbox. */
static inline int lands(const Sim *s, const Row *row, i32 step, const double *share) {
    i64 sender = s->p->step_sender[step];
    double placement = share[S_INBOX] * (sender >= 0 ? s->reputation[sender] : 1.0);
    return placement >= 1.0 || unit(pick(row, s->p->step_code[step * PURPOSES + P_INBOX])) < placement;
}

static inline i64 signal_delay(const Sim *s, const Row *row, i32 step, i64 r) {
    return s->p->tables[s->p->row_signal[r] * POINTS + (i64)(pick(row, s->p->step_code[step * PURPOSES + P_SIGNAL]) >> INDEX_SHIFT)];
}

static inline i64 latency(const Sim *s, const Row *row, i32 step, i64 r, i32 reply) {
    if (s->p->step_answer[step] == PHONE) return 0;
    if (reply == E_REPLIED_OUT_OF_OFFICE) return AUTOMATIC;
    return s->p->tables[s->p->row_reply[r] * POINTS + (i64)(pick(row, s->p->step_code[step * PURPOSES + P_LATENCY]) >> INDEX_SHIFT)];
}

/* The event that answers the touch, or -1: the unit interval, cut in the order of HEARD. */
static inline i32 reply_to(const Sim *s, const Row *row, i32 step, i64 r, u64 bits, double pressure) {
    const Program *p = s->p;
    const double *share = s->r->share + r * SHARES;
    i64 cohort = row->cohort;
    double decay = s->r->decay[r * DEPTH + on_channel(row, (i32)p->step_channel[step])];
    double keen = decay * p->propensity[cohort * POINTS + (row->luck & (POINTS - 1))];
    double u = unit(bits), at = share[S_UNSUBSCRIBED] * pressure;
    if (u < at) return E_UNSUBSCRIBED;
    at += share[S_COMPLAINED] * pressure * (row->refused >= 0 ? s->r->chain[p->cohort_after_no[cohort]] : 1.0);
    if (u < at) return E_COMPLAINED;
    double speed = 1.0;
    if (p->cohort_slice[cohort]) {
        double floor = s->r->chain[p->cohort_floor[cohort]];
        speed = floor + (1.0 - floor) * p->halves[s->rare[place_of(s, row)].speed];
    }
    at += share[S_POSITIVE] * keen * speed;
    if (u < at) return E_REPLIED_POSITIVE;
    at += share[S_NEGATIVE] * decay;
    if (u < at) return E_REPLIED_NEGATIVE;
    at += share[S_NOT_NOW] * keen;
    if (u < at) return E_REPLIED_NOT_NOW;
    at += share[S_OUT_OF_OFFICE];
    if (u < at) return E_REPLIED_OUT_OF_OFFICE;
    at += share[S_WRONG_PERSON] * decay;
    return u < at ? E_REPLIED_WRONG_PERSON : -1;
}

/* Opens and clicks, where the machine listens to them. */
static void look(const Sim *s, const Row *row, i32 step, i64 r, const double *share, Answers *found) {
    static const i32 purpose[2] = {P_OPENED, P_CLICKED}, column[2] = {S_OPENED, S_CLICKED}, event[2] = {E_OPENED, E_CLICKED};
    const u64 *code = s->p->step_code + step * PURPOSES;
    for (int i = 0; i < 2; i++)
        if (s->p->step_reads[step * EVENTS + event[i]] && unit(pick(row, code[purpose[i]])) < share[column[i]] && lands(s, row, step, share))
            add_answer(found, event[i], signal_delay(s, row, step, r));
}

/* Whether nothing at all comes back, as after most touches, without a look at anything but two or three draws; `draw` is the touch's. A bound above all
   that any person may answer is enough for that. */
static inline int silent(const Row *row, const Deed *deed, const Odds *odds, u64 *draw) {
    *draw = 0;
    if (deed->answer == NONE) return 1;
    if (deed->looked_at) return 0;
    if (odds->bounced && mix(row->base + deed->address) >> 11 < odds->bounced) return 0;
    if (deed->caller) return pick(row, deed->connected) >> 11 >= odds->connected;
    *draw = pick(row, deed->response);
    return *draw >> 11 >= odds->most;
}

/* Draw and answers of the touch that is being made: at most one reply or refusal, and the signals that count or that somebody reads. */
static void answers_of(Sim *s, const Row *row, i32 step, i64 r, double pressure, Answers *found) {
    const Program *p = s->p;
    i64 kind = p->step_answer[step], wait = 0;
    found->draw = 0;
    found->count = 0;
    if (kind == NONE) return;
    const double *share = s->r->share + r * SHARES;
    const u64 *code = p->step_code + step * PURPOSES;
    if (kind != PHONE && share[S_BOUNCED] > 0.0 && unit(mix(row->base + p->address_code[kind])) < share[S_BOUNCED]) {
        add_answer(found, E_BOUNCED, kind == EMAIL ? AUTOMATIC : signal_delay(s, row, step, r));
        return;
    }
    if (kind == PHONE || kind == INVITE || kind == POST) {
        i32 purpose = kind == PHONE ? P_CONNECTED : kind == INVITE ? P_ACCEPTED : P_DELIVERED;
        i32 column = kind == PHONE ? S_CONNECTED : kind == INVITE ? S_ACCEPTED : S_DELIVERED;
        if (unit(pick(row, code[purpose])) >= share[column]) return;
        wait = kind == PHONE ? 0 : signal_delay(s, row, step, r);
        add_answer(found, kind == PHONE ? E_CONNECTED : kind == INVITE ? E_ACCEPTED : E_DELIVERED, wait);
    }
    u64 bits = pick(row, code[P_RESPONSE]);
    i32 reply = reply_to(s, row, step, r, bits, pressure);
    if (reply >= 0 && (kind != EMAIL || lands(s, row, step, share))) add_answer(found, reply, wait + latency(s, row, step, r, reply));
    if (s->deeds[step].looked_at) look(s, row, step, r, share, found);
    found->draw = bits;
}

#endif
