# Every target installs what it needs into the checkout. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
CLOUD := .local/cloud
WHEELS := .local/wheels
PLAY := .local/play
export SAM_CLI_TELEMETRY := 0
# Where it is set, each of many processes would compile all that it imports; the fault suite each module
# some ten thousand times. Packages get bytecode of their own (layers/gacha/Makefile).
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

# What an interpreter that is gone had made is no environment any more, unless it comes back: as it does
# where each session has a machine of its own. So the installer is asked.
$(shell for each in $(VENV) $(CLOUD); do [ -e $$each/bin/python ] || \
    touch -c -t 198001010000 $$each/.installed $$each/.deploys; done; \
    [ -e $(VENV)/bin/sam ] || touch -c -t 198001010000 $(VENV)/.deploys)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "variables:"
	@echo "  PORT           the first of four ports (the page takes free ones, too); 8787 (PORT=9000 make run)"
	@echo "  KEEP           1: make run keeps its tables from one start to the next (make run KEEP=1)"
	@echo "  ARCHITECTURE   arm64 or x86_64, for make build and deploy; arm64 (make build ARCHITECTURE=x86_64)"

# --- what is installed, all inside the checkout ---------------------------------------------------
# One script installs, under one lock, and touches the files by which make knows (scripts/install.py).

# While Python starts, a Ctrl-C would be a traceback: it is kept from it, and read from make's state
# (`Stop` in scripts/install.py).
INSTALLER = python=$$(scripts/find-python) && trap '' INT && exec "$$python" scripts/install.py
INSTALL = @$(INSTALLER)
UV := .local/uv/.installed

$(UV): requirements/uv.txt scripts/find-python scripts/install.py
	$(INSTALL) uv

$(VENV)/.installed: requirements/dev.txt $(UV)
	$(INSTALL) dev

# What a deployment needs; where the above is, it is a part of that.
DEPLOYS := $(VENV)/.deploys
$(DEPLOYS): requirements/tools.txt requirements/deploy.txt scripts/find-python scripts/install.py
	$(INSTALL) deploy

$(CLOUD)/.installed: requirements/local-cloud.txt $(UV)
	$(INSTALL) local-cloud

$(PLAY)/.installed: requirements/play.txt $(UV)
	$(INSTALL) play

$(WHEELS)/.installed: $(wildcard functions/*/requirements.txt) $(DEPLOYS)
	$(INSTALL) wheels

.PHONY: setup
setup: ## install everything, without running anything
	$(INSTALL) uv dev local-cloud play wheels

.PHONY: lock
lock: $(UV) ## resolve all dependencies anew, and say what changed
	@python=$$(scripts/find-python) && "$$python" scripts/lock.py

.PHONY: schema
schema: $(VENV)/.installed ## write what the banner format has for editors and readers: docs/banner.schema.json, docs/gallery
	PYTHONPATH=layers/gacha/python python -m scripts.schema
	PYTHONPATH=layers/gacha/python python -m scripts.gallery

# --- checks ---------------------------------------------------------------------------------------

.PHONY: lint
lint: $(VENV)/.installed ## format, lint, types, and the template
	ruff format --check
	ruff check
	mypy layers/gacha/python local scripts benchmarks tests
	@# Each function has an `app`, so each is checked by itself.
	for function in functions/*/; do \
	    MYPYPATH=layers/gacha/python:$$function mypy $$function*.py || exit 1; \
	done
	sam validate --lint
	cfn-lint --regions ap-northeast-2 -- backup-region.yaml
	cfn-lint -- iam/deployer.yaml

UNIT := pytest tests/unit --numprocesses 2 --dist worksteal
COVERED := --cov --cov-report term
.PHONY: unit
unit: $(VENV)/.installed $(WHEELS)/.installed ## the unit tests alone (part of make test)
	$(UNIT) $(COVERED)

.PHONY: oldest
oldest: $(VENV)/.installed $(WHEELS)/.installed ## of the unit tests what another Python could change, without coverage
	$(UNIT) -m "not once and not long" --first-cases

# Needs a browser and no cloud, so that several may run at once.
PAGE := tests/e2e/test_verify_html.py
.PHONY: test
test: $(VENV)/.installed $(CLOUD)/.installed $(PLAY)/.installed $(WHEELS)/.installed ## all tests: unit, faults, then workflows and the whole on a local AWS
	$(UNIT) $(COVERED)
	pytest tests/faults tests/fuzz $(PAGE) --numprocesses 2 --dist worksteal
	pytest tests/workflow tests/e2e --ignore $(PAGE) --numprocesses 2 --dist loadgroup

.PHONY: faults
faults: $(VENV)/.installed $(CLOUD)/.installed $(WHEELS)/.installed ## break everything, 10,000 operations in process and 300 on a local AWS
	@exec python -m tests.faults.run

.PHONY: fuzz
fuzz: $(VENV)/.installed ## throw 100,000 generated requests at the endpoint (part of make test)
	@PYTHONPATH=layers/gacha/python:. python -m tests.fuzz.endpoint

# --- checks with tools of their own ---------------------------------------------------------------
# Apart from `lint` and `test`: they install more, or take longer, and need Node or two builds. All of
# them are part of .ci/run.

CHECKOV := .local/checkov
$(CHECKOV)/env/.installed: requirements/checkov.txt $(UV)
	$(INSTALL) checkov

# What it does not find out by itself is resolved beforehand, with AWS's keys and with one's own.
# What is skipped, and why: .checkov.yaml; with AWS's keys, also that there is no key of one's own.
# Its parser unpickles a cache from the temporary folder, under a name that is known beforehand: in /tmp
# another user could have put it there. What it keeps at home stays in the checkout, too.
OWN_FOLDER := TMPDIR="$(CURDIR)/$(CHECKOV)/home" HOME="$(CURDIR)/$(CHECKOV)/home"
OWN_KEY := CKV_AWS_26,CKV_AWS_119,CKV_AWS_149,CKV_AWS_158,CKV_AWS_166,CKV_AWS_173
.PHONY: checkov
checkov: $(VENV)/.installed $(CHECKOV)/env/.installed ## check the templates against checkov's rules
	mkdir -p $(CHECKOV)/AWS $(CHECKOV)/CUSTOMER $(CHECKOV)/home
	chmod 700 $(CHECKOV)/home
	for keys in AWS CUSTOMER; do \
	    PYTHONPATH=layers/gacha/python python -m tests.cloudformation $$keys \
	        > $(CHECKOV)/$$keys/template.json; \
	done
	cp backup-region.yaml iam/deployer.yaml $(CHECKOV)/CUSTOMER
	$(OWN_FOLDER) $(CHECKOV)/env/bin/checkov --config-file .checkov.yaml -d $(CHECKOV)/CUSTOMER
	$(OWN_FOLDER) $(CHECKOV)/env/bin/checkov --config-file .checkov.yaml -d $(CHECKOV)/AWS \
	    --skip-check CKV_AWS_115,CKV_AWS_116,CKV_AWS_117,$(OWN_KEY)

.PHONY: asl
asl: $(VENV)/.installed ## check the workflows with npm's asl-validator and jsonata, and receipts with a third verifier; skipped without Node
	@if ! command -v npm > /dev/null; then \
	    echo "SKIPPED: the workflows were not checked with asl-validator, which needs Node and npm"; \
	else \
	    "$$(scripts/find-python)" scripts/install.py asl && \
	        pytest tests/unit/test_{asl,jsonata,export_workflow,third_verifier}.py -rs; \
	fi

# Packages come from .local/wheels alone, where each was held against its hash.
OFFLINE := PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1 PIP_ONLY_BINARY=:all: \
    PIP_FIND_LINKS="file://$(CURDIR)/$(WHEELS)"

.PHONY: sizes
sizes: $(VENV)/.installed $(WHEELS)/.installed ## build for both architectures, hold the packages against their locks, and measure them
	for architecture in arm64 x86_64; do \
	    $(OFFLINE) python -m scripts.build --architecture $$architecture --runtime $(RUNTIME) \
	        --build-dir .local/sizes/$$architecture \
	        --cache-dir .local/sizes/cache-$$architecture; \
	done
	python -m scripts.packages .local/sizes/arm64 .local/sizes/x86_64
	python -m scripts.sizes .local/sizes/arm64 .local/sizes/x86_64

# --- AWS ------------------------------------------------------------------------------------------
# Where no Python 3.13 was found, the functions run on the version that was. The built template says what it
# was built for, so that nobody is asked.

RUNTIME = $(shell $(VENV)/bin/python -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
ARCHITECTURE := arm64

.PHONY: build
build: $(DEPLOYS) $(WHEELS)/.installed ## build the functions as AWS runs them, into .aws-sam
	$(OFFLINE) python -m scripts.build --architecture $(ARCHITECTURE) --runtime $(RUNTIME)
	python -m scripts.packages .aws-sam/build

.PHONY: deploy
deploy: $(DEPLOYS) ## deploy to AWS; asks what it does not know yet, with ASK=again everything
	@python -m scripts.deploy
	@$(MAKE) --no-print-directory build
	python -m scripts.brake around -- sam deploy $$(python -m scripts.deploy --questions $(ASK))

.PHONY: backup-region
backup-region: $(DEPLOYS) ## make the vault in the second Region that backups are copied to
	@python -m scripts.deploy backup-region
	sam deploy --template-file backup-region.yaml --config-env backup-region

# --- the local cloud ------------------------------------------------------------------------------
# It has an environment of its own, where the development's is not there, which holds all of it.

RUNS = $(if $(wildcard $(VENV)/.installed),$(VENV),.local/run)
# `exec`, so that signals arrive.

.PHONY: run
run: ## deploy to a local AWS, serve it and a page to play on until Ctrl-C
	@# Without the page, all the rest is there: it says so, and goes on.
	$(INSTALL) run local-cloud wheels 'play?'
	@echo "starting the local cloud" >&2
	@trap '' INT; exec $(RUNS)/bin/python -m local.run

.PHONY: demo
demo: ## show a pull going through the running or a fresh stack; STEPS=1 shows all
	$(INSTALL) run local-cloud wheels
	@exec $(RUNS)/bin/python -m local.demo$(if $(STEPS), --steps)

# Of what `local`, "stack NAME" or "export FOLDER" names (scripts/analytics).
READS = $(if $(wildcard $(VENV)/.installed),$(VENV),.local/analytics)
OF := local
.PHONY: analytics
analytics: ## a page and CSV of how the gacha is played, from exports (make analytics OF="stack NAME")
	$(INSTALL) analytics
	@exec $(READS)/bin/python -m scripts.analytics $(OF)

# The README's, which a test compares with what the code shows.
.PHONY: pictures
pictures: $(VENV)/.installed $(CLOUD)/.installed $(PLAY)/.installed $(WHEELS)/.installed ## make the README's pictures anew, with a browser on a local AWS
	@exec python -m tests.pictures

# --- figures --------------------------------------------------------------------------------------
# A benchmark that misses its target does not keep the others from running.

.PHONY: bench
bench: $(VENV)/.installed $(CLOUD)/.installed $(WHEELS)/.installed ## measure draws (and 10 M against the odds), the first answer, pulls on a local AWS
	@failed=0; for each in draws simulated luck month analytics commands first_answer cold_pull heaviest rooms pulls claims boxes; do \
	    echo "--- $$each"; \
	    PYTHONPATH=layers/gacha/python python -m benchmarks.$$each || failed=1; \
	done; exit $$failed
