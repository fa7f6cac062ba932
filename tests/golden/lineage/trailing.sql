-- table lines(id, net varchar, qty)

--# A semicolon at the end
select net from lines;
-- net: copied from lines.net

--# Several semicolons at the end
select net from lines;;
-- net: copied from lines.net

--# Comments before, between and behind
/* first */ select /* which */ net, -- the amount
    qty /* ' unfinished "quotes */ from lines -- select id from lines
/* last; */
-- net: copied from lines.net
-- qty: copied from lines.qty

--# A semicolon and a comment at the end
select net from lines; /* that was all */
-- net: copied from lines.net

--# A semicolon in a string is a letter
select id || ';' as x from lines where net <> ';--'
-- x: computed from lines.id
-- rows filtered by lines.net

--# A whole query in brackets
((select net from lines))
-- net: copied from lines.net

--# A whole query in brackets with an order and a limit
(select net from lines) order by net limit 1
-- net: copied from lines.net
-- rows limited by lines.net

--# A hint is no column
-- dialect: spark
select /*+ broadcast(lines) */ net from lines
-- net: copied from lines.net

--# A trailing comma
select net, qty, from lines
-- net: copied from lines.net
-- qty: copied from lines.qty
