#include "measure/bounds.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "kernels/dispatch.h"
#include "measure/limits.h"

/* For each kind of instruction. */
static const double pace_s = 0.001;

const struct kernel *bounds_kernel(const struct variant *variant)
{
    static const char prefix[] = "kernels:";
    for (size_t i = 0; i < variant->requirements_count; i++) {
        const char *wanted = variant->requirements[i];
        const char *slash = strchr(wanted, '/');
        if (strncmp(wanted, prefix, sizeof prefix - 1) != 0 || slash == NULL) {
            continue;
        }
        wanted += sizeof prefix - 1;
        for (size_t k = 0; k < dispatch_count(); k++) {
            const struct kernel *kernel = dispatch_kernel(k);
            const char *operation = dispatch_operation_name(kernel->operation);
            if (strlen(operation) == (size_t)(slash - wanted) &&
                strncmp(operation, wanted, strlen(operation)) == 0 &&
                strcmp(kernel->name, slash + 1) == 0 &&
                (dispatch_machine() & 1U << kernel->isa) != 0) {
                return kernel;
            }
        }
    }
    return NULL;
}

/* A number that JSON may write with or without a point. */
static double number_of(const json_t *object, const char *key, double otherwise)
{
    const json_t *number = json_object_get(object, key);
    return json_is_number(number) ? json_number_value(number) : otherwise;
}

double bounds_units(const struct lab *lab, const char *parameters, const struct kernel *kernel,
                    size_t size)
{
    if (lab->work == NULL) {
        return NAN;
    }
    if (kernel->stepless) {
        return (double)size;
    }
    json_t *work = json_loads(lab->work, 0, NULL);
    json_t *given = json_loads(parameters, 0, NULL);
    const char *parameter = json_peek_text(work, "parameter");
    double units = number_of(work, "times", 1) * pow((double)size, number_of(work, "power", 1));
    units *= *parameter == '\0' ? 1 : number_of(given, parameter, NAN);
    json_decref(given);
    json_decref(work);
    return units;
}

double bounds_call_s(const struct kernel *kernel, double units, const char **bound)
{
    const struct pace_set *set = limits_set(kernel->isa);
    struct limits_paces paces;
    bool wanted[PACE_KINDS];
    limits_wanted(&kernel->demand, wanted);
    limits_measure(set, wanted, pace_s, &paces);
    return units * limits_unit_s(&kernel->demand, &paces, bound);
}
