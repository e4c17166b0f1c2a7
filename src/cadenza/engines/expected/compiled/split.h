/* What a touch may bring (answers.py), and how a bundle divides while it waits (split.py). */
#ifndef SPLIT_H
#define SPLIT_H
#include "hours.h"

#define CROWDED 0.05
#define LEAST_PART 1e-12
#define WORTH 0.1

/* Where stretches end: at `hard` ones always, at `soft` ones where there are people enough. */
typedef struct {
    const i64 *hard, *soft;
    i64 hard_count, soft_count;
} Edges;

typedef struct {
    const i64 *at;
    i64 count;
} Instants;

typedef struct {
    i32 item;      /* number in the bundle */
    double *before, *ratio;
} Live;

/* How many of a delay's slices are over at that age. */
static inline i64 until(const Delay *delay, i64 age) { return age < delay->table[0] ? 0 : age >= delay->last ? delay->size : after_value(delay->table, age, 0, delay->size); }

static i32 new_groups(Solver *s, i32 kinds, i32 count) {
    GROW(s, s->groups, s->group_count, s->group_room);
    Groups *made = s->groups + s->group_count;
    *made = (Groups){count, kinds, -1, 0, keep(s, (size_t)count * sizeof(Group))};
    return (i32)s->group_count++;
}

static void set_group(Solver *s, i32 groups, i32 n, i32 delay, i32 events, i32 *code, double *chance, double *total) {
    Groups *all = s->groups + groups;
    Group *group = all->group + n;
    *group = (Group){delay, events, EVENTS, code, chance, total};
    if (s->delays[delay].last > all->last) all->last = s->delays[delay].last;
    for (i32 e = 0; e < events; e++)
        if (code[e] < group->rank) group->rank = code[e];
}

/* What is left of groups once the person has spoken: the notes that a machine sends. 0: nothing. */
static i32 notes_of(Solver *s, i32 groups) {
    if (groups == 0) return 0;
    if (s->groups[groups].notes >= 0) return s->groups[groups].notes;
    i32 count = 0, kinds = s->groups[groups].kinds;
    for (i32 n = 0; n < s->groups[groups].count; n++)
        for (i32 e = 0; e < s->groups[groups].group[n].events; e++) count += s->groups[groups].group[n].code[e] == E_REPLIED_OUT_OF_OFFICE;
    i32 made = count ? new_groups(s, kinds, count) : 0, at = 0;
    for (i32 n = 0; n < s->groups[groups].count; n++) {
        Group *group = s->groups[groups].group + n;
        for (i32 e = 0; e < group->events; e++)
            if (group->code[e] == E_REPLIED_OUT_OF_OFFICE)
                set_group(s, made, at++, group->delay, 1, group->code + e, group->chance + e * kinds, group->chance + e * kinds);
    }
    s->groups[groups].notes = made;
    if (made) s->groups[made].notes = made;
    return made;
}

/* Whether an event in answer to a touch stands behind `code` in answer to another, in the order of one second. */
static int comes_after(i32 event, const Item *item, i32 code, const Item *own) {
    if (event != code) return event > code;
    return item->step != own->step ? item->step > own->step : item->made > own->made;
}

/* The share of each kind that has not answered by then; of what comes in that very second, what ranks before `code` of a touch that was `made`. */
static void silent(const Solver *s, const Item *item, i64 at, i32 code, const Item *own, double *left) {
    const Groups *groups = s->groups + item->groups;
    for (i32 k = 0; k < groups->kinds; k++) left[k] = 1.0;
    for (i32 n = 0; n < groups->count; n++) {
        const Group *group = groups->group + n;
        const Delay *delay = s->delays + group->delay;
        i64 over = until(delay, at - item->at);
        if (own != NULL && delay->size == 1 && at - item->at == delay->last) { /* all of it comes in that second */
            for (i32 e = 0; e < group->events; e++)
                for (i32 k = 0; k < groups->kinds && !comes_after(group->code[e], item, code, own); k++) left[k] -= item->scale * group->chance[e * groups->kinds + k];
        } else if (over > 0) {
            double share = item->scale * (double)over / (double)delay->size;
            for (i32 k = 0; k < groups->kinds; k++) left[k] -= share * group->total[k];
        }
    }
}

static int is_refusal(i32 code) { return code == E_UNSUBSCRIBED || code == E_COMPLAINED || code == E_REPLIED_NEGATIVE; }

/* What may be said in unclear words. */
static int is_reply(i32 code) {
    return code == E_REPLIED_POSITIVE || code == E_REPLIED_NEGATIVE || code == E_REPLIED_NOT_NOW || code == E_REPLIED_WRONG_PERSON;
}

/* The seconds of the wait in which something comes that comes in no other: what else is heard comes before or after, or ties with it. */
static Instants certain(Solver *s, const Bundle *b, const Live *live, i32 lives, i64 now, i64 end) {
    i64 room = 0;
    for (i32 n = 0; n < lives; n++) room += s->groups[b->items[live[n].item].groups].count;
    i64 *found = bump(s, &s->scratch, (size_t)(room + 1) * sizeof(i64)), count = 0;
    for (i32 n = 0; n < lives; n++) {
        const Item *item = b->items + live[n].item;
        const Groups *groups = s->groups + item->groups;
        for (i32 g = 0; g < groups->count; g++) {
            const Delay *delay = s->delays + groups->group[g].delay;
            if (delay->size == 1 && now < item->at + delay->last && item->at + delay->last <= end) found[count++] = item->at + delay->last;
        }
    }
    return (Instants){found, count};
}

/* Stretches end there, too. */
static Edges with(Solver *s, Edges edges, Instants sure) {
    i64 *hard = bump(s, &s->scratch, (size_t)(edges.hard_count + sure.count + 1) * sizeof(i64));
    if (edges.hard_count) memcpy(hard, edges.hard, (size_t)edges.hard_count * sizeof(i64));
    memcpy(hard + edges.hard_count, sure.at, (size_t)sure.count * sizeof(i64));
    return (Edges){hard, edges.soft, edges.hard_count + sure.count, edges.soft_count};
}

/* The share of each kind that has by then heard nothing of any other touch. */
static void others_of(Solver *s, const Bundle *b, const Live *live, i32 lives, i32 own, i32 code, i64 at, double *left) {
    i32 kinds = kinds_of(s, b);
    Mark here = mark(s);
    double *still = scratch(s, kinds);
    for (i32 k = 0; k < kinds; k++) left[k] = 1.0;
    for (i32 n = 0; n < lives; n++) {
        if (n == own) continue;
        const Item *item = b->items + live[n].item;
        silent(s, item, at, code, b->items + live[own].item, still);
        for (i32 k = 0; k < kinds; k++) left[k] = left[k] * (still[k] > 0.0 ? still[k] : 0.0) / live[n].before[k];
    }
    release(s, here);
}

static i64 clipped(i64 value, i64 low, i64 high) { return value < low ? low : value > high ? high : value; }

/* Slices of the table: at hard edges always; at soft ones where the mass is worth it, else in fewer and equal ones. Gives how many cuts. */
static i64 stretches(const Delay *delay, i64 first, i64 last, i64 start, Edges edges, double most, i64 *cuts) {
    i64 count = 0;
    cuts[count++] = first;
    cuts[count++] = last;
    if (last - first == 1 || (most < 2.0 && edges.hard_count == 0)) return count;
    for (i64 n = 0; n < edges.hard_count; n++) cuts[count++] = clipped(until(delay, edges.hard[n] - start), first, last);
    if (most >= 2.0 && most < (double)(edges.soft_count + 1)) {
        i64 parts = (i64)most < last - first ? (i64)most : last - first;
        for (i64 n = 1; n < parts; n++) cuts[count++] = first + (last - first) * n / parts;
    } else if (most >= 2.0) {
        for (i64 n = 0; n < edges.soft_count; n++) cuts[count++] = clipped(until(delay, edges.soft[n] - start), first, last);
    }
    i64 kept = 1;
    for (i64 n = 1; n < count; n++) { /* nearly in order already */
        i64 value = cuts[n], at = n;
        while (at > 0 && cuts[at - 1] > value) cuts[at] = cuts[at - 1], at--;
        cuts[at] = value;
    }
    for (i64 n = 1; n < count; n++)
        if (cuts[n] != cuts[kept - 1]) cuts[kept++] = cuts[n];
    return kept;
}

/* The edges strictly inside. */
static void between(const i64 *edges, i64 count, i64 now, i64 end, const i64 **from, i64 *found) {
    i64 low = after_value(edges, now, 0, count), high = after_value(edges, end - 1, 0, count);
    *from = edges + low;
    *found = high > low ? high - low : 0;
}

/* ------------------------------------------------------------ touches */

static i64 add_delay(Solver *s, const i64 *table, i64 size) {
    GROW(s, s->delays, s->delay_count, s->delay_room);
    s->delays[s->delay_count] = (Delay){table, table[0] == table[size - 1] ? 1 : size, table[size - 1]};
    return (i64)s->delay_count++;
}

static double *reals(Solver *s, const double **from, i64 count) {
    double *made = keep(s, (size_t)count * sizeof(double));
    memcpy(made, *from, (size_t)count * sizeof(double));
    *from += count;
    return made;
}

static i32 read_groups(Solver *s, const i64 **n, const double **x, i32 kinds) {
    i32 count = (i32)*(*n)++;
    if (count == 0) return 0;
    i32 groups = new_groups(s, kinds, count);
    for (i32 i = 0; i < count; i++) {
        i32 delay = (i32)*(*n)++, events = (i32)*(*n)++;
        i32 *code = keep(s, (size_t)events * sizeof(i32));
        for (i32 e = 0; e < events; e++) code[e] = (i32)*(*n)++;
        double *chance = reals(s, x, (i64)events * kinds), *total = reals(s, x, kinds);
        set_group(s, groups, i, delay, events, code, chance, total);
    }
    return groups;
}

/* Python's answer to `ask_touch`, in the order of `compiled.py`. */
static void read_touch(Solver *s, const i64 *n, const double *x) {
    i32 kinds = (i32)n[0];
    Touch touch = {.waits = (i32)n[1], .any_bad = (i32)n[2], .first_code = (i32)n[5], .looks = (i32)n[6]};
    touch.bad = reals(s, &x, kinds);
    if (n[3]) touch.first = reals(s, &x, kinds);
    if (n[4]) touch.lands = reals(s, &x, kinds);
    n += 7;
    touch.groups = read_groups(s, &n, &x, kinds);
    touch.first_groups = read_groups(s, &n, &x, kinds);
    touch.bounce = read_groups(s, &n, &x, kinds);
    touch.look = keep(s, (size_t)(touch.looks + 1) * sizeof(i32));
    for (i32 i = 0; i < touch.looks; i++) touch.look[i] = read_groups(s, &n, &x, kinds);
    *s->asked = touch;
}

static const Touch *touch_of(Solver *s, Setting setting) {
    for (size_t n = s->touch_count; n > 0; n--) {
        const Setting *known = &s->touches[n - 1].setting;
        if (known->step == setting.step && known->channel == setting.channel && known->recent == setting.recent && known->refused == setting.refused &&
            known->speed == setting.speed && known->placed == setting.placed)
            return s->touches + n - 1;
    }
    Touch made;
    s->asked = &made;
    if (s->ask_touch(s, setting.step, setting.channel, setting.recent, setting.refused, setting.speed, setting.placed) != 0) fail(s, BY_CALLER);
    made.setting = setting;
    GROW(s, s->touches, s->touch_count, s->touch_room);
    s->touches[s->touch_count] = made;
    return s->touches + s->touch_count++;
}

/* ------------------------------------------------------------ dividing */

typedef struct {
    const Bundle *bundle;
    i64 now, end;
    Edges ends;
} Wait;

static Edges edges_of(Solver *s, const Wait *wait, i32 code, i32 step, int unclear); /* machine.h */

typedef struct {
    Part *first, **last;
} Parts;

static void cut(Solver *s, const Bundle *b, const Wait *wait, const Live *live, i32 lives, i32 own, const Group *group, i32 e, int unclear, double share_of_all,
                const double *others, int crowded, Instants sure, Parts *parts) {
    const Item *item = b->items + live[own].item;
    const Delay *delay = s->delays + group->delay;
    i32 kinds = kinds_of(s, b), code = group->code[e];
    i64 first = until(delay, wait->now - item->at), last = until(delay, wait->end - item->at);
    double *whole = scratch(s, kinds), sum = 0.0;
    for (i32 k = 0; k < kinds; k++) {
        whole[k] = b->w[k] / live[own].before[k] * item->scale * group->chance[e * kinds + k];
        sum += whole[k];
    }
    double mass = sum * share_of_all * (double)(last - first) / (double)delay->size;
    if (mass <= LEAST_PART) return;
    Edges edges = edges_of(s, wait, code, item->step, unclear);
    if (crowded && sure.count && mass > WORTH * s->grain) edges = with(s, edges, sure);
    i64 *cuts = bump(s, &s->scratch, (size_t)(edges.hard_count + edges.soft_count + 4) * sizeof(i64));
    i64 count = stretches(delay, first, last, item->at, edges, mass / s->grain, cuts);
    for (i64 n = 0; n + 1 < count; n++) {
        i64 i = cuts[n], j = cuts[n + 1], at = item->at + delay->table[(i + j) / 2 < delay->size ? (i + j) / 2 : delay->size - 1];
        at = at > wait->now + 1 ? at : wait->now + 1;
        Part *part = bump(s, &s->scratch, sizeof(Part));
        *part = (Part){NULL, at < wait->end ? at : wait->end, live[own].item, code, unclear, scratch(s, kinds)};
        double share = share_of_all * (double)(j - i) / (double)delay->size;
        if (crowded) {
            others_of(s, b, live, lives, own, code, part->at, part->w);
            for (i32 k = 0; k < kinds; k++) part->w[k] = whole[k] * share * part->w[k];
        } else {
            for (i32 k = 0; k < kinds; k++) part->w[k] = whole[k] * share * others[k];
        }
        *parts->last = part;
        parts->last = &part->next;
    }
}

static void cut_item(Solver *s, const Bundle *b, const Wait *wait, const Live *live, i32 lives, i32 own, double unclear, Parts *parts) {
    i32 kinds = kinds_of(s, b);
    const Item *item = b->items + live[own].item;
    double *others = scratch(s, kinds), least = 1.0;
    for (i32 k = 0; k < kinds; k++) {
        double product = 1.0;
        for (i32 n = 0; n < lives; n++)
            if (n != own) product *= live[n].ratio[k];
        others[k] = sqrt(product);
        if (others[k] < least) least = others[k];
    }
    Instants sure = certain(s, b, live, lives, wait->now, wait->end);
    int crowded = lives > 1 && (least < 1.0 - CROWDED || sure.count);
    const Groups *groups = s->groups + item->groups;
    for (i32 n = 0; n < groups->count; n++) {
        const Delay *delay = s->delays + groups->group[n].delay;
        if (until(delay, wait->end - item->at) <= until(delay, wait->now - item->at)) continue;
        for (i32 e = 0; e < groups->group[n].events; e++) {
            int reply = is_reply(groups->group[n].code[e]);
            cut(s, b, wait, live, lives, own, groups->group + n, e, 0, reply ? 1.0 - unclear : 1.0, others, crowded, sure, parts);
            if (reply && unclear > 0.0) cut(s, b, wait, live, lives, own, groups->group + n, e, 1, unclear, others, crowded, sure, parts);
        }
    }
}

/* The parts that hear something in (now, until]; the bundle keeps the rest. */
static Part *divide(Solver *s, Bundle *b, const Wait *wait, double unclear) {
    i32 kinds = kinds_of(s, b), lives = 0;
    Live *live = bump(s, &s->scratch, (size_t)(b->item_count + 1) * sizeof(Live));
    for (i32 n = 0; n < b->item_count; n++) {
        if (b->items[n].last <= wait->now) continue;
        b->items[lives] = b->items[n];
        const Item *item = b->items + lives;
        double *before = scratch(s, kinds), *ratio = scratch(s, kinds);
        silent(s, item, wait->now, 0, NULL, before);
        silent(s, item, wait->end, 0, NULL, ratio);
        for (i32 k = 0; k < kinds; k++) {
            before[k] = before[k] > LEAST_PART ? before[k] : LEAST_PART;
            ratio[k] /= before[k];
            ratio[k] = ratio[k] < 0.0 ? 0.0 : ratio[k] > 1.0 ? 1.0 : ratio[k];
        }
        live[lives] = (Live){lives, before, ratio};
        lives++;
    }
    b->item_count = lives;
    if (lives == 0) return NULL;
    double *gone = scratch(s, kinds), sum = 0.0;
    for (i32 k = 0; k < kinds; k++) {
        double keeps = 1.0;
        for (i32 n = 0; n < lives; n++) keeps *= live[n].ratio[k];
        gone[k] = b->w[k] * (1.0 - keeps);
        sum += gone[k];
    }
    if (sum <= LEAST_PART) return NULL;
    Parts parts = {NULL, &parts.first};
    for (i32 n = 0; n < lives; n++) cut_item(s, b, wait, live, lives, n, unclear, &parts);
    if (parts.first == NULL) return NULL;
    double *sums = scratch(s, kinds);
    for (i32 k = 0; k < kinds; k++) sums[k] = 0.0;
    for (Part *part = parts.first; part != NULL; part = part->next)
        for (i32 k = 0; k < kinds; k++) sums[k] += part->w[k];
    for (i32 k = 0; k < kinds; k++) {
        double scale = sums[k] > 0.0 ? gone[k] / sums[k] : 0.0;
        b->w[k] -= sums[k] * scale;
        for (Part *part = parts.first; part != NULL; part = part->next) part->w[k] *= scale;
    }
    return parts.first;
}

#endif
