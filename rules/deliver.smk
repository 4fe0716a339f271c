# What an experiment promised, checked and written: one job a deliverable and a handful an experiment.


# Everything checked hangs on this one file, so that no rule but this has every run as its input.
rule evidence:
    input:
        lab.statuses,
        lab.digest("{experiment}/runs"),
    output:
        ".proband/evidence/{experiment}.json",
    shell:
        "{PYTHON} -m rules.jobs.evidence {PLAN} {wildcards.experiment} {output}"


rule record:
    input:
        lab.digest("{experiment}/experiment"),
    output:
        "results/experiments/{experiment}/experiment.json",
    shell:
        "{PYTHON} -m rules.jobs.record {PLAN} {wildcards.experiment}"


rule deliverable:
    input:
        ".proband/evidence/{experiment}.json",
        lab.digest("{experiment}/deliverables/{deliverable}"),
    output:
        "results/experiments/{experiment}/deliverables/{deliverable}.json",
    log:
        ".proband/logs/deliverables/{experiment}/{deliverable}.log",
    shell:
        "{PYTHON} -m rules.jobs.deliverable {PLAN} {wildcards.experiment} {wildcards.deliverable} > {log} 2>&1"


rule results:
    input:
        lab.deliverables,
        ".proband/evidence/{experiment}.json",
        "results/experiments/{experiment}/experiment.json",
    output:
        report(
            "results/experiments/{experiment}/results.json",
            category="Results",
            labels={"experiment": "{experiment}"},
        ),
    log:
        ".proband/logs/results/{experiment}.log",
    shell:
        "{PYTHON} -m rules.jobs.results {PLAN} {wildcards.experiment} > {log} 2>&1"


# Fails when a required deliverable does not hold. What was measured stays where it is.
rule gate:
    input:
        "results/experiments/{experiment}/results.json",
    output:
        ".proband/gates/{experiment}",
    shell:
        "{PYTHON} -m rules.jobs.gate {PLAN} {wildcards.experiment}"


rule genealogy:
    input:
        lab.digest("genealogy"),
    output:
        "results/genealogy.json",
    shell:
        "{PYTHON} -m rules.jobs.genealogy {PLAN}"
