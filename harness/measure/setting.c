#include "measure/setting.h"

enum status setting_tell(const struct setting *setting, const struct event *event)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < setting->observers_count; i++) {
        status = setting->observers[i].notice(setting->observers[i].context, event);
    }
    return status;
}
