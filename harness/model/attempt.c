#include "model/attempt.h"

#include <stdlib.h>
#include <string.h>

const char *attempt_answer_name(enum attempt_answer answer)
{
    static const char *const names[ATTEMPT_ANSWERS_COUNT] = {
        [ATTEMPT_REACHED] = "reached",
        [ATTEMPT_NOT_REACHED] = "not reached",
        [ATTEMPT_NOT_RESOLVED] = "not resolved",
        [ATTEMPT_WRONG] = "wrong",
        [ATTEMPT_FAILED] = "failed",
    };
    return names[answer];
}

void trial_free(struct trial *trial)
{
    if (trial == NULL) {
        return;
    }
    free(trial->reason);
    free(trial->printed);
    memset(trial, 0, sizeof *trial);
}
