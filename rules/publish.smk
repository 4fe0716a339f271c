# From reports to a publication: a package, its gate, and an archive after a person has approved the package.


# Each request prepares the package again, because it also depends on files that Snakemake does not track: decisions in
# approvals/, configs, the licence, and edits of the package itself.
rule _publication:
    input:
        inputs.published,
    output:
        "results/experiments/{experiment}/gates/publication.json",
    log:
        ".proband/logs/publication/{experiment}.log",
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
        request=lambda wildcards: str(uuid4()),
    shell:
        "job lab.publication.job {params.plan} {wildcards.experiment} > {log} 2>&1"


rule _package_archive:
    input:
        "results/experiments/{experiment}/gates/publication.json",
    output:
        "results/experiments/{experiment}/publication/{experiment}.zip",
    log:
        ".proband/logs/archive/{experiment}.log",
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job lab.publication.archive_job {params.plan} {wildcards.experiment} 2>&1 | tee {log} >&2; exit ${{PIPESTATUS[0]}}"


# Publishes every experiment that a person has approved, and states what keeps the others from it.
rule publication:
    input:
        targets.publishable.gates,
    log:
        ".proband/logs/publication.log",
    localrule: True
    conda:
        "environment.yaml"
    params:
        current=lambda wildcards: targets.publishable.current,
        outdated=lambda wildcards: targets.publishable.outdated,
    shell:
        "job lab.publication.outcome_job --current {params.current} --outdated {params.outdated}"
        " 2>&1 | tee {log} >&2; exit ${{PIPESTATUS[0]}}"
