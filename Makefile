# Thin on purpose: each line calls a script of .ci/, where the steps are told. Cargo's output stays outside the clone.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/satu/target
.PHONY: run test bench accuracy check gen

run: ; @.ci/start
test: ; @.ci/test
bench: ; @.ci/bench
accuracy: ; @.ci/accuracy
check: ; @.ci/check
gen: ; @.ci/gen
