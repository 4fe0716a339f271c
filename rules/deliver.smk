# Checks of deliverables and the results of each experiment.


# All checks depend on this one file, so that only this rule has every run as input.
rule _evidence:
    input:
        inputs.statuses,
        inputs.digest("{experiment}/runs"),
    output:
        ".proband/evidence/{experiment}.json",
    log:
        ".proband/logs/evidence/{experiment}.log",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.evidence {params.plan} {wildcards.experiment} {output} > {log} 2>&1"


rule _record:
    input:
        inputs.digest("{experiment}/experiment"),
        inputs.evidence_of_search,
    output:
        "results/experiments/{experiment}/experiment.json",
    log:
        ".proband/logs/records/{experiment}.log",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.record {params.plan} {wildcards.experiment} > {log} 2>&1"


rule _deliverable:
    input:
        ".proband/evidence/{experiment}.json",
        inputs.digest("{experiment}/deliverables/{deliverable}"),
        inputs.checked_report,
    output:
        "results/experiments/{experiment}/deliverables/{deliverable}.json",
    log:
        ".proband/logs/deliverables/{experiment}/{deliverable}.log",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.deliverable {params.plan} {wildcards.experiment} {wildcards.deliverable} > {log} 2>&1"


environment_files = multiext(
    "results/experiments/{experiment}/environment/",
    "requirements.lock",
    "pyproject.toml",
    "Dockerfile",
    "apptainer.def",
)


rule _results:
    input:
        inputs.deliverables,
        ".proband/evidence/{experiment}.json",
        "results/experiments/{experiment}/experiment.json",
    output:
        report(
            "results/experiments/{experiment}/results.json",
            caption="captions/results.rst",
            category="Results",
            labels={"experiment": "{experiment}"},
        ),
        "results/experiments/{experiment}/gates/training.json",
        "results/experiments/{experiment}/gates/validation.json",
        environment_files,
    log:
        ".proband/logs/results/{experiment}.log",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.results {params.plan} {wildcards.experiment} > {log} 2>&1"


# Fails if a gate did not pass. All results are kept. Of the files of the environment, it needs only that they exist.
rule _gate:
    input:
        "results/experiments/{experiment}/results.json",
        "results/experiments/{experiment}/gates/training.json",
        "results/experiments/{experiment}/gates/validation.json",
        ancient(environment_files),
        inputs.gate,
        ".proband/stages/{experiment}/report_generation",
    output:
        ".proband/gates/{experiment}",
    log:
        ".proband/logs/gates/{experiment}.log",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.gate {params.plan} {wildcards.experiment} > {log} 2>&1"


rule _genealogy:
    input:
        inputs.digest("genealogy"),
    output:
        "results/genealogy.json",
    log:
        ".proband/logs/genealogy.log",
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.genealogy {params.plan} > {log} 2>&1"
