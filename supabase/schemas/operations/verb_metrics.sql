-- Verbs are called through REST, which counts nothing. Postgres counts each statement anyway, so reading its counts
-- costs no write. It does not count calls that failed, and it knows no distribution of times, so there is no
-- histogram for each verb.
create or replace function private.verb_metrics() returns setof private.metric
language plpgsql stable
set search_path = ''
as $$
begin
  if to_regclass('extensions.pg_stat_statements') is null then
    return;
  end if;
  return query
  select metric.name, metric.type, metric.help, jsonb_build_object('verb', verbs.verb, 'role', verbs.role), metric.value
  from (
    select
      verb.name as verb, roles.rolname as role, sum(statements.calls) as calls,
      sum(statements.total_exec_time) / 1000 as seconds
    from extensions.pg_stat_statements as statements
    join pg_catalog.pg_roles as roles on roles.oid = statements.userid
    cross join lateral (select (regexp_match(statements.query, '"public"\."([a-z_]+)"\('))[1]) as verb (name)
    where statements.dbid = (
      select databases.oid from pg_catalog.pg_database as databases where databases.datname = current_database()
    )
      and roles.rolname in ('anon', 'authenticated', 'service_role')
      and exists (
        select from pg_catalog.pg_proc as procedures
        where procedures.pronamespace = 'public'::regnamespace and procedures.proname = verb.name
      )
    group by verb.name, roles.rolname
  ) as verbs
  cross join lateral (
    values
      ('marketbase_verb_calls_total', 'counter', 'Calls of a verb of the API that succeeded.', verbs.calls::numeric),
      (
        'marketbase_verb_seconds_total', 'counter', 'How long the database worked on the calls of a verb.',
        verbs.seconds::numeric
      )
  ) as metric (name, type, help, value);
end;
$$;
comment on function private.verb_metrics() is
  'Calls of the API''s verbs and the time they took, by role, from pg_stat_statements.';
