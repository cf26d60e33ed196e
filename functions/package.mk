# How `sam build` makes a function's package, in build/<architecture>: locked wheels, our modules, and bytecode
# of both, which SAM's own Python builder leaves out. A start would compile them all, and could not keep it.

# The runtime's version where it is found; `make build` puts no other first on the path.
PYTHON := $(shell for name in python3.13 python3; do \
    $$name -c '' 2> /dev/null && echo $$name && break; done)

# The services that setup has a boto3 client of.
CALLED := cloudformation dynamodb secretsmanager

# DrawFunction is made of functions/draw.
build-%Function: SOURCE = ../../$(shell echo $* | tr A-Z a-z)
build-%Function:
	if [ -f $(SOURCE)/requirements.txt ]; then \
	    $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-compile --no-deps \
	        --require-hashes --target "$(ARTIFACTS_DIR)" $$(sed 's/^/--platform /' pip-platform) \
	        --only-binary :all: --requirement $(SOURCE)/requirements.txt; fi
	# Of cffi only the compiled backend is used at run time, its parser never; of no package stubs or metadata.
	cd "$(ARTIFACTS_DIR)" && rm -rf cffi pycparser *.dist-info bin && find . -name '*.pyi' -delete
	# Of botocore's descriptions of four hundred services, those that setup calls: a tenth of its package remains.
	if [ -d "$(ARTIFACTS_DIR)/botocore" ]; then cd "$(ARTIFACTS_DIR)" && rm -rf boto3/examples && \
	    find botocore/data boto3/data -mindepth 1 -maxdepth 1 -type d \
	        $(foreach service,$(CALLED),! -name $(service)) -exec rm -rf {} +; fi
	find "$(ARTIFACTS_DIR)" -path '*/nacl/*.so' -exec $(PYTHON) ../drop_debug_information.py {} +
	cp $(SOURCE)/*.py "$(ARTIFACTS_DIR)"
	$(PYTHON) -m compileall -q --invalidation-mode unchecked-hash "$(ARTIFACTS_DIR)"
