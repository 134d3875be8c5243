#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "model/exercise.h"
#include "show/attempt.h"

enum { DIGITS = 10 };

static json_t *ratio_to_json(const struct ratio *ratio)
{
    json_t *json = json_object();
    json_set_double(json, "ratio", ratio->ratio);
    json_set_double(json, "low", ratio->low);
    json_set_double(json, "high", ratio->high);
    return json;
}

/* Null unless the program was right and timed. */
static json_t *score_to_json(const struct attempt *attempt)
{
    const struct score *score = &attempt->score;
    if (!isfinite(score->yours.ratio) || attempt->answer == ATTEMPT_WRONG ||
        attempt->answer == ATTEMPT_FAILED) {
        return json_null();
    }
    json_t *json = json_object(), *fraction = json_object();
    json_set_text(json, "baseline", attempt->lab->variants[attempt->lab->baseline].name);
    json_set_u64(json, "size", attempt->run->plan.sizes[0]);
    json_set_text(json, "clock", score->by_cpu ? "cpu" : "real");
    json_set_double(json, "confidence", 0.95);
    json_object_set_new(json, EXERCISE_YOURS, ratio_to_json(&score->yours));
    json_object_set_new(json, EXERCISE_SOLUTION, ratio_to_json(&score->solution));
    json_set_double(fraction, "value", score->fraction);
    json_set_double(fraction, "low", score->low);
    json_set_double(fraction, "high", score->high);
    json_object_set_new(json, "fraction", fraction);
    json_set_double(json, "target_fraction", score->target);
    json_set_double(json, "target_ratio", score->target_ratio);
    return json;
}

static json_t *failure_to_json(const struct attempt *attempt)
{
    if (attempt->answer != ATTEMPT_WRONG && attempt->answer != ATTEMPT_FAILED) {
        return json_null();
    }
    json_t *json = json_object();
    json_set_text(json, "status", cell_status_name(attempt->status));
    json_set_text(json, "reason", attempt->reason);
    json_object_set_new(json, "size",
                        attempt->size == 0 ? json_null() : json_integer((json_int_t)attempt->size));
    json_object_set_new(
        json, "seed",
        attempt->problem_seed == 0 ? json_null() : json_integer((json_int_t)attempt->problem_seed));
    return json;
}

enum status attempt_print_json(const struct attempt *attempt, FILE *out)
{
    json_t *json = json_object();
    json_set_text(json, "schema", ATTEMPT_SCHEMA);
    json_set_text(json, "lab", attempt->lab->name);
    json_set_text(json, "file", attempt->file);
    json_set_text(json, "answer", attempt_answer_name(attempt->answer));
    json_set_u64(json, "seed", attempt->seed);
    json_set_u64(json, "right_count", attempt->trial.right_count);
    json_object_set_new(json, "failure", failure_to_json(attempt));
    json_object_set_new(json, "score", score_to_json(attempt));
    json_set_text(json, "run", attempt->run == NULL ? NULL : attempt->run->folder);
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(DIGITS));
    json_decref(json);
    if (text == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a verdict");
    }
    fprintf(out, "%s\n", text);
    free(text);
    return STATUS_OK;
}
