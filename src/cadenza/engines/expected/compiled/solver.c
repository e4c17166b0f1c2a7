/* The walk of all people at once (solve.py, days.py, tasks.py): bundles of one history move through the machine in the order of time. */
#include "heard.h"

/* ------------------------------------------------------------ time */

static int earlier(const Entry *a, const Entry *b) { return a->at != b->at ? a->at < b->at : a->rank < b->rank; }

static void push_entry(Solver *s, Entry entry) {
    GROW(s, s->heap, s->heap_count, s->heap_room);
    size_t n = s->heap_count++;
    while (n > 0 && earlier(&entry, s->heap + (n - 1) / 2)) {
        s->heap[n] = s->heap[(n - 1) / 2];
        n = (n - 1) / 2;
    }
    s->heap[n] = entry;
}

static Entry pop_entry(Solver *s) {
    Entry first = s->heap[0], last = s->heap[--s->heap_count];
    size_t n = 0;
    for (;;) {
        size_t child = 2 * n + 1;
        if (child >= s->heap_count) break;
        if (child + 1 < s->heap_count && earlier(s->heap + child + 1, s->heap + child)) child++;
        if (!earlier(s->heap + child, &last)) break;
        s->heap[n] = s->heap[child];
        n = child;
    }
    if (s->heap_count) s->heap[n] = last;
    return first;
}

static size_t place_of(const Solver *s, u64 a, u64 b) {
    size_t n = (size_t)(a ^ b) & (s->wait_room - 1);
    while (s->waiting[n] != NULL && (s->waiting[n]->key[0] != a || s->waiting[n]->key[1] != b)) n = (n + 1) & (s->wait_room - 1);
    return n;
}

static Bundle *waiting_for(const Solver *s, u64 a, u64 b) { return s->waiting[place_of(s, a, b)]; }

static void more_room_to_wait(Solver *s) {
    Bundle **old = s->waiting;
    size_t room = s->wait_room;
    s->waiting = calloc(2 * room, sizeof *s->waiting);
    if (s->waiting == NULL) {
        s->waiting = old;
        fail(s, NO_MEMORY);
    }
    s->wait_room = 2 * room;
    for (size_t n = 0; n < room; n++)
        if (old[n] != NULL) s->waiting[place_of(s, old[n]->key[0], old[n]->key[1])] = old[n];
    free(old);
}

/* Look at the bundle again when its time has come; until then others of the same key join it. */
static void wait_for(Solver *s, u64 a, u64 b, Bundle *bundle) {
    if (2 * ++s->wait_count > s->wait_room) more_room_to_wait(s);
    bundle->key[0] = a;
    bundle->key[1] = b;
    s->waiting[place_of(s, a, b)] = bundle;
    push_entry(s, (Entry){bundle->at, ++s->pushed, bundle});
}

static void no_longer_waits(Solver *s, const Bundle *bundle) {
    size_t n = place_of(s, bundle->key[0], bundle->key[1]), mask = s->wait_room - 1;
    s->wait_count--;
    for (size_t next = (n + 1) & mask; s->waiting[next] != NULL; next = (next + 1) & mask) {
        size_t home = (size_t)(s->waiting[next]->key[0] ^ s->waiting[next]->key[1]) & mask;
        if (((next - home) & mask) >= ((next - n) & mask)) {
            s->waiting[n] = s->waiting[next];
            n = next;
        }
    }
    s->waiting[n] = NULL;
}

/* ------------------------------------------------------------ joining */

static Key put_waiting(Key key, const Bundle *b) {
    put(&key, b->pending_count);
    for (i32 n = 0; n < b->pending_count; n++) {
        put(&key, b->pending[n].told / 3600);
        put(&key, b->pending[n].event);
        put(&key, b->pending[n].step);
    }
    put(&key, b->review_count);
    for (i32 n = 0; n < b->review_count; n++) put(&key, b->review[n][0] * 4096 + b->review[n][1]);
    return key;
}

static Key put_people(Solver *s, Key key, const Bundle *b) {
    i64 people[] = {b->why, b->own_why, b->state, b->cohort, b->calendar, b->round, b->meetings, b->refused >= 0, b->answered < 0, b->fate, b->item_count};
    for (size_t n = 0; n < sizeof people / sizeof *people; n++) put(&key, people[n]);
    for (i32 n = 0; n < b->item_count; n++) {
        const Item *item = b->items + n;
        put(&key, ((i64)item->step << 32) + item->made * 2 + item->answer);
        put(&key, s->groups[item->groups].count);
    }
    return put_waiting(key, b);
}

/* When a touch was made: the older, the rougher. */
static i64 age_of(i64 age, i64 at) { return age < 7200 ? at / 300 : age < DAY ? at / 3600 : age < 4 * DAY ? at / 21600 : age < 14 * DAY ? at / DAY : 0; }

/* Bundles with one key are the same people from now on; `key` of bundle.py. */
static Key key_of(Solver *s, const Bundle *b, int loose, int small) {
    if (loose) {
        Key key = put_people(s, (Key){1, 2}, b);
        put(&key, floored(b->at, 21600));
        put(&key, floored(b->own_at, 21600));
        put(&key, b->own_why == COOLED || b->own_why == ASKED ? day_of(s->p, b->own_at) + (b->own_at >= s->p->end) : -1); /* on which day the list has them again */
        if (b->own_at >= 0) put(&key, b->address);
        return key;
    }
    small = small && b->pending_count == 0;
    Key key = put_people(s, (Key){3 + (u64)small, 4}, b);
    put(&key, b->address);
    i64 path[] = {b->last_step, b->touches > 0, b->held >= 0, (i64)(b->speed * 200)};
    for (size_t n = 0; n < sizeof path / sizeof *path; n++) put(&key, path[n]);
    for (i32 n = 0; n < CHANNELS; n++) put(&key, b->on_channel[n]);
    if (small) {
        i64 rough[] = {floored(b->at, 43200), floored(b->own_at, 43200), floored(b->expires, 86400), floored(b->planned, 86400)};
        for (size_t n = 0; n < sizeof rough / sizeof *rough; n++) put(&key, rough[n]);
        return key;
    }
    i64 exact = (b->why == DUE || b->why == BEGIN || b->why == MAKE) && b->held < 0 ? 300 : 1800;
    i64 clocks[] = {floored(b->at, exact),      floored(b->own_at, exact), floored(b->expires, 3600),
                    floored(b->planned, 3600), floored(b->held, 3600),    floored(b->touched, 3600)};
    for (size_t n = 0; n < sizeof clocks / sizeof *clocks; n++) put(&key, clocks[n]);
    for (i32 n = 0; n < b->made_count; n++)
        if (b->made[n] > b->at - WEEK) put(&key, b->made[n] / DAY);
    put(&key, -7);
    for (i32 n = 0; n < b->item_count; n++) put(&key, age_of(b->at - b->items[n].at, b->items[n].at));
    return key;
}

static i64 mean_of(i64 a, i64 b, double share) { return a == b ? a : (i64)nearbyint((double)a + (double)(b - a) * share); }

/* Add people of the same key: weights add up, instants and what is outstanding are averaged, the rest is the heavier part's. */
static void join(Solver *s, Bundle *b, Bundle *other) {
    double mine = mass_of(s, b), theirs = mass_of(s, other), share = theirs / (mine + theirs);
    if (mine + theirs <= 0.0) return;
    for (i32 n = 0; n < b->item_count; n++) {
        Item *a = b->items + n;
        const Item *c = other->items + n;
        if (share < 1e-6) continue;
        a->scale += (c->scale - a->scale) * share;
        if (a->at == c->at) continue;
        a->at = mean_of(a->at, c->at, share);
        if (share > 0.5) a->groups = c->groups;
        a->last = a->at + s->groups[a->groups].last;
    }
    i64 at = mean_of(b->at, other->at, share), own_at = mean_of(b->own_at, other->own_at, share), seen = mean_of(b->seen, other->seen, share);
    if (share > 0.5) { /* the row is the heavier part's */
        Bundle mine_of = *b;
        i32 room = b->item_room, items = b->item_count;
        memcpy(b, other, sizeof(Bundle));
        b->items = mine_of.items;
        b->item_room = room;
        b->item_count = items;
        b->address = mine_of.address;
        b->fate = mine_of.fate;
        b->clocked = mine_of.clocked;
        b->why = mine_of.why;
        b->news = mine_of.news;
        b->hears_code = mine_of.hears_code;
        b->hears_unclear = mine_of.hears_unclear;
        b->hears = mine_of.hears;
        b->key[0] = mine_of.key[0];
        b->key[1] = mine_of.key[1];
    }
    b->at = at;
    b->own_at = own_at;
    b->seen = seen;
    for (i32 k = 0; k < kinds_of(s, b); k++) b->w[k] += other->w[k];
}

static void push(Solver *s, Bundle *b) {
    i64 kind = s->p->state_kind[b->state];
    int loose = kind == END || (kind == START && b->own_why != ENROL) || (kind == TASK && s->p->state_task[b->state] != REVIEW);
    Key key = key_of(s, b, loose, mass_of(s, b) < s->small);
    Bundle *found = waiting_for(s, key.a, key.b);
    if (found == NULL) {
        wait_for(s, key.a, key.b, b);
        return;
    }
    join(s, found, b);
    drop(s, b);
}

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

static void handle(Solver *s, Bundle *b);

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

/* ------------------------------------------------------------ touches */

/* As the reference engine's `enrol`. */
static void enrol(Solver *s, Bundle *b, i64 now) {
    if (s->p->state_kind[b->state] != START) return;
    int again = b->round >= 0;
    double mass = mass_of(s, b);
    b->round++;
    b->last_step = -1;
    memset(b->on_channel, 0, sizeof b->on_channel);
    count(s, again ? N_REENROLLED : N_ENROLLED, b->cohort, mass);
    if (!again) mark_curve(s, C_ENROLLED, b->cohort, now, mass);
    take(s, b, E_ENROLLED, -1, now);
}

/* Work on a review, a hand-off or a meeting begins. Those who do not show up take nobody's time. */
static void work_on(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    i64 what = p->state_task[b->state], role = role_in(p, b->state, b->cohort, what), seconds = p->task_seconds[b->cohort * TASKS + what];
    if (what == MEETING) {
        double chance = b->fate & 4 ? 0.0 : p->chain[p->cohort_held[b->cohort]];
        Bundle *part = share_of(s, b);
        for (i32 k = 0; k < kinds_of(s, b); k++) {
            part->w[k] = b->w[k] * (1.0 - chance);
            b->w[k] *= chance;
        }
        part->fate |= 4;
        if (mass_of(s, part) > TINY) {
            take(s, part, E_MEETING_MISSED, -1, now);
            advance(s, part, now);
        } else drop(s, part);
    }
    work(s, role, (double)seconds * mass_of(s, b), now);
    b->own_at = now + stretch(p, role, seconds);
    b->own_why = what == REVIEW ? READ : what == HANDOFF ? DONE : HELD;
}

/* Somebody's work on a mail or on a task begins. */
static void begin(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    if (p->state_kind[b->state] == TASK) {
        work_on(s, b, now);
        return;
    }
    i32 step = (i32)p->state_step[b->state];
    if (!still_wanted(s, b, step, now)) return;
    i64 role = p->step_role[step], seconds = p->step_seconds[step];
    work(s, role, (double)seconds * mass_of(s, b), now);
    b->own_at = forward(p, p->forward_window[b->calendar * COLUMNS + p->step_channel[step]], now + stretch(p, role, seconds));
    b->own_why = MAKE;
}

static double speed_of(const Solver *s, const Bundle *b, i64 now) {
    const Given *p = s->p;
    i64 length = p->cohort_slice[b->cohort];
    if (!length) return 1.0;
    double floor = p->chain[p->cohort_floor[b->cohort]];
    i64 slice = (now - b->enrolled) / length;
    return floor + (1.0 - floor) * p->halves[slice < p->halves_count - 1 ? slice : p->halves_count - 1];
}

/* Those whose address is bad get their mail back; of the others, those whom it reaches may answer. Then the machine goes on. */
static void good_and_bad(Solver *s, Bundle *b, i32 step, Touch touch, double placement, i64 now) {
    i64 channel = s->p->step_channel[step];
    Bundle *bad = bad_address(s, b, step, &touch);
    b->on_channel[channel]++;
    if (bad != NULL) {
        bad->on_channel[channel]++;
        add_item(s, bad, (Item){step, bad->touches, touch.bounce, 0, now, -1, 0, 1.0, 0});
        take(s, bad, E_DONE, -1, now);
        advance(s, bad, now);
    }
    if (touch.lands != NULL) {
        Bundle *lost = share_of(s, b);
        for (i32 k = 0; k < kinds_of(s, b); k++) {
            lost->w[k] = b->w[k] * (1.0 - touch.lands[k] * placement);
            b->w[k] *= touch.lands[k] * placement;
        }
        if (mass_of(s, lost) > TINY) {
            take(s, lost, E_DONE, -1, now);
            advance(s, lost, now);
        } else drop(s, lost);
    }
    if (s->p->step_answer[step] != NONE) add_items(s, b, step, &touch, touch.lands != NULL ? 1.0 : placement, now);
    take(s, b, E_DONE, -1, now);
}

/* As the reference engine's `make`, with chances instead of draws. */
static void make(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    i32 step = (i32)p->state_step[b->state], kinds = kinds_of(s, b);
    if (b->touches >= MOST || !still_wanted(s, b, step, now)) return;
    i64 channel = p->step_channel[step], kind = p->step_answer[step], sender = p->step_sender[step], role = p->step_role[step];
    double mass = mass_of(s, b), reputation = sender >= 0 ? s->reputation[sender] : 1.0;
    b->round += step <= b->last_step;
    b->last_step = step;
    b->touches++;
    if (b->touches == 1) b->speed = speed_of(s, b, now);
    p->touches[step] += mass;
    p->channel_weekly[step * p->weeks + week_of(p, now)] += mass;
    mark_curve(s, C_TOUCHES, b->cohort, now, mass);
    if (b->refused >= 0) count(s, N_CONTACTS_AFTER_NO, b->cohort, mass);
    if (kind == EMAIL && sender >= 0) p->mails[sender * p->days + day_of(p, now)] += mass;
    i32 recent = 0;
    for (i32 n = 0; n < b->made_count; n++)
        if (b->made[n] > now - WEEK) b->made[recent++] = b->made[n];
    if (recent == DEPTH) {
        memmove(b->made, b->made + 1, (size_t)(--recent) * sizeof *b->made);
    }
    i32 before = b->on_channel[channel] < DEPTH - 1 ? b->on_channel[channel] : DEPTH - 1;
    Touch touch = *touch_of(s, (Setting){step, before, recent, b->refused >= 0, b->speed, fmax(1.0, reputation)});
    b->made[recent++] = now;
    b->made_count = recent;
    if (kind != EMAIL || role == p->nobody) {
        double talks = 0.0;
        for (i32 k = 0; kind == PHONE && touch.first != NULL && k < kinds; k++) talks += b->w[k] * touch.first[k];
        work(s, role, (double)p->step_seconds[step] * mass + (kind == PHONE ? (double)p->step_talk[step] * talks : 0.0), now);
    }
    good_and_bad(s, b, step, touch, kind == EMAIL ? fmin(1.0, reputation) : 1.0, now);
}

/* The meeting is set: at each of a few equally likely distances, in the owner's hours. */
static void meet(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    i64 role = role_in(p, b->state, b->cohort, MEETING), width;
    const i64 *table = p->tables + p->cohort_lead_time[b->cohort] * POINTS;
    i64 number = points(s, table, mass_of(s, b), &width);
    for (i64 n = 0; n < number; n++) {
        Bundle *part = share_of(s, b);
        for (i32 k = 0; k < kinds_of(s, b); k++) part->w[k] = b->w[k] / (double)number;
        part->own_at = hours(p, role, -1, forward(p, p->role_window[role], now + table[n * width + width / 2]));
        part->own_why = BEGIN;
        advance(s, part, now);
    }
    for (i32 k = 0; k < kinds_of(s, b); k++) b->w[k] = 0.0;
}

/* ------------------------------------------------------------ colleagues */

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
