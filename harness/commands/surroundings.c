#include "commands/surroundings.h"

/* Tells the warnings of the one kind or the other. A resumed run is told again what has changed
 * since it began; what is known is kept once. */
static enum status tell(const struct setting *setting, const struct surroundings *at,
                        bool over_time)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < conditions_count; i++) {
        const struct condition *condition = &conditions[i];
        char message[CONDITION_MESSAGE_SIZE];
        if (condition->is_over_time == over_time &&
            conditions_judge(condition, at, message) == CONDITION_WARNING) {
            const struct event event = {.kind = EVENT_WARNING,
                                        .code = condition->code,
                                        .reason = message,
                                        .remedy = condition->remedy};
            status = setting_tell(setting, &event);
        }
    }
    return status;
}

enum status surroundings_begin(const struct setting *setting, struct surroundings *at)
{
    size_t most = 0;
    for (size_t i = 0; i < setting->plan->variants_count; i++) {
        size_t threads = setting->lab->variants[setting->plan->variants[i]].threads;
        most = threads > most ? threads : most;
    }
    conditions_begin("", most, at);
    return tell(setting, at, false);
}

enum status surroundings_end(const struct setting *setting, struct surroundings *at)
{
    conditions_end(at);
    return tell(setting, at, true);
}
