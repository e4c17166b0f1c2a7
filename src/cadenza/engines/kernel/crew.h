/* Who is under way, and only they, have rows: a person's is taken back when nothing can happen to them any more, and given to the next. What is left of
   them is counted, and one number says that they are gone.

   That is so at an end without a cooldown, when no entry of the agenda is about the person and nobody of the same account can bring news: the end does not
   listen to colleagues, or they all stand at such an end too. Where playbooks share people, everybody keeps their rows. */
#ifndef CREW_H
#define CREW_H
#include "funnel.h"

static inline int is_nobody(const Sim *s, const Row *row) { return row < s->rows + FIRST_ROW; }

/* The person may have come to the end: looked at when the instant is over. */
static void may_leave(Sim *s, const Row *row) {
    if (!s->p->shared) add_number(s, &s->leaving, number_of(row));
}

/* One of the entries that are about the person is there. A count that is full stays so. */
static inline void has_come(Sim *s, Row *row) {
    if (row->coming < UINT16_MAX) row->coming--;
    if (!row->coming && s->spots[row->state].kind == END) may_leave(s, row);
}

/* Where somebody who was enrolled stands. */
static void count_standing(const Sim *s, const Row *row) {
    const Program *p = s->p;
    if (!row->flags || row->round < 0) return;
    i64 cohort = row->cohort, kind = s->spots[row->state].kind, *standing = s->out->standing + 3 * cohort;
    if (kind == END) s->out->ended[cohort * p->outcome_count + p->state_outcome[row->state]]++;
    else standing[kind == START ? 0 : 1]++;
    standing[2] += row->answered < 0;
}

static int hears_nothing(const Sim *s, const Row *row) { return !row->coming && s->spots[row->state].kind == END; }

static void take_back(Sim *s, Row *row) {
    count_standing(s, row);
    if (row->flags & RARE) {
        Rare *rare = s->rare + place_of(s, row);
        drop_notes(s, &rare->pending);
        drop_notes(s, &rare->review);
        memset(rare, 0, sizeof *rare);
    }
    row->flags = 0;
    row->stamp = row->due = -1;
    s->place[row->number] = GONE;
    row->number = 0;
    i32 place = (i32)place_of(s, row);
    if (s->first_spare) s->rows[s->last_spare].number = (u32)place;
    else s->first_spare = place;
    s->last_spare = place;
}

/* Whether everybody of the account who is not gone hears nothing either. */
static int all_quiet(const Sim *s, i64 account) {
    const Program *p = s->p;
    for (i64 i = p->colleagues[account]; i < p->colleagues[account + 1]; i++) {
        i32 place = s->place[p->colleague[i]];
        if (place == NOBODY_YET || (place != GONE && !hears_nothing(s, s->rows + place))) return 0;
    }
    return 1;
}

static void let_go(Sim *s) {
    const Program *p = s->p;
    for (u32 n = 0; n < s->leaving.count; n++) {
        i32 person = s->leaving.at[n], place = s->place[person];
        if (place == GONE || !hears_nothing(s, s->rows + place)) continue;
        if (s->alone) {
            take_back(s, s->rows + place);
            continue;
        }
        i64 account = p->person_account[person], first = p->colleagues[account], end = p->colleagues[account + 1];
        if (end - first == 1 || s->deaf[s->rows[place].state]) take_back(s, s->rows + place);
        if (end - first == 1 || !all_quiet(s, account)) continue;
        for (i64 i = first; i < end; i++)
            if (s->place[p->colleague[i]] != GONE) take_back(s, s->rows + s->place[p->colleague[i]]);
    }
    s->leaving.count = 0;
}

/* Which ends no news of a colleague leads away from. */
static void set_up_crew(Sim *s) {
    static const i32 news[4] = {E_ACCOUNT_REPLIED_NEGATIVE, E_ACCOUNT_MEETING_BOOKED, E_ACCOUNT_OPTED_OUT, E_ACCOUNT_BECAME_CUSTOMER};
    s->alone = s->p->account_count == s->p->person_count;
    s->deaf = fresh(s, (size_t)s->p->state_count, 1);
    for (i64 state = 0; state < s->p->state_count; state++) {
        s->deaf[state] = s->spots[state].kind == END;
        for (int i = 0; i < 4; i++) s->deaf[state] &= s->go[state * s->p->events + news[i]] < 0;
    }
}

#endif
