-- table months(region varchar, jan, feb, mar)

--# An unpivot's value is each of its columns, its name a constant, and nulls are left out
unpivot months on jan, feb, mar into name month value amount
-- region: copied from months.region
-- month: constant
-- amount: renamed from months.jan, months.feb, months.mar
-- rows filtered by months.jan, months.feb, months.mar

--# An unpivot keeps what it does not turn
unpivot months on jan, feb
-- region: copied from months.region
-- mar: copied from months.mar
-- name: constant
-- value: renamed from months.jan, months.feb
-- rows filtered by months.jan, months.feb

--# The standard's unpivot in a from clause
select * from months unpivot (amount for month in (jan, feb, mar))
-- region: copied from months.region
-- month: constant
-- amount: renamed from months.jan, months.feb, months.mar
-- rows filtered by months.jan, months.feb, months.mar

--# An unpivot with the names of the months written out
select month, amount from months unpivot (amount for month in (jan as 'January', feb as 'February'))
-- month: constant
-- amount: renamed from months.jan, months.feb
-- rows filtered by months.jan, months.feb

--# An unpivot of all but one
unpivot months on columns(* exclude (region)) into name month value amount
-- region: copied from months.region
-- month: constant
-- amount: renamed from months.jan, months.feb, months.mar
-- rows filtered by months.jan, months.feb, months.mar

--# An unpivot of two values at once keeps them apart
unpivot months on (jan, feb), (feb, mar) into name part value first, second
-- region: copied from months.region
-- part: constant
-- first: renamed from months.jan, months.feb
-- second: renamed from months.feb, months.mar
-- rows filtered by months.jan, months.feb, months.mar

--# An unpivot of a CTE
with doubled as (select region, jan * 2 as jan, feb as february from months)
select amount from doubled unpivot (amount for month in (jan, february))
-- amount: computed from months.jan
-- amount: renamed from months.feb
-- rows filtered by months.jan, months.feb

--# BigQuery's unpivot
-- dialect: bigquery
select * from months unpivot (amount for month in (jan, feb as 'f'))
-- region: copied from months.region
-- mar: copied from months.mar
-- amount: renamed from months.jan, months.feb
-- month: constant
-- rows filtered by months.jan, months.feb

--# Snowflake's unpivot
-- dialect: snowflake
select region, amount from months unpivot (amount for month in (jan, feb, mar))
-- region: copied from months.region
-- amount: renamed from months.jan, months.feb, months.mar
-- rows filtered by months.jan, months.feb, months.mar

--# An unpivot that includes nulls filters nothing
select region, amount from months unpivot include nulls (amount for month in (jan, feb))
-- region: copied from months.region
-- amount: renamed from months.jan, months.feb

--# BigQuery's unpivot that includes nulls filters nothing
-- dialect: bigquery
select amount from months unpivot include nulls (amount for month in (jan, feb))
-- amount: renamed from months.jan, months.feb
