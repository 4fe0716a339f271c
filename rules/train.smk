# Data and trainings: one job for each version of the data, one for each distinct run.


rule data:
    output:
        ".proband/data/{data}.json",
    log:
        ".proband/logs/data/{data}.log",
    conda:
        ENVIRONMENT
    params:
        path=lab.data_path,
    shell:
        "python -m rules.jobs.data {params.path:q} {output} > {log} 2>&1"


rule train:
    input:
        data=lab.data(),
    output:
        "results/runs/{run}/status.json",
    log:
        ".proband/logs/train/{run}.log",
    retries: ATTEMPTS - 1
    conda:
        ENVIRONMENT
    threads: lab.resource("cpus")
    resources:
        mem_mb=lab.resource("mem_mb"),
        runtime=lab.resource("runtime"),
        gpus=lab.resource("gpus"),
        attempt=attempt,
        attempts=ATTEMPTS,
    params:
        fingerprint=lab.of_run("fingerprint"),
    shell:
        "python -m rules.jobs.train {wildcards.run} --attempt {resources.attempt}"
        " --attempts {resources.attempts} --log {log} > {log} 2>&1"
