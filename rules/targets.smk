# A target with the name of each experiment: `snakemake --cores 2 digits_lr`.
for experiment in plan.experiments:

    rule:
        name:
            experiment
        input:
            targets.inputs_of([experiment]),
        localrule: True


# A spec that does not compile has a target, too. It fails, and the summary of the build shows the diagnostics.
for experiment in plan.broken:

    rule:
        name:
            experiment
        localrule: True
        shell:
            "exit 2"
