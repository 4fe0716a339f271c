# Archives every finished experiment with DVC. It trains nothing and builds nothing, so it has no input.


rule archive:
    log:
        ".proband/logs/archive.log",
    localrule: True
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job lab.archive.job {params.plan} 2>&1 | tee {log} >&2; exit ${{PIPESTATUS[0]}}"
