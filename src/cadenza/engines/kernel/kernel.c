/* The kernel: what happens, in the order of `simpy_engine`, from a program to the counts of one replication.

   One translation unit, C11 and nothing else. Compiled by build.py, called by kernel_engine.py through ctypes. It keeps no state between calls,
   so that threads may run replications side by side. */
#include "crowd.h"
#include "begin.h"

/* How late each touch and hand-off was, for whoever adds runs up. */
static void give_lateness(Sim *s) {
    TakeLateness take = (TakeLateness)s->out->take_lateness;
    for (i64 cohort = 0; cohort < s->p->cohort_count; cohort++)
        for (int kind = 0; kind < 2; kind++) {
            Lates *lates = (kind ? s->handoff_late : s->touch_late) + cohort;
            fold_late(s, lates);
            if (take(cohort, kind, lates->known, (i64)lates->known_count, (i64)lates->punctual)) longjmp(s->failed, 2);
        }
}

/* Where everybody who was enrolled stands at the horizon, by playbook. */
static void sum_up_people(Sim *s) {
    for (i32 i = FIRST_ROW; i < s->row_count; i++) count_standing(s, s->rows + i);
}

/* Mails by week: of days of the organization, of which a clock change may leave one over. */
static void sum_up_mails(Sim *s) {
    i64 weeks = s->p->weeks;
    for (i64 sender = 0; sender < s->p->sender_count; sender++)
        for (i64 day = 0; day < s->days; day++) {
            i64 week = day / 7 < weeks ? day / 7 : weeks - 1;
            s->out->sent_weekly[sender * weeks + week] += s->sends[sender * s->days + day];
            s->out->sent[sender] += s->sends[sender * s->days + day];
        }
}

static void live(Sim *s) {
    i64 slots = (s->p->end >> SLOT_SHIFT) + 1;
    for (i64 slot = 0; slot < slots; slot++) {
        open_slot(s, slot);
        for (i64 second; (second = next_second(s)) >= 0;) instant(s, second);
    }
    if (s->tracing) hand_over(s);
    if (s->out->take_lateness) give_lateness(s);
    sum_up_late(s);
    sum_up_people(s);
    sum_up_mails(s);
}

/* One replication. The arrays of `out` are the caller's, and zero. 0, or 1: out of memory, or 2: a function of the caller's could not go on. */
int cadenza_run(const Program *program, const Rates *rates, Result *out) {
    Sim *s = calloc(1, sizeof *s);
    if (s == NULL) return 1;
    s->p = program;
    s->r = rates;
    s->out = out;
    s->room = out->room;
    s->room_left = out->room ? (size_t)out->room_size : 0;
    s->tracing = out->take_events != NULL;
    int failed = setjmp(s->failed);
    if (!failed) {
        if (s->tracing) s->told = fresh(s, TOLD, sizeof *s->told);
        set_up(s);
        live(s);
    }
    out->rows = s->row_count - FIRST_ROW;
    free_all(s);
    free(s);
    return failed;
}

/* The sizes that the packer must agree with. */
void cadenza_sizes(i64 *sizes) {
    sizes[0] = sizeof(Program);
    sizes[1] = sizeof(Rates);
    sizes[2] = sizeof(Result);
    sizes[3] = sizeof(Told);
    sizes[4] = sizeof(Crowd);
    sizes[5] = sizeof(Found);
}
