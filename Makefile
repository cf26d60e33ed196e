# Every target installs what it needs into the checkout. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV_VERSION := 0.13.9
VENV := .venv
CLOUD := .local/cloud
export SAM_CLI_TELEMETRY := 0
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- what is installed, all inside the checkout ---------------------------------------------------

.local/uv/bin/uv: scripts/find-python
	@echo "installing uv $(UV_VERSION)"
	@python=$$(scripts/find-python); "$$python" -m venv .local/uv
	@.local/uv/bin/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(VENV)/.installed: requirements/dev.txt .local/uv/bin/uv
	@echo "installing the development environment into $(VENV)"
	@.local/uv/bin/uv venv -q --clear --python "$$(scripts/find-python)" $(VENV)
	@.local/uv/bin/uv pip install -q --require-hashes --python $(VENV)/bin/python -r requirements/dev.txt
	@touch $@

$(CLOUD)/.installed: requirements/local-cloud.txt .local/uv/bin/uv
	@echo "installing the local cloud into $(CLOUD)"
	@.local/uv/bin/uv venv -q --clear --python "$$(scripts/find-python)" $(CLOUD)
	@.local/uv/bin/uv pip install -q --require-hashes --python $(CLOUD)/bin/python -r requirements/local-cloud.txt
	@touch $@

.PHONY: setup
setup: $(VENV)/.installed $(CLOUD)/.installed ## install everything, without running anything

.PHONY: lock
lock: .local/uv/bin/uv ## resolve the dependencies of pyproject.toml anew
	.local/uv/bin/uv lock -q --upgrade --python "$$(scripts/find-python)"
	for group in dev local-cloud; do \
	    .local/uv/bin/uv export -q --frozen --only-group $$group --no-header --no-annotate \
	        -o requirements/$$group.txt > /dev/null; \
	done
	rm uv.lock
