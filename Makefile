# A thin caller of tasks.py, which holds all the logic and also works without make.

.DEFAULT_GOAL := help
.PHONY: help report test lab
export HAR OUT CATALOGUE

# The first Python that tasks.py finds fit; looked for only when a task needs it.
CANDIDATES := python3.13 python3.12 python3.11 python3
ifeq ($(origin PYTHON),undefined)
PYTHON = $(eval PYTHON := $$(shell \
  for p in $(CANDIDATES); do "$$$$p" tasks.py check-python >/dev/null 2>&1 && echo "$$$$p" && break; done))$(PYTHON)
endif
TASK = "$(or $(PYTHON),$(error hartools needs Python 3.11, 3.12 or 3.13 that can make environments; on Debian or Ubuntu: apt install python3-venv))" tasks.py

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /make \1#/p' Makefile | awk -F'#' '{ printf "%-12s %s\n", $$1, $$2 }'

report: ## Write one HAR as one HTML page: make report HAR=my.har [OUT=page.html] [CATALOGUE=list.csv]; without HAR, a sample
	@$(TASK) report --out="$$OUT" --catalogue="$$CATALOGUE" -- "$$HAR"

test: ## Run tests, doctests and notebooks, offline: make test [ARGS='-k words']
	@$(TASK) test $(ARGS)

lab: ## Open the notebooks in JupyterLab, on this machine only
	@$(TASK) lab $(ARGS)
