# From results to reports: facts, the analyses of these facts, and the reports.


rule _facts:
    input:
        inputs.passed_stage("validation"),
        inputs.parent_statuses,
        inputs.reproductions,
        inputs.digest("{experiment}/facts"),
        "results/experiments/{experiment}/results.json",
        "results/experiments/{experiment}/experiment.json",
    output:
        "results/experiments/{experiment}/facts.jsonl",
        "results/experiments/{experiment}/verdicts.jsonl",
        "results/experiments/{experiment}/series.jsonl",
    log:
        ".proband/logs/facts/{experiment}.log",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.facts {params.plan} {wildcards.experiment} > {log} 2>&1"


rule _agenda:
    input:
        "results/experiments/{experiment}/facts.jsonl",
        inputs.digest("{experiment}/agenda"),
    output:
        "results/experiments/{experiment}/analysis/agenda.json",
    log:
        ".proband/logs/agenda/{experiment}.log",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.agenda {params.plan} {wildcards.experiment} > {log} 2>&1"


rule _analysis:
    input:
        "results/experiments/{experiment}/facts.jsonl",
        "results/experiments/{experiment}/analysis/agenda.json",
        inputs.digest("{experiment}/analyses/{analyst}"),
    output:
        "results/experiments/{experiment}/analysis/{analyst}.json",
        "results/experiments/{experiment}/analysis/{analyst}.md",
        report(
            directory("results/experiments/{experiment}/analysis/figures/{analyst}"),
            patterns=["{figure}.png"],
            caption="captions/figure.rst",
            category="Figures",
            labels={
                "experiment": "{experiment}",
                "by": "{analyst}",
                "figure": "{figure}",
            },
        ),
    log:
        ".proband/logs/analysis/{experiment}/{analyst}.log",
    wildcard_constraints:
        analyst=r"(?!(agenda|integration|quality_review)\b)[A-Za-z0-9_]+",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.analysis {params.plan} {wildcards.experiment} {wildcards.analyst} > {log} 2>&1"


rule _integration:
    input:
        inputs.analyses,
        "results/experiments/{experiment}/facts.jsonl",
        inputs.digest("{experiment}/integration"),
    output:
        "results/experiments/{experiment}/analysis/integration.json",
        "results/experiments/{experiment}/analysis/integration.md",
    log:
        ".proband/logs/integration/{experiment}.log",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.integration {params.plan} {wildcards.experiment} > {log} 2>&1"


rule _quality_review:
    input:
        inputs.analyses,
        "results/experiments/{experiment}/analysis/integration.json",
        inputs.digest("{experiment}/quality_review"),
    output:
        "results/experiments/{experiment}/analysis/quality_review.json",
        "results/experiments/{experiment}/gates/analysis.json",
    log:
        ".proband/logs/quality_review/{experiment}.log",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.quality_review {params.plan} {wildcards.experiment} > {log} 2>&1"


rule _report:
    input:
        inputs.analyses,
        "results/experiments/{experiment}/analysis/integration.json",
        "results/experiments/{experiment}/analysis/quality_review.json",
        inputs.digest("{experiment}/reports/{report}"),
        inputs.report_reviews,
    output:
        "results/experiments/{experiment}/reports/{report}.json",
        "results/experiments/{experiment}/reports/{report}.md",
        "results/experiments/{experiment}/reports/{report}.tex",
        report(
            "results/experiments/{experiment}/reports/{report}.html",
            caption="captions/report.rst",
            category="Reports",
            labels={
                "experiment": "{experiment}",
                "report": "{report}",
                "format": "HTML",
            },
        ),
        report(
            "results/experiments/{experiment}/reports/{report}.pdf",
            caption="captions/report.rst",
            category="Reports",
            labels={
                "experiment": "{experiment}",
                "report": "{report}",
                "format": "PDF",
            },
        ),
        report(
            directory("results/experiments/{experiment}/reports/figures/{report}"),
            patterns=["{figure}.png"],
            caption="captions/figure.rst",
            category="Figures",
            labels={
                "experiment": "{experiment}",
                "by": "{report}",
                "figure": "{figure}",
            },
        ),
    log:
        ".proband/logs/report/{experiment}/{report}.log",
    wildcard_constraints:
        report="[A-Za-z0-9_]+",
    priority: priorities.of_experiment()
    conda:
        "environment.yaml"
    params:
        plan=plan.file,
    shell:
        "job rules.jobs.report {params.plan} {wildcards.experiment} {wildcards.report} > {log} 2>&1"
