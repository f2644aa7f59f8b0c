"""What the study says of its own runs, of all three of its models: arXiv 2603.12229, Results.

Of a median, a mean or a statistic of a test it gives the number; of the comparison with Amdahl's bound
only that p is below 0.001.
"""

TOLD: dict[str, float] = {
    "median_speedup_pre": 1.36,
    "median_speedup_dec": 0.88,
    "mannwhitney_U_pre_vs_dec_speedup": 155523.0,
    "kruskal_H_speedup_by_p_pre": 61.4,
    "median_failed_test_runs_dec": 19.0,
    "median_failed_test_runs_pre": 4.0,
    "mannwhitney_U_failed_test_runs": 287013.0,
    "spearman_messages_vs_size_dec (successful runs)": 0.483,
    "spearman_tokens_vs_size_dec": 0.40,
    "spearman_speedup_vs_size_dec": -0.07,
    "median_straggler_gap_s_dec": 1.42,
    "median_straggler_gap_s_pre": 2.64,
    "best_speedup_pre": 3.35,
    "serial_speedup_pre": 1.13,
    "serial_token_multiple_pre": 5.83,
}
"""Each number under the name of its finding."""
