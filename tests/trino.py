"""The functions of Trino's documentation ("List of functions and operators"), by name, without
those of geometry, digests, machine learning and row patterns, and without those that are younger
than Athena's engine version 3, which is behind it."""

from __future__ import annotations

from typing import Final

_NAMES: Final = """
    abs all_match any_match approx_distinct approx_percentile arbitrary array_agg array_distinct
    array_except array_intersect array_join array_max array_min array_position array_remove
    array_sort array_union arrays_overlap avg bool_and bool_or cardinality cast ceil ceiling chr
    coalesce codepoint concat contains corr count count_if cume_dist date date_add date_diff
    date_format date_parse date_trunc day day_of_month day_of_week day_of_year dense_rank
    element_at every exp extract filter first_value flatten floor format format_datetime from_base
    from_hex from_iso8601_date from_iso8601_timestamp from_unixtime from_utf8 greatest histogram
    hmac_sha256 hour if is_finite is_nan json_array_contains json_array_get json_array_length
    json_extract json_extract_scalar json_format json_parse json_size lag last_value lead least
    length ln log log10 log2 lower lpad ltrim map map_agg map_concat map_entries map_filter
    map_from_entries map_keys map_union map_values max max_by min min_by minute mod month
    multimap_agg nth_value ntile nullif percent_rank position pow power quarter rank reduce
    regexp_count regexp_extract regexp_extract_all regexp_like regexp_replace regexp_split repeat
    replace reverse round row_number rpad rtrim second sequence sha256 sign slice split split_part
    sqrt starts_with stddev stddev_pop stddev_samp strpos substr substring sum to_hex to_unixtime
    to_utf8 transform transform_keys transform_values trim try try_cast typeof upper var_pop
    var_samp variance week width_bucket with_timezone year zip zip_with
"""
FUNCTIONS: Final = frozenset(_NAMES.split())

SYNTAX: Final = frozenset(("in", "unnest", "over", "exists", "values", "and", "or", "not", "on"))
"""What may stand before a bracket and is no function."""
