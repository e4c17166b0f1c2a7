/* Who is under way when it all begins, and what is on its way to them: warm.py, which says why.

   A person's luck is drawn until it agrees with the log. Nothing is allocated for anybody but the buffer of what one luck brings. */
#ifndef OPENING_H
#define OPENING_H
#include "funnel.h"

/* What one luck brings after the start. */
typedef struct {
    i64 at, stamp;
    i32 event, kind, step, unused;
    Row *row;
} Coming;

/* One person whose luck is tried, in all playbooks: the place in the flight, the first of the person's places, and whether what does not agree with the
   log is passed over. */
typedef struct {
    Row *row;
    i64 place, first;
    int anyway;
    Coming *at;
    u32 count, room;
} Trial;

static void comes(Sim *s, Trial *t, i64 at, i32 event, i32 kind, i32 step, i64 stamp) {
    GROW(s, t->at, t->count, t->room, 64);
    t->at[t->count++] = (Coming){at, stamp, event, kind, step, 0, t->row};
}

/* The root of a person's draws, and what follows from it alone; touches by channel stay. */
static void give(const Sim *s, Row *row, u64 base) {
    row->base = base;
    row->luck = (row->luck & ~(u32)(POINTS - 1)) | (u32)(mix(base + s->p->propensity_code) >> INDEX_SHIFT);
}

static void set_on_channel(Row *row, i64 channel, i64 touches) {
    i64 shift = 12 + 4 * channel;
    row->luck = (row->luck & ~(UINT32_C(15) << shift)) | (u32)(touches < DEPTH - 1 ? touches : DEPTH - 1) << shift;
}

/* The registers of a person of the flight, as the program starts. */
static Row *board(Sim *s, i64 i) {
    const Program *p = s->p;
    i32 person = p->flight_person[i], first = p->flight_made[i], made = p->flight_made[i + 1] - first;
    Row *row = row_of(s, person);
    row->state = (uint16_t)p->flight_state[i];
    row->since = (i32)p->flight_since[i];
    row->touched = (i32)p->flight_touched[i];
    row->due = at_most_latest(p->flight_due[i]);
    set_planned(s, row, at_most_latest(p->flight_planned[i]));
    row->expires = at_most_latest(p->flight_expires[i]);
    set_held(s, row, at_most_latest(p->flight_held[i]));
    row->refused = (i32)p->flight_refused[i];
    row->last_step = (int16_t)p->flight_last_step[i];
    row->answered = (int16_t)p->flight_answered[i];
    row->touches = (int16_t)made;
    Rare *rare = rare_of(s, row);
    rare->enrolled = (i32)p->flight_enrolled[i];
    rare->meetings = p->flight_meetings[i];
    rare->speed = p->flight_speed[i];
    for (i32 n = made > RECENT ? made - RECENT : 0; s->recent != NULL && n < made; n++) {
        i64 counts = p->flight_made_at[first + n] + WEEK;
        s->recent[place_of(s, row)][n % RECENT] = counts > 0 ? (u32)counts : 0;
    }
    happen(s, 0, LATER, row, K_RESUME, -1, 0);
    return row;
}

/* Refusals that have not reached every channel by the start. */
static void board_refusals(Sim *s, Row *row, i64 i) {
    const Program *p = s->p;
    for (i32 n = p->flight_pending[i]; n < p->flight_pending[i + 1]; n++) {
        i32 event = p->flight_pending_event[n], step = p->flight_pending_step[n];
        Note *note = note_at(s, add_note(s, &rare_of(s, row)->pending, event, step));
        note->told = p->flight_pending_told[n];
        for (int c = 0; c < CHANNELS; c++) note->reached[c] = p->flight_pending_reached[n * CHANNELS + c];
        row->flags |= PENDING;
        happen(s, note->told, event, row, K_TOLD, step, note->told);
    }
}

/* A number in [0, 1) that decides about nothing but this luck. */
static inline double test_of(const Sim *s, const Trial *t, i64 n) {
    return unit(mix(t->row->base + s->p->code_keen + GOLDEN * (u64)(64 * (t->place - t->first) + n)));
}

/* Who has said yes or not now is keener than others: in proportion, for each time. */
static int is_keen(const Sim *s, const Trial *t) {
    const double *propensity = s->p->propensity + t->row->cohort * POINTS;
    for (i32 n = 0; n < s->p->flight_keen[t->place] && !t->anyway; n++)
        if (!(test_of(s, t, n) * propensity[POINTS - 1] < propensity[t->row->luck & (POINTS - 1)])) return 0;
    return 1;
}

/* Whose answer nobody has classified yet is somebody who answers: in proportion, too. */
static int is_read(const Sim *s, const Trial *t) {
    const Program *p = s->p;
    const Row *row = t->row;
    i32 step = p->flight_unclear[t->place];
    if (t->anyway || step < 0 || p->state_task[row->state] != REVIEW) return 1;
    const double *share = s->r->share + rates_row(s, row, step) * SHARES, *propensity = p->propensity + row->cohort * POINTS;
    double keen = share[S_POSITIVE] + share[S_NOT_NOW], others = share[S_NEGATIVE] + share[S_WRONG_PERSON];
    return test_of(s, t, -1) * (keen * propensity[POINTS - 1] + others) <= keen * propensity[row->luck & (POINTS - 1)] + others;
}

/* What comes of the `n`-th touch of the flight, but for what the log has of it. */
static void recall(Sim *s, const Trial *t, i32 step, i32 n, Answers *found) {
    const Program *p = s->p;
    const Row *row = t->row;
    i32 recent = p->flight_made_recent[n], known = p->flight_made_known[n], wait = p->flight_made_wait[n], kept = 0;
    double pressure = s->r->pressure[row->cohort * DEPTH + (recent < DEPTH - 1 ? recent : DEPTH - 1)];
    i64 r = rates_row(s, row, step);
    if (wait >= 0) {
        i32 reply = reply_to(s, row, step, r, pick(row, p->step_code[step * PURPOSES + P_RESPONSE]), pressure);
        found->count = 0;
        if (reply >= 0) add_answer(found, reply, wait + latency(s, row, step, r, reply));
        return;
    }
    answers_of(s, row, step, r, pressure, found);
    for (i32 i = 0; i < found->count; i++) {
        i32 event = found->answer[i].event;
        int seen = (event == E_OPENED && known & 1 << KNOWN_OPENED) || (event == E_CLICKED && known & 1 << KNOWN_CLICKED);
        if (!seen) found->answer[kept++] = found->answer[i];
    }
    found->count = kept;
}

/* A mail that bounced had a bad address, any other a good one. */
static int has_address(const Sim *s, const Row *row, i32 step, i32 known) {
    double share = s->r->share[rates_row(s, row, step) * SHARES + S_BOUNCED];
    i64 kind = s->p->step_answer[step];
    if (kind == PHONE || !(share > 0.0)) return 1;
    int bad = unit(mix(row->base + s->p->address_code[kind])) < share;
    return bad == !!(known & 1 << KNOWN_BOUNCED);
}

static int recall_touches(Sim *s, Trial *t) {
    const Program *p = s->p;
    Row *row = t->row;
    i32 first = p->flight_made[t->place], end = p->flight_made[t->place + 1], answered = p->flight_answered[t->place];
    for (i32 n = first; n < end; n++) {
        i32 step = p->flight_made_step[n], known = p->flight_made_known[n], number = n - first + 1;
        i64 kind = p->step_answer[step], at = p->flight_made_at[n];
        if (kind == NONE) continue;
        if (!t->anyway && !has_address(s, row, step, known)) return 0;
        if (known & 1 << KNOWN_OVER) continue;
        row->round = (int16_t)p->flight_made_round[n];
        set_on_channel(row, p->step_channel[step], p->flight_made_before[n]);
        Answers found;
        recall(s, t, step, n, &found);
        for (i32 i = 0; i < found.count; i++) {
            i32 event = found.answer[i].event;
            int reply = heard_number(event) >= 0;
            if ((reply && number <= answered) || (kind == PHONE && !reply)) continue;
            i64 when = kind == PHONE ? 0 : at + (found.answer[i].after > 1 ? found.answer[i].after : 1);
            if (when > 0) comes(s, t, when, event, reply ? K_ANSWER : K_SIGNAL, step, reply ? number : 0);
            else if (!t->anyway) return 0;
        }
    }
    return 1;
}

static inline u64 turn_luck(const Row *row, u64 code, i64 turn) { return mix(row->base + code + GOLDEN * (u64)turn); }

static inline i64 turn_look_up(const Sim *s, const Row *row, u64 code, i64 table, i64 turn) {
    return s->p->tables[table * POINTS + (i64)(turn_luck(row, code, turn) >> INDEX_SHIFT)];
}

/* A meeting that is booked begins after the start. */
static int recall_meeting(Sim *s, Trial *t) {
    const Program *p = s->p;
    const Row *row = t->row;
    if (p->state_task[row->state] != MEETING) return 1;
    i64 window = p->role_window[role_of(s, row, MEETING)];
    i64 lead = turn_look_up(s, row, p->code_lead_time, p->cohort_lead_time[row->cohort], s->rare[place_of(s, row)].meetings);
    i64 hour = forward(s, window, row->since + lead);
    int agrees = hour > 0;
    comes(s, t, agrees ? hour : forward(s, window, 0), LATER, K_MEET, -1, row->stamp);
    return agrees || t->anyway;
}

/* Who has opted out may change their mind. */
static int recall_asking(Sim *s, Trial *t) {
    const Program *p = s->p;
    const Row *row = t->row;
    i64 share = p->cohort_asked_back[row->cohort];
    if (share < 0 || p->state_kind[row->state] != END || s->go[row->state * p->events + E_ASKED_BACK] < 0) return 1;
    if (unit(pick(row, p->code_asked_back)) >= s->r->chain[share]) return 1;
    i64 table = p->cohort_asked_back_delay[row->cohort];
    i64 at = row->since + p->tables[table * POINTS + (i64)(pick(row, p->code_asked_back_delay) >> INDEX_SHIFT)];
    if (at > 0) comes(s, t, at, E_ASKED_BACK, K_TIMER, -1, row->stamp);
    return at > 0 || t->anyway;
}

/* Deals of meetings that were held before the start. */
static int recall_deals(Sim *s, Trial *t) {
    const Program *p = s->p;
    const Row *row = t->row;
    const double *chain = s->r->chain;
    i64 cohort = row->cohort, first = p->flight_deals[t->place];
    for (i64 n = first; n < p->flight_deals[t->place + 1]; n++) {
        i64 known = p->flight_deal_known[n], turn = n - first;
        if (known == DEAL_OVER || !(unit(turn_luck(row, p->code_won, turn)) < chain[p->cohort_won[cohort]])) continue;
        if (known != DEAL_RUNNING && !(unit(turn_luck(row, p->code_opportunity, turn)) < chain[p->cohort_opportunity[cohort]])) continue;
        i64 at = p->flight_deal_at[n] + turn_look_up(s, row, p->code_cycle, p->cohort_cycle[cohort], turn);
        if (at > 0) comes(s, t, at, LATER, K_WON, -1, turn_look_up(s, row, p->code_value, p->cohort_value[cohort], turn));
        else if (known == DEAL_RUNNING && !t->anyway) return 0;
    }
    return 1;
}

/* What this luck brings after the start; 0 where it would have brought something before, which has not come. */
static int brings(Sim *s, Trial *t) {
    if (!is_keen(s, t) || !is_read(s, t) || !recall_touches(s, t)) return 0;
    t->row->round = (int16_t)s->p->flight_round[t->place];
    return recall_meeting(s, t) && recall_asking(s, t) && recall_deals(s, t);
}

/* What an answer turns out to be that nobody has classified yet; -1 where nothing says what it could be. */
static i32 unclear_reply(const Sim *s, const Row *row, i32 step) {
    static const i32 events[4] = {E_REPLIED_POSITIVE, E_REPLIED_NEGATIVE, E_REPLIED_NOT_NOW, E_REPLIED_WRONG_PERSON};
    if (step < 0) return -1;
    const double *share = s->r->share + rates_row(s, row, step) * SHARES;
    double keen = s->p->propensity[row->cohort * POINTS + (row->luck & (POINTS - 1))];
    double weight[4] = {share[S_POSITIVE] * keen, share[S_NEGATIVE], share[S_NOT_NOW] * keen, share[S_WRONG_PERSON]};
    double at = unit(pick(row, s->p->step_code[step * PURPOSES + P_RESPONSE])) * (weight[0] + weight[1] + weight[2] + weight[3]);
    for (int i = 0; i < 4; i++) {
        if (at < weight[i]) return events[i];
        at -= weight[i];
    }
    return -1;
}

/* What the luck with this root brings, in all of the person's playbooks. */
static int bring(Sim *s, Trial *t, i64 end, u64 base) {
    t->count = 0;
    for (t->place = t->first; t->place < end; t->place++) {
        t->row = row_of(s, s->p->flight_person[t->place]);
        give(s, t->row, base);
        if (!brings(s, t)) return 0;
    }
    return 1;
}

/* Try luck on one person, who is at these places, until it agrees with the log. */
static void try_luck(Sim *s, Trial *t, i64 end) {
    u64 root = s->r->stem ^ s->p->person_key[s->p->flight_person[t->first]];
    int agrees = 0;
    t->anyway = 0;
    for (u64 attempt = 0; attempt < TRIES && !agrees; attempt++) agrees = bring(s, t, end, mix(root + GOLDEN * attempt));
    if (agrees) return;
    t->anyway = 1;
    bring(s, t, end, mix(root));
}

/* The person's registers as they are, and an answer that somebody is about to read. */
static void settle(Sim *s, i64 place) {
    const Program *p = s->p;
    Row *row = row_of(s, p->flight_person[place]);
    for (i32 c = 0; c < CHANNELS; c++) set_on_channel(row, c, p->flight_channel[place * CHANNELS + c]);
    i32 step = p->flight_unclear[place], event = p->state_task[row->state] == REVIEW ? unclear_reply(s, row, step) : -1;
    if (event < 0) return;
    add_note(s, &rare_of(s, row)->review, event, step);
    if (refuses(event)) row->refused = 0;
}

static void set_up_flight(Sim *s) {
    Trial trial = {0};
    for (const i32 *made = s->p->flight_capped, *end = made + 4 * s->p->flight_capped_count; made < end; made += 4) {
        i32 cap = find_cap(s, made[0], made[1], made[2]); /* which may move them all */
        s->caps[cap].week = made[3];
    }
    if (s->p->flight_count) judge(s, 0);
    for (i64 end; trial.first < s->p->flight_count; trial.first = end) {
        u64 key = s->p->person_key[s->p->flight_person[trial.first]];
        for (end = trial.first; end < s->p->flight_count && s->p->person_key[s->p->flight_person[end]] == key; end++)
            board_refusals(s, board(s, end), end);
        try_luck(s, &trial, end);
        for (u32 i = 0; i < trial.count; i++) {
            const Coming *next = trial.at + i;
            happen(s, next->at, next->event, next->row, next->kind, next->step, next->stamp);
        }
        for (i64 place = trial.first; place < end; place++) settle(s, place);
    }
}

#endif
