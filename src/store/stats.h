/*
 * Figures over sessions created in a span of time. Rates and averages of nothing are NAN.
 */
#pragma once

#include "store/store.h"

struct stats {
        int64_t total_sessions, completed_sessions;
        double success_rate;              /* completed of total, 0 to 1 */
        double average_completion_time_s; /* creation to completion */
        /* Of the sessions that tried the step, those that passed it; 0 to 1. */
        double phone_success_rate, email_success_rate, id_card_success_rate, face_success_rate;
        int64_t recent_completions, recent_failures; /* of the 24 h before now, whatever the span */
};

/* Created at or after `from_ms` and before `to_ms`; 0: open. */
NODISCARD enum rc stats_load(struct tx *tx, int64_t from_ms, int64_t to_ms, int64_t now_ms,
                             struct stats *ret);
