# Data: one job for each tracked path.


rule _data:
    output:
        marker=".proband/data/{data}.json",
        ready=".proband/data/{data}.ready",
    log:
        ".proband/logs/data/{data}.log",
    conda:
        "environment.yaml"
    resources:
        plan=plan.file,  # no param, because a build with overrides has another plan and the same data
    params:
        path=runs.data_path,
    shell:
        "job rules.jobs.data {resources.plan} {params.path:q} {output.marker} {output.ready} > {log} 2>&1"
