-- table lines(id, net, qty, payload json, day date, text varchar)

--# A cast computes, even under the same name
select cast(lines.net as decimal(12, 2)) as net, qty::varchar as qty, try_cast(text as int) as text from lines
-- net: computed from lines.net
-- qty: computed from lines.qty
-- text: computed from lines.text

--# The name of a type is no column
-- table typed(date, text, x date)
select cast(x as date) as d, x::text as t, date '2020-01-01' as first from typed
-- d: computed from typed.x
-- t: computed from typed.x
-- first: constant

--# A part of a document is computed from the document
select payload ->> '$.a.b' as a, payload -> 'x' -> 'y' as y, json_extract(payload, '$.z') as z from lines
-- a: computed from lines.payload
-- y: computed from lines.payload
-- z: computed from lines.payload

--# A key of a document that is a column counts
select payload ->> text as v from lines
-- v: computed from lines.payload, lines.text

--# A document is made of columns
select json_object('id', id, 'net', net) as doc, to_json({'q': qty}) as q from lines
-- doc: computed from lines.id, lines.net
-- q: computed from lines.qty

--# A document in a filter filters
select id from lines where payload ->> '$.kind' = 'x'
-- id: copied from lines.id
-- rows filtered by lines.payload

--# A regular expression and a concatenation
select regexp_extract(text, '(a+)', 1) as a, text || '-' || id as b, concat(text, qty) as c from lines
-- a: computed from lines.text
-- b: computed from lines.text, lines.id
-- c: computed from lines.text, lines.qty

--# A format of a string counts what is put into it
select format('{} {}', id, text) as f, printf('%d', qty) as p from lines
-- f: computed from lines.id, lines.text
-- p: computed from lines.qty

--# A map is computed from keys and values
select map {'a': net, text: qty} as m from lines
-- m: computed from lines.net, lines.text, lines.qty

--# A macro that nobody knows computes from its arguments
select my_macro(net, x := qty) as m from lines
-- m: computed from lines.net, lines.qty

--# A case without else and a nullif
select case when id = 1 then 'a' end as c, nullif(net, qty) as n, if(qty > 0, net, 0) as i from lines
-- c: computed from lines.id
-- n: computed from lines.net, lines.qty
-- i: computed from lines.qty, lines.net

--# Postgres' operators on documents
-- dialect: postgres
select payload #>> '{a,b}' as a, payload @> '{"x": 1}' as has, (payload ->> 'n')::int as n from lines
-- a: computed from lines.payload
-- has: computed from lines.payload
-- n: computed from lines.payload

--# BigQuery's parts of a document
-- dialect: bigquery
select json_value(payload, '$.a') as a, payload.b.c as c, safe_cast(text as int64) as n from lines
-- a: computed from lines.payload
-- c: computed from lines.payload
-- n: computed from lines.text
