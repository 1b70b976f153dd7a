"""Yardsticks: each teacher's total points by other means, for `make bench` to hold a full rebuild against.

Each yardstick is one module with one function `totals` from the lake's Parquet of accepted events to
{teacher_id: points}: what `select teacher_id, sum(points) from marts.points_ledger group by 1 having
sum(points) > 0` gives, and nothing else of what a run makes. Each knows today's 17 rules only, as
literals: no versions, no ledger, no shortfalls, no provenance. `lean` is the least work that we know of;
the others are what a good hand would write with Polars, pandas and PostgreSQL. The product uses none of it.

    python -m pipelines.yardsticks NAME HOME

times one of them in a process of its own.
"""
