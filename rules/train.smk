# Data and trainings: one job for each version of the data, one for each distinct run.


rule data:
    output:
        ".proband/data/{data}.json",
    log:
        ".proband/logs/data/{data}.log",
    params:
        path=lab.data_path,
    shell:
        "{PYTHON} -m rules.jobs.data {params.path:q} {output} > {log} 2>&1"


rule train:
    input:
        data=lab.data(),
    output:
        "results/runs/{run}/status.json",
    log:
        ".proband/logs/train/{run}.log",
    params:
        fingerprint=lab.of_run("fingerprint"),
    threads: lab.resource("cpus")
    resources:
        mem_mb=lab.resource("mem_mb"),
        runtime=lab.resource("runtime"),
        gpus=lab.resource("gpus"),
        attempt=attempt,
    retries: ATTEMPTS - 1
    shell:
        "{PYTHON} -m rules.jobs.train {wildcards.run} --attempt {resources.attempt}"
        " --attempts {ATTEMPTS} --log {log} > {log} 2>&1"
