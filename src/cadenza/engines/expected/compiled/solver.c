/* The walk of all people at once (solve.py, days.py): bundles of one history move through the machine in the order of time. */
#include "colleagues.h"
#include "touches.h"

/* ------------------------------------------------------------ what happens */

static void happens(Solver *s, Bundle *b, i64 now) {
    static const i32 event[] = {[CLOCK] = E_ELAPSED, [DUE] = E_DUE, [COOLED] = E_COOLED, [DONE] = E_DONE, [HELD] = E_MEETING_HELD, [ASKED] = E_ASKED_BACK};
    switch (b->why) {
    case TOLD: told_by_now(s, b, now); break;
    case BEGIN: begin(s, b, now); break;
    case MAKE: make(s, b, now); break;
    case MEET: meet(s, b, now); break;
    case READ: read_reviews(s, b, now); break;
    case ENROL: enrol(s, b, now); break;
    case AWAY: take(s, b, news_events[b->news], -1, now); break;
    case HEAR: {
        Item item = b->hears;
        i32 code = b->hears_code;
        b->hears_code = -1;
        hear_item(s, b, &item, code, b->hears_unclear, now);
        break;
    }
    default: take(s, b, event[b->why], -1, now);
    }
}

static void handle(Solver *s, Bundle *b) {
    i64 now = b->at;
    i32 why = b->why;
    if (s->p->colleagues[b->cohort] > 0.0) reached(s, b, now);
    if (now >= s->p->end) {
        stand(s, b);
        drop(s, b);
        return;
    }
    if (why != CLOCK && why != TOLD && why != HEAR) {
        b->own_at = -1;
        b->own_why = NOTHING;
    }
    if (why == CLOCK) b->clocked = b->expires;
    happens(s, b, now);
    advance(s, b, now);
}

/* ------------------------------------------------------------ days */

static double placement_of(Solver *s, i64 sender, i64 day) {
    const Given *p = s->p;
    i64 first = day > MEMORY ? day - MEMORY : 0;
    double sums[3] = {0.0, 0.0, 0.0};
    const double *of[3] = {p->complaints, p->bounces, p->mails};
    for (int n = 0; n < 3; n++)
        for (i64 d = first; d < day; d++) sums[n] += of[n][sender * p->days + d];
    double found = s->ask_placement(sender, sums[0], sums[1], sums[2]);
    if (found < 0.0) fail(s, BY_CALLER);
    return found;
}

/* Who has waited longest comes first; of the last ones, the share for which there is room. */
static void let_in(Solver *s, i64 cohort, double room, i64 at) {
    while (s->pool_first[cohort] < s->pool_count[cohort] && room > 0.0) {
        Bundle *b = s->pool[cohort][s->pool_first[cohort]];
        double mass = mass_of(s, b);
        Bundle *part = b;
        if (mass > room) {
            part = share_of(s, b);
            for (i32 k = 0; k < kinds_of(s, b); k++) {
                part->w[k] = b->w[k] * room / mass;
                b->w[k] *= 1.0 - room / mass;
            }
        } else s->pool_first[cohort]++;
        room -= mass;
        part->own_at = at;
        part->own_why = ENROL;
        advance(s, part, at);
    }
}

static void begin_day(Solver *s, i64 day, i64 at) {
    const Given *p = s->p;
    begin_news(s, day);
    for (i64 sender = 0; sender < p->senders; sender++)
        if (p->judged[sender]) s->reputation[sender] = placement_of(s, sender, day);
    for (i64 cohort = 0; cohort < p->cohorts; cohort++) {
        i64 room = p->room[cohort * p->days + day];
        if (s->pool_first[cohort] < s->pool_count[cohort]) let_in(s, cohort, (double)room, at > p->nine[day] ? at : p->nine[day]);
    }
}

static void arrive(Solver *s) {
    const Given *p = s->p;
    const double *w = p->group_weight;
    for (i64 n = 0; n < p->group_count; n++) {
        Bundle *b = new_bundle(s), *items = b;
        Item *kept = items->items;
        i32 room = b->item_room;
        memset(b, 0, sizeof(Bundle));
        b->items = kept;
        b->item_room = room;
        b->cohort = (i32)p->group_cohort[n];
        b->calendar = (i32)p->group_calendar[n];
        b->state = (i32)p->cohort_start[b->cohort];
        b->since = b->enrolled = b->touched = b->at = b->seen = p->start;
        b->due = b->planned = b->expires = b->held = b->refused = b->clocked = -1;
        b->round = b->last_step = b->answered = b->hears_code = b->news = -1;
        b->speed = 1.0;
        memcpy(b->w, w, (size_t)kinds_of(s, b) * sizeof(double));
        w += kinds_of(s, b);
        b->own_at = p->group_arrive[n];
        b->own_why = ENROL;
        advance(s, b, p->start);
    }
}

static void prepare(Solver *s) {
    const Given *p = s->p;
    for (i64 c = 0; c < p->cohorts; c++) s->kinds = p->kind_count[c] > s->kinds ? (i32)p->kind_count[c] : s->kinds;
    s->grain = p->limits[0];
    s->small = p->limits[1];
    s->least = p->limits[2];
    s->cutoff = p->limits[3];
    for (i64 n = 0; n < p->table_count; n++) add_delay(s, p->tables + n * POINTS, POINTS);
    s->reputation = keep(s, (size_t)(p->senders + 1) * sizeof(double));
    for (i64 n = 0; n < p->senders; n++) s->reputation[n] = 1.0;
    s->told = keep(s, (size_t)(p->cohorts * 4 * (p->days + 1)) * sizeof(double));
    s->before = keep(s, (size_t)(p->cohorts * 4 * (p->days + 1)) * sizeof(double));
    s->pool = keep(s, (size_t)p->cohorts * sizeof *s->pool);
    s->pool_first = keep(s, (size_t)p->cohorts * sizeof(size_t));
    s->pool_count = keep(s, (size_t)p->cohorts * sizeof(size_t));
    s->pool_room = keep(s, (size_t)p->cohorts * sizeof(size_t));
    s->overs = keep(s, (size_t)(p->states * EVENTS * p->steps) * sizeof(i32));
    s->newsy = keep(s, (size_t)(p->states * 5) * sizeof(i32));
    GROW(s, s->addresses, s->address_count, s->address_room);
    memset(s->addresses, 0, sizeof *s->addresses);
    GROW(s, s->groups, s->group_count, s->group_room);
    memset(s->groups, 0, sizeof *s->groups);
    s->address_count = s->group_count = 1; /* 0 is none */
    s->wait_room = 1 << 12;
    s->waiting = calloc(s->wait_room, sizeof *s->waiting);
    if (s->waiting == NULL) fail(s, NO_MEMORY);
    for (size_t n = 0; n < sizeof s->late / sizeof *s->late; n++) s->late[n].until = -1;
}

static void solve(Solver *s) {
    const Given *p = s->p;
    prepare(s);
    for (i64 day = 0; day < p->days; day++) push_entry(s, (Entry){p->day_at[day], -1, (Bundle *)(intptr_t)(day + 1)});
    arrive(s);
    while (s->heap_count) {
        Entry entry = pop_entry(s);
        if (entry.rank < 0) {
            begin_day(s, (i64)(intptr_t)entry.bundle - 1, entry.at);
            continue;
        }
        no_longer_waits(s, entry.bundle);
        handle(s, entry.bundle);
    }
    for (i64 c = 0; c < p->cohorts; c++)
        for (size_t n = s->pool_first[c]; n < s->pool_count[c]; n++) stand(s, s->pool[c][n]);
}

static void free_blocks(Block *block) {
    while (block != NULL) {
        Block *next = block->next;
        free(block);
        block = next;
    }
}

/* ------------------------------------------------------------ the door */

/* Solves the program; the counts are added to the arrays that `given` points to. 0, or why it could not be done. */
int cadenza_solve(const Given *given, AskTouch ask_touch, AskPlacement ask_placement) {
    Solver *s = calloc(1, sizeof(Solver));
    if (s == NULL) return NO_MEMORY;
    s->p = given;
    s->ask_touch = ask_touch;
    s->ask_placement = ask_placement;
    int failed = setjmp(s->failed);
    if (!failed) solve(s);
    for (size_t n = 0; n < s->bundle_count; n++) {
        free(s->bundles[n]->items);
        free(s->bundles[n]);
    }
    for (i64 c = 0; s->pool_room != NULL && c < given->cohorts; c++) free(s->pool[c]);
    free_blocks(s->memory);
    free_blocks(s->scratch);
    free_blocks(s->empty);
    free(s->bundles);
    free(s->delays);
    free(s->groups);
    free(s->touches);
    free(s->addresses);
    free(s->heap);
    free(s->waiting);
    free(s);
    return failed;
}

/* Python's answers, given while it is asked: a table of delays, and a touch. */
int64_t cadenza_delay(void *solver, const int64_t *table, int64_t size) { return add_delay(solver, table, size); }
void cadenza_touch(void *solver, const int64_t *numbers, const double *values) { read_touch(solver, numbers, values); }
int64_t cadenza_given_size(void) { return (int64_t)sizeof(Given); }
