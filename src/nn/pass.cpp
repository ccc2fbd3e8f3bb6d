#include "arcadecam/nn/pass.h"

#include <utility>

#include "arcadecam/core/error.h"

namespace arcadecam::nn {

Pass::Pass(std::shared_ptr<Workspace> workspace, Tape& tape) : workspace_(std::move(workspace)) {
  // An engine that runs another one gives that one's pass as its own.
  if (tape.pass() == PassId{}) tape.set_pass({workspace_.get(), ++workspace_->passes_});
  id_ = tape.pass();
}

void Pass::backward(const OutputGradient& gradient, Tape& tape) {
  workspace_for(tape).backward(gradient, tape);
}

void Pass::backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape) {
  workspace_for(tape).backward(gradient, pass, tape);
}

Pass::Workspace& Pass::workspace_for(const Tape& tape) const {
  if (!workspace_)
    throw bad_input("there is no forward pass that a backward pass could continue: run one first");
  if (tape.pass() != id_) {
    throw bad_input(
        "a backward pass needs the tape that its forward pass filled: this one holds another "
        "forward pass, or none");
  }
  return *workspace_;
}

}  // namespace arcadecam::nn
