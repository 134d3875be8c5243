"""An empty function in C: what is left of its time is the harness's own."""

import faulthandler

# Takes no argument, looks at one pointer, returns a constant.
nothing = faulthandler.is_enabled
