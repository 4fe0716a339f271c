# The end of each stage of an experiment: `--until validation` stops there. A stage with a closed gate fails, so that no
# later stage runs, unless the spec has `on_gate: continue`. Publication has rules of its own.
for stage in targets.stages:

    rule:
        name:
            stage
        input:
            inputs.before_gate(stage),
        output:
            f".proband/stages/{{experiment}}/{stage}",
        log:
            f".proband/logs/stages/{{experiment}}/{stage}.log",
        priority: priorities.of_experiment()
        localrule: True
        conda:
            "environment.yaml"
        params:
            plan=plan.file,
            stage=stage,
        shell:
            "job rules.jobs.stage {params.plan} {wildcards.experiment} {params.stage} > {log} 2>&1"
