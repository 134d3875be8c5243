/* What ran and where: the machine and the software of a run. */
#ifndef FORTYFOLD_MEASURE_HOST_H
#define FORTYFOLD_MEASURE_HOST_H

#include "measure/process.h"
#include "model/run.h"

/* Reads the machine's description. What the system does not tell stays NULL or 0. */
enum status host_read(struct host *host);

/* Reads the software's: asks a worker for its interpreter and NumPy. */
enum status software_read(struct worker *worker, struct software *software);

#endif
