"""What a registered sentence may use (F5): functions by database, shapes of a query, and the names that no part may have.

A sentence is refused unless everything in it stands here: a list of what is forbidden would always lack the next function that
runs a text as SQL, reads a file of the server or calls another one. A site adds functions of its own database to
``[sql] funcoes`` in ``repasse.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


EVERYWHERE = words(
    """
    abs ceil ceiling floor round trunc sign sqrt power pow mod exp ln log log10 greatest least
    coalesce nullif cast exists count sum avg min max stddev stddev_pop stddev_samp variance var_pop var_samp
    row_number rank dense_rank ntile lag lead first_value last_value nth_value percent_rank cume_dist
    lower upper trim ltrim rtrim length replace concat substr substring extract
    current_date current_time current_timestamp
    """
)
"""Functions of every database."""

OF_DATABASE: Mapping[str, frozenset[str]] = {
    "sqlite": words(
        """
        date time datetime julianday strftime unixepoch timediff iif if ifnull instr printf format total group_concat string_agg
        unicode char hex quote typeof concat_ws json json_extract json_array_length json_each json_tree json_type json_valid
        median acos asin atan atan2 cos sin tan pi degrees radians
    """
    ),
    "postgres": words(
        """
        to_char to_date to_number to_timestamp date_part date_trunc date_bin age now make_date make_time make_timestamp
        make_interval localtime localtimestamp clock_timestamp statement_timestamp transaction_timestamp isfinite justify_days
        string_agg array_agg bool_and bool_or every bit_and bit_or percentile_cont percentile_disc mode
        json_agg jsonb_agg json_object_agg jsonb_object_agg json_build_object jsonb_build_object json_build_array jsonb_build_array
        json_array_elements jsonb_array_elements json_array_elements_text jsonb_array_elements_text json_array_length
        jsonb_array_length json_each jsonb_each json_each_text jsonb_each_text json_extract_path json_extract_path_text
        jsonb_extract_path jsonb_extract_path_text to_json to_jsonb row_to_json
        initcap lpad rpad btrim left right reverse ascii chr position strpos split_part translate overlay concat_ws starts_with
        char_length character_length octet_length regexp_replace regexp_match regexp_matches regexp_substr regexp_count
        unnest array array_length array_position array_to_string string_to_array cardinality generate_series md5 width_bucket
        div gcd lcm cbrt degrees radians pi sin cos tan asin acos atan atan2 any all some row unaccent num_nonnulls num_nulls
    """
    ),
    "tsql": words(
        """
        isnull len datalength charindex patindex getdate getutcdate sysdatetime sysutcdatetime dateadd datediff datediff_big
        datepart datename datefromparts datetimefromparts timefromparts day month year eomonth isdate isnumeric convert try_convert
        try_cast parse try_parse format iif choose stuff replicate str space left right reverse ascii char nchar unicode
        string_agg count_big stdev stdevp var varp quotename translate concat_ws checksum_agg square rand pi sin cos tan
        any all some string_split percentile_cont percentile_disc soundex difference trim datetrunc
    """
    ),
    "oracle": words(
        """
        nvl nvl2 decode to_char to_date to_number to_timestamp to_clob to_nchar add_months months_between last_day next_day
        sysdate systimestamp instr lpad rpad initcap translate listagg regexp_like regexp_substr regexp_replace regexp_instr
        regexp_count nanvl remainder median chr ascii lnnvl rownum numtodsinterval numtoyminterval to_dsinterval to_yminterval
        trunc wm_concat sys_connect_by_path connect_by_root any all some ratio_to_report percentile_cont percentile_disc keep
        reverse soundex width_bucket bitand
    """
    ),
}
"""Functions of one database, by sqlglot's name of its language."""

BEFORE_BRACKET = words(
    """
    and any all array as between by case cross cube distinct else except exists filter first following from full group grouping
    having in inner intersect interval into is join keep lateral left like ilike limit materialized minus natural not offset on
    or order outer over partition preceding range recursive right rollup row rows select sets similar some start then top union
    unique using values when where window with within apply connect prior fetch next only to escape glob regexp match nolock
    readuncommitted at zone dense_rank
    bigint binary bit bpchar char character date datetime datetime2 datetimeoffset decimal double float float4 float8 int int2
    int4 int8 integer json jsonb money nchar number numeric nvarchar nvarchar2 real smalldatetime smallint smallmoney text time
    timestamp timestamptz timetz tinyint uniqueidentifier uuid varbinary varchar varchar2 varying bool boolean name signed
    """
)
"""Words of SQL that stand before a bracket without being called: syntax and names of types."""

SYSTEM_NAME = re.compile(
    r"pg_.*|g?v\$.*|x\$.*|g?v_\$.*|dba_.*|cdb_.*|sysobjects|syslogins|sysprocesses|all_source|user_source", re.IGNORECASE
)
"""Tables and views by which a server speaks about itself, its accounts and its files."""

SYSTEM_SCHEMA = re.compile(r"sys|system|sysaux|master|msdb|tempdb|model|pg_.*|information_schema|mdsys|ctxsys|xdb", re.IGNORECASE)
"""Schemas and databases that belong to the server."""

PSEUDO_COLUMN = frozenset({"nextval", "currval"})
"""Columns that turn a sequence on, as Oracle writes it."""

HINTS = frozenset({"NOLOCK", "READUNCOMMITTED", "READPAST"})
"""Hints of SQL Server that lock nothing."""

SHAPES = words(
    """
    select with cte subquery union except intersect setoperation table tablealias from join where group having order ordered limit
    offset fetch limitoptions distinct alias aliases column identifier star literal boolean null paren tuple not neg bitwisenot
    between in any all case if cast trycast datatype datatypeparam interval intervalspan var window windowspec withingroup filter
    placeholder values lateral unnest cube rollup groupingsets attimezone connect prior withtablehint namedargument columndef
    jsonpath jsonpathroot jsonpathkey jsonpathsubscript jsonpathwildcard jsonpathslice jsonpathrecursive jsonpathfilter
    bracket array pseudotype national hexstring bitstring rawstring unicodestring bytestring ignorenulls respectnulls
    havingmax pivot tablefromrows escape collate dot parameterizedagg anonymous rowspercent windowframe cluster distribute
    sortorder qualify formatjson jsonkeyvalue jsonextractquote overflowtruncatebehavior uniquecolumnconstraint
    """
)
"""Kinds of parts that a query consists of; operators and functions are judged apart."""


def allowed_functions(dialect: str, more: frozenset[str] = frozenset()) -> frozenset[str]:
    """The functions of a database, in lower case, with those that a site adds."""
    return EVERYWHERE | OF_DATABASE[dialect] | more
