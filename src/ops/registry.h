// The operators that this runtime knows, of every domain.
#ifndef GOSSAMER_OPS_REGISTRY_H_
#define GOSSAMER_OPS_REGISTRY_H_

#include "graph/op_table.h"

namespace gossamer {

// Sorted by type. Lives as long as the program.
OpTable op_table();

}  // namespace gossamer

#endif  // GOSSAMER_OPS_REGISTRY_H_
