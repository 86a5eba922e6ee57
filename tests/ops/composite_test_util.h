// Runs operators that stand for several others (ops/composite.h): in a graph of one node.
#ifndef GOSSAMER_TESTS_OPS_COMPOSITE_TEST_UTIL_H_
#define GOSSAMER_TESTS_OPS_COMPOSITE_TEST_UTIL_H_

#include <memory>
#include <vector>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {

// An output without a name is one nobody wants; it stays empty.

// Expands the node, infers, and evaluates its parts by their scalar references. Errors: also LIMIT,
// when that would take more than folding may.
Result<std::vector<Tensor>> run_by_reference(const std::shared_ptr<const Op>& op,
                                             const std::vector<Tensor>& inputs,
                                             const std::vector<std::string>& outputs = {"y"});
// The same after all passes, by the kernels of a plan; only inputs that are `known` are constants.
Result<std::vector<Tensor>> run_by_kernels(const std::shared_ptr<const Op>& op,
                                           const std::vector<Tensor>& inputs,
                                           const std::vector<std::string>& outputs = {"y"});
// What infer() says, or the expansion, of operands without elements.
Status infer_status(const std::shared_ptr<const Op>& op,
                    const std::vector<OpContext::Operand>& operands);

// Output 0 by both ways, which must agree.
Tensor composite_result(const Node& node);

}  // namespace gossamer::op_test

#endif  // GOSSAMER_TESTS_OPS_COMPOSITE_TEST_UTIL_H_
