#include "store/curves.h"

#include "base/json.h"

json_t *curves_fits(const struct run *run)
{
    json_t *list = json_array();
    for (size_t i = 0; i < run->fits_count; i++) {
        const struct fit *fit = &run->fits[i];
        json_t *json = json_object();
        json_set_text(json, "variant", run->variants[fit->variant].name);
        json_set_double(json, "exponent", fit->exponent);
        json_set_double(json, "low", fit->exponent_low);
        json_set_double(json, "high", fit->exponent_high);
        json_set_double(json, "misfit_ratio", fit->misfit_ratio);
        json_set_double(json, "fixed_s", fit->fixed_s);
        json_set_double(json, "fixed_low_s", fit->fixed_low_s);
        json_set_double(json, "fixed_high_s", fit->fixed_high_s);
        json_set_text(json, "clock", fit->by_cpu ? "cpu" : "real");
        json_array_append_new(list, json);
    }
    return list;
}

json_t *curves_crossovers(const struct run *run)
{
    json_t *list = json_array();
    for (size_t i = 0; i < run->crossovers_count; i++) {
        const struct crossover *crossover = &run->crossovers[i];
        json_t *json = json_object();
        json_set_text(json, "faster", run->variants[crossover->faster].name);
        json_set_text(json, "slower", run->variants[crossover->slower].name);
        json_set_double(json, "size", crossover->size);
        json_set_double(json, "low", crossover->low);
        json_set_double(json, "high", crossover->high);
        json_set_text(json, "clock", crossover->by_cpu ? "cpu" : "real");
        json_array_append_new(list, json);
    }
    return list;
}
