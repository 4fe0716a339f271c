# Data: one job for each tracked path.


rule _data:
    output:
        marker=".proband/data/{data}.json",
        ready=".proband/data/{data}.ready",
    log:
        ".proband/logs/data/{data}.log",
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
        path=runs.data_path,
    shell:
        "job rules.jobs.data {params.plan} {params.path:q} {output.marker} {output.ready} > {log} 2>&1"
