-- Rules are broken, alone, and seen to fire: `says_of` runs a breach, answers the names of the rules that notice it,
-- and undoes it. They are kept in `provoked`, so that a rule which nothing broke can be named. Needs actors.
create temporary table provoked (rule text);
create function pg_temp.says_of(checks regproc, breach text) returns text
language plpgsql
as $$
declare
  v_rules text;
begin
  begin
    execute pg_temp.fill_in(breach);
    execute format('select string_agg(distinct violation.rule, '', '') from %s() as violation', checks) into v_rules;
    raise sqlstate 'P0099';
  exception when sqlstate 'P0099' then
    null;
  end;
  insert into provoked select unnest(string_to_array(v_rules, ', '));
  return v_rules;
end;
$$;
