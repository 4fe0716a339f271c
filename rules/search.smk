# The rounds of a search. A round suggests new runs when those of all earlier rounds are finished.


localrules:
    _ask,


checkpoint _ask:
    input:
        inputs.earlier_rounds,
    output:
        ".proband/search/{experiment}/{search}/round-{round}.json",
    log:
        ".proband/logs/ask/{experiment}/{search}/round-{round}.log",
    wildcard_constraints:
        search="[0-9a-f]{12}",
        round="[0-9]+",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.ask {params.plan} {wildcards.experiment} {wildcards.search} {wildcards.round} > {log} 2>&1"


plan.searches.require_round = checkpoints._ask.get
